"""One Redis for broker, cache and channel layer: `REDIS_URL`, or the embedded server's private socket.

Live frames may go to another one, `LIVE_REDIS_URL`: megabytes a second that are worth nothing after some seconds, which
an append-only file would write down and a copy to a replica would send on. The embedded stack has two of them.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from axolotl_project.settings import env
from axolotl_project.settings.base import VAR

MAX_SOCKET_PATH = 100
"""Characters; a Unix socket's address holds 108 bytes on Linux, 104 on macOS."""


def socket_path(var: Path) -> Path:
    """Return where the embedded Redis listens: in `var`, or in the temporary folder where that is too long."""
    path = var / "redis" / "redis.sock"
    if len(str(path)) < MAX_SOCKET_PATH:
        return path
    digest = hashlib.sha256(str(var).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"axolotl-{digest}" / "redis.sock"


def broker_url(url: str) -> str:
    """Return the form that Celery reads: a Unix socket is `redis+socket` there, and TLS must be told what to check."""
    if url.startswith("rediss://") and "ssl_cert_reqs=" not in url:
        return f"{url}{'&' if '?' in url else '?'}ssl_cert_reqs=required"
    return f"redis+socket://{url.removeprefix('unix://')}?virtual_host=0" if url.startswith("unix://") else url


REDIS_SOCKET = socket_path(VAR)
REDIS_EMBEDDED = not env.text("REDIS_URL")
REDIS_URL = env.text("REDIS_URL") or f"unix://{REDIS_SOCKET}"
REDIS_BROKER_URL = broker_url(REDIS_URL)
LIVE_REDIS_SOCKET = REDIS_SOCKET.with_name("live.sock")
LIVE_REDIS_EMBEDDED = REDIS_EMBEDDED and not env.text("LIVE_REDIS_URL")
LIVE_REDIS_URL = env.text("LIVE_REDIS_URL") or (f"unix://{LIVE_REDIS_SOCKET}" if REDIS_EMBEDDED else REDIS_URL)
REDIS_PREFIX = "axolotl"

CACHES = {
    "default": {
        "BACKEND": "apps.core.caches.PooledRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": REDIS_PREFIX,
        "TIMEOUT": 300,
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 5},
    },
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": REDIS_PREFIX},
}
