"""Typed readers of the environment: the only place that looks at it.

Every reader names the variable when it refuses a value, so that a wrong setting is found in one line. A `.env` file
in the repository root is read first (real variables win), but not by the tests.
"""

from __future__ import annotations

import math
import os
import re
import tempfile
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from dotenv import load_dotenv

ROOT = Path(__file__).resolve().parents[2]

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})
_SIZE = re.compile(r"^(\d+(?:\.\d+)?)\s*(B|KB|MB|GB)?$", re.IGNORECASE)
_SIZE_UNITS = {"B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3}


def _prepare() -> None:
    """Read `.env`; or, for the tests, take away whatever a developer's shell would change in them."""
    if not os.environ.get("DJANGO_SETTINGS_MODULE", "").endswith(".test"):
        load_dotenv(ROOT / ".env")
        return
    choices = ("REDIS_URL", "LIVE_REDIS_URL", "SCAN_DETECTOR", "SCAN_POSE_MODEL")
    for name in (*choices, "DEBUG", "PUBLIC_URL", "RATE_LIMITS", "CORS_ALLOWED_ORIGINS", "SENTRY_DSN"):
        os.environ.pop(name, None)
    for name in [name for name in os.environ if name.startswith(("AZURE_", "ASSISTANT_", "OTEL_"))]:
        os.environ.pop(name)
    # Children of a test share its folder; parallel test workers do not share theirs.
    folder = Path(tempfile.gettempdir()) / f"axolotl-test-{os.getpid()}"
    base = os.environ.setdefault("AXOLOTL_TEST_VAR", str(folder))
    os.environ["AXOLOTL_VAR"] = str(Path(base) / os.environ.get("PYTEST_XDIST_WORKER", "main"))
    os.environ["SECRET_KEY"] = "-".join(("known", "to", "the", "tests", "only") * 3)
    os.environ.setdefault("MODEL_DIR", str(ROOT / "var" / "models"))
    postgres = os.environ.get("AXOLOTL_TEST_DATABASE") == "postgres"
    os.environ["DATABASE_URL"] = f"postgres://postgres@{quote(base + '-pg', safe='')}/postgres" if postgres else ""


_prepare()


def text(name: str, default: str = "") -> str:
    """Return a string, stripped."""
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool) -> bool:
    """Return a yes/no value.

    Raises:
        ImproperlyConfigured: neither a yes nor a no.
    """
    raw = os.environ.get(name)
    if raw is None:
        return default
    value = raw.strip().lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={raw!r} is not a yes or no; use 1 or 0.")


def integer(name: str, default: int, *, minimum: int = 0) -> int:
    """Return a whole number of at least `minimum`.

    Raises:
        ImproperlyConfigured: not a number, or too small.
    """
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={raw!r} is not a whole number.") from None
    if value < minimum:
        raise ImproperlyConfigured(f"{name}={value} is too small; at least {minimum} is needed.")
    return value


def size_bytes(name: str, default: str) -> int:
    """Return a size in bytes from `500MB`, `1.5 GB`, `1048576`.

    Raises:
        ImproperlyConfigured: not a size.
    """
    raw = text(name) or default
    match = _SIZE.match(raw)
    size = float(match[1]) * _SIZE_UNITS[(match[2] or "B").upper()] if match else math.inf
    if not math.isfinite(size):
        raise ImproperlyConfigured(f"{name}={raw!r} is not a size; write for example 500MB.")
    return int(size)


def words(name: str, default: str = "") -> list[str]:
    """Return the comma-separated values, without empty ones."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def folder(name: str, default: Path) -> Path:
    """Return an absolute folder (not created)."""
    raw = text(name)
    try:
        return Path(raw).expanduser().resolve() if raw else default
    except RuntimeError as error:
        raise ImproperlyConfigured(f"{name}={raw!r}: nobody of that name has a home folder here.") from error


def choice(name: str, default: str, allowed: frozenset[str]) -> str:
    """Return one of `allowed`.

    Raises:
        ImproperlyConfigured: something else.
    """
    value = text(name) or default
    if value not in allowed:
        raise ImproperlyConfigured(f"{name}={value!r} is unknown; one of {', '.join(sorted(allowed))} is needed.")
    return value


def pairs(name: str) -> dict[str, str]:
    """Return `a=1,b=2` as a mapping.

    Raises:
        ImproperlyConfigured: a part without `=`.
    """
    found: dict[str, str] = {}
    for part in words(name):
        key, sign, value = part.partition("=")
        if not sign:
            raise ImproperlyConfigured(f"{name}: {part!r} has no '='; write name=value, separated by commas.")
        found[key.strip()] = value.strip()
    return found


_LOOKS_LIKE_SMTP = "must look like smtp+tls://user:password@host:587"


def smtp(url: str) -> tuple[str, int, str, str, bool]:
    """Return host, port, user, password and whether TLS is used, of `smtp+tls://user:password@host:587`.

    Raises:
        ImproperlyConfigured: not such an address.
    """
    if not url:
        return "localhost", 25, "", "", False
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"EMAIL_URL {_LOOKS_LIKE_SMTP}; host or port cannot be read.") from error
    if parts.scheme not in ("smtp", "smtp+tls") or not host:
        raise ImproperlyConfigured(f"EMAIL_URL {_LOOKS_LIKE_SMTP}.")
    port = port or (587 if parts.scheme == "smtp+tls" else 25)
    return host, port, unquote(parts.username or ""), unquote(parts.password or ""), parts.scheme != "smtp"


def share_metrics(folder: Path) -> Path:
    """Have all processes of a server count into one folder, and return it.

    The library that counts reads this variable when it is loaded, which is after the settings.
    """
    return Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(folder)))
