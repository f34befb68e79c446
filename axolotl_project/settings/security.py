"""Browser-facing protection: headers, cookies, content security policy."""

from __future__ import annotations

from urllib.parse import urlsplit

from axolotl_project.settings import env
from axolotl_project.settings.base import IS_HTTPS, PUBLIC_URL


def blob_origin(connection: str) -> list[str]:
    """Return where films and pictures come from when they lie on Azure Blob: a page may load them from there."""
    parts = dict(part.split("=", 1) for part in connection.split(";") if "=" in part)
    if not parts:
        return []
    suffix = parts.get("EndpointSuffix", "core.windows.net")
    scheme = parts.get("DefaultEndpointsProtocol", "https")
    address = urlsplit(parts.get("BlobEndpoint") or f"{scheme}://{parts.get('AccountName', '')}.blob.{suffix}")
    return [f"{address.scheme}://{address.netloc}"]


_FILES = blob_origin(env.text("AZURE_STORAGE_CONNECTION"))

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

CONTENT_SECURITY_POLICY = {
    "default-src": ["'self'"],
    "base-uri": ["'self'"],
    "connect-src": ["'self'", "ws:", "wss:", *_FILES],
    "font-src": ["'self'", "data:"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "img-src": ["'self'", "data:", "blob:", *_FILES],
    "media-src": ["'self'", "blob:", *_FILES],
    "object-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "worker-src": ["'self'", "blob:"],
}
PERMISSIONS_POLICY = "camera=(self), microphone=(), geolocation=(), payment=()"

METRICS_ALLOWED_NETWORKS = ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]
