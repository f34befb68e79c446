"""Films in the media storage: putting them there without a copy, private links to them, taking them away."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import structlog
from django.conf import settings
from django.core import signing
from django.core.files import File
from django.core.files.storage import default_storage
from django.urls import reverse

from apps.core.errors import Gone, NotFound
from apps.scan.models import Video

log = structlog.get_logger(__name__)

_FILM = "scan.media"
_THUMBNAIL = "scan.thumbnail"
"""Salts: a link to a picture opens no film."""
FILMS = "videos"


def video_key(session_id: uuid.UUID, video_id: uuid.UUID, container: str) -> str:
    """Name of a film in the storage; its ending is the container found in it, not the one it was called by."""
    return f"{FILMS}/{session_id}/{video_id}.{container}"


def local_path(key: str) -> Path | None:
    """The file on this machine, or `None` when the storage is elsewhere."""
    try:
        return Path(default_storage.path(key))
    except NotImplementedError:
        return None


def key_of(video: Video) -> str:
    """Name of a film in the storage."""
    return video.file.name or ""


def existing(path: Path) -> Path:
    """The path, if there is a file.

    Raises:
        NotFound: it is gone from the storage.
    """
    if not path.is_file():
        raise NotFound("The film of this session is no longer stored.")
    return path


def download_name(video: Video) -> str:
    """What a browser calls the film when it is saved: harmless in a header."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", Path(video.original_name).stem).strip("-")
    return f"{stem[:80] or 'film'}{Path(key_of(video)).suffix}"


def put_file(source: Path, key: str) -> None:
    """Move a finished file into the storage (a rename on the same disk; an upload to a remote one)."""
    target = local_path(key)
    if target is None:
        with source.open("rb") as file:
            stored = default_storage.save(key, File(file))
        if stored != key:
            default_storage.delete(stored)
            raise FileExistsError(key)
        source.unlink(missing_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS)
    source.chmod(settings.FILE_UPLOAD_PERMISSIONS)
    source.rename(target)


def unowned_films() -> list[Path]:
    """Films on this machine that no row knows: a process was killed between moving a file and committing its row."""
    root = local_path(FILMS)
    if root is None or not root.is_dir():
        return []
    found = {f"{FILMS}/{path.relative_to(root).as_posix()}": path for path in root.rglob("*") if path.is_file()}
    owned = set(Video.objects.filter(file__startswith=f"{FILMS}/").values_list("file", flat=True))
    return [path for key, path in found.items() if key not in owned]


def take_back(key: str, source: Path) -> None:
    """Undo `put_file`, when the transaction that wanted the file was rolled back."""
    target = local_path(key)
    if target is not None and target.exists() and not source.exists():
        target.rename(source)
    delete_file(key)


def delete_file(key: str) -> None:
    """Remove a film, and its folder when it was the last."""
    default_storage.delete(key)
    path = local_path(key)
    if path is not None and path.parent.is_dir() and not any(path.parent.iterdir()):
        path.parent.rmdir()


def signed_video_url(video: Video, user_id: uuid.UUID) -> str:
    """A private link that needs no header, ends in 15 minutes, and dies earlier when the user may no longer see it."""
    return reverse("signed-video", args=[_token(video.pk, user_id, _FILM)])


def signed_thumbnail_url(video_id: uuid.UUID, user_id: uuid.UUID) -> str:
    """The same for a film's small picture."""
    return reverse("signed-thumbnail", args=[_token(video_id, user_id, _THUMBNAIL)])


def _token(video_id: uuid.UUID, user_id: uuid.UUID, salt: str) -> str:
    return signing.dumps({"v": str(video_id), "u": str(user_id)}, salt=salt, compress=True)


def read_link(token: str) -> tuple[str, str]:
    """Video id and user id of a signed link to a film.

    Raises:
        Gone: it has expired; the page asks for a new one.
        NotFound: it was not made by us.
    """
    return _opened(token, _FILM)


def read_thumbnail_link(token: str) -> tuple[str, str]:
    """Video id and user id of a signed link to a picture.

    Raises:
        Gone: it has expired; the page asks for a new one.
        NotFound: it was not made by us.
    """
    return _opened(token, _THUMBNAIL)


def _opened(token: str, salt: str) -> tuple[str, str]:
    try:
        found = signing.loads(token, salt=salt, max_age=settings.SIGNED_URL_SECONDS)
    except signing.SignatureExpired as error:
        raise Gone("This link has expired; reload the page for a new one.") from error
    except signing.BadSignature as error:
        raise NotFound("There is nothing here.") from error
    return found["v"], found["u"]
