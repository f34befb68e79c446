"""Files: uploads and static files, on the local disk or on Azure Blob."""

from __future__ import annotations

from pathlib import Path

from axolotl_project.settings import env
from axolotl_project.settings.base import VAR

MAX_UPLOAD_SIZE = env.size_bytes("MAX_UPLOAD_SIZE", "10GB")
"""Of one film, sent in pieces: a whole match with its breaks (two hours) has 7 GB in 1080p at a phone's 8 Mbit/s."""
MAX_FORM_UPLOAD_SIZE = env.size_bytes("MAX_FORM_UPLOAD_SIZE", "500MB")
"""Of films sent in one request, which begins anew where the line breaks; proxies on the way have their own limits."""
ALLOWED_VIDEO_FORMATS = [name.lower() for name in env.words("ALLOWED_VIDEO_FORMATS", "mp4,avi,mov,mkv")]
MAX_ATTACHMENT_SIZE = env.size_bytes("MAX_ATTACHMENT_SIZE", "25MB")
ATTACHMENT_QUOTA = env.size_bytes("ATTACHMENT_QUOTA", "2GB")
"""All attachments of one team together."""
RETENTION_DAYS = env.integer("RETENTION_DAYS", 0)
"""`manage.py purge` deletes sessions older than this; 0 keeps them."""

MEDIA_ROOT = VAR / "media"
MEDIA_URL = "/media/"
ARTEFACT_ROOT = VAR / "artefacts"
UPLOAD_ROOT = MEDIA_ROOT / "incoming"
"""On the media's file system, so that a finished upload is moved, not copied."""

STATIC_URL = "/static/"
STATIC_ROOT: Path | None = None
"""Production collects static files (`production.py`); elsewhere they are served from where they lie."""
STATICFILES_DIRS: list[str] = []
WHITENOISE_USE_FINDERS = True
WHITENOISE_ROOT = None
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/web/assets/.+-[\w-]{8}\."  # the hash in the names of Vite's output

# Django spools bodies above this to disk; JSON bodies above DATA_UPLOAD_MAX_MEMORY_SIZE are refused.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024**2
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024**2
FILE_UPLOAD_TEMP_DIR = UPLOAD_ROOT
SILENCED_SYSTEM_CHECKS = ["files.E001"]  # the upload folder is made by whoever first writes to it
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

AZURE_STORAGE_CONNECTION = env.text("AZURE_STORAGE_CONNECTION")
AZURE_STORAGE_CONTAINER = env.text("AZURE_STORAGE_CONTAINER", "axolotl")
AZURE_SEARCH_ENDPOINT = env.text("AZURE_SEARCH_ENDPOINT")
AZURE_SEARCH_KEY = env.text("AZURE_SEARCH_KEY")
AZURE_SEARCH_INDEX = env.text("AZURE_SEARCH_INDEX", "axolotl")

_local_media: dict[str, object] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": str(MEDIA_ROOT), "base_url": MEDIA_URL},
}
_azure_media: dict[str, object] = {
    "BACKEND": "storages.backends.azure_storage.AzureStorage",
    "OPTIONS": {
        "connection_string": AZURE_STORAGE_CONNECTION,
        "azure_container": AZURE_STORAGE_CONTAINER,
        "overwrite_files": False,
        "expiration_secs": 15 * 60,
    },
}
STORAGES = {
    "default": _azure_media if AZURE_STORAGE_CONNECTION else _local_media,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
SIGNED_URL_SECONDS = 15 * 60
