"""Which part each setting chose, whether it answers, and what production still needs."""

from __future__ import annotations

import importlib.util
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from redis import Redis, RedisError

from apps.scan.services.models import chosen_models, model_states, why_unusable
from apps.search.status import index_status
from apps.web.assets import MANIFEST

LOW_DISK_GB = 5.0
RUNTIME_TIMEOUT_S = 60
SERVER_TIMEOUT_S = 5
MODEL_RUNTIME = "onnxruntime"
ASK_A_WORKER = "not needed here, where only requests are answered: run `manage.py doctor` in a worker"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the platform.

    Attributes:
        state: `ok`, `missing` (Axolotl cannot work without it) or `off` (optional, not set up).
        production: what a deployment would change, "" where nothing.
    """

    part: str
    chosen: str
    state: str
    detail: str
    production: str = ""

    def as_dict(self) -> dict[str, str]:
        """Plain data for `--json`."""
        return asdict(self)


def examine() -> Iterator[Finding]:
    """Look at every part in turn; nothing is changed."""
    for look in (
        _python,
        _database,
        _redis,
        _live_redis,
        _files,
        _mail,
        _errors,
        _traces,
        _disk,
        _models,
        _device,
        _frontend,
        _language,
        _retrieval,
        _secret,
    ):
        yield look()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", version, "ok", sys.prefix)


def _database() -> Finding:
    vendor = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(connection.vendor, connection.vendor)
    advice = "set DATABASE_URL=postgres://…" if vendor == "SQLite" else ""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Finding("database", vendor, "missing", f"does not answer: {error}", advice)
    return Finding("database", vendor, "ok", str(connection.settings_dict["NAME"]), advice)


def _redis() -> Finding:
    return _one_redis("broker, cache, sockets", "REDIS_URL", settings.REDIS_URL, is_embedded=settings.REDIS_EMBEDDED)


def _live_redis() -> Finding:
    if settings.LIVE_REDIS_URL == settings.REDIS_URL:
        advice = "set LIVE_REDIS_URL where much is filmed live: one without an append-only file"
        return Finding("live frames", "REDIS_URL", "ok", "lie beside messages and cache", advice)
    is_embedded: bool = settings.LIVE_REDIS_EMBEDDED
    return _one_redis("live frames", "LIVE_REDIS_URL", settings.LIVE_REDIS_URL, is_embedded=is_embedded)


def _one_redis(part: str, setting: str, url: str, *, is_embedded: bool) -> Finding:
    chosen = "embedded (from its wheel)" if is_embedded else setting
    advice = f"set {setting}=rediss://…" if is_embedded else ""
    try:
        Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2).ping()
    except RedisError as error:
        if is_embedded:
            return Finding(part, chosen, "ok", "starts with `manage.py up`; not running now", advice)
        return Finding(part, chosen, "missing", f"does not answer: {error}", advice)
    by_tls = url.startswith(("rediss://", "unix://"))
    plain = f"without TLS: keep it inside a private network, or set {setting}=rediss://…"
    detail = "answers, by TLS" if url.startswith("rediss://") else "answers"
    return Finding(part, chosen, "ok", detail, advice if by_tls else plain)


def _files() -> Finding:
    if settings.AZURE_STORAGE_CONNECTION:
        return _blobs()
    advice = "set AZURE_STORAGE_CONNECTION (or keep a backed-up disk)"
    return Finding("files", "local folder", "ok", str(default_storage.path("")), advice)


def _blobs() -> Finding:
    from azure.core.exceptions import AzureError
    from azure.storage.blob import ContainerClient

    name = settings.AZURE_STORAGE_CONTAINER
    options: dict[str, Any] = {"retry_total": 0, "connection_timeout": 5, "read_timeout": 5}
    try:
        with ContainerClient.from_connection_string(settings.AZURE_STORAGE_CONNECTION, name, **options) as container:
            there = container.exists()
    except (AzureError, ValueError) as error:
        return Finding("files", "Azure Blob", "missing", f"does not answer: {str(error).splitlines()[0]}")
    if not there:
        make = f"az storage container create --name {name} --connection-string …"
        return Finding("files", "Azure Blob", "missing", f"there is no container {name}: `{make}`")
    return Finding("files", "Azure Blob", "ok", f"container {name} answers")


def _mail() -> Finding:
    if not settings.EMAIL_URL:
        return Finding("mail", "printed", "off", "invitations and resets go to the log", "set EMAIL_URL=smtp+tls://…")
    try:
        get_connection(timeout=SERVER_TIMEOUT_S).open()
    except (OSError, SMTPException) as error:
        return Finding("mail", "SMTP", "missing", f"{settings.EMAIL_HOST} does not take mail: {error}")
    how = "takes mail after STARTTLS" if settings.EMAIL_USE_TLS else "takes mail, not encrypted"
    advice = "" if settings.EMAIL_USE_TLS else "set EMAIL_URL=smtp+tls://…"
    return Finding("mail", "SMTP", "ok", f"{settings.EMAIL_HOST} {how}", advice)


def _errors() -> Finding:
    if not settings.SENTRY_DSN:
        return Finding("errors", "the log", "ok", "JSON lines in production", "set SENTRY_DSN (or collect the logs)")
    return _reached("errors", "Sentry", settings.SENTRY_DSN, "types and places of errors, no texts")


def _traces() -> Finding:
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        return Finding("traces", "none", "off", "metrics are at /metrics; OTEL_EXPORTER_OTLP_ENDPOINT adds traces")
    return _reached("traces", "OpenTelemetry", settings.OTEL_EXPORTER_OTLP_ENDPOINT, "routes, tasks and times")


def _reached(part: str, chosen: str, url: str, what: str) -> Finding:
    place = urlsplit(url)
    host, port = place.hostname or "", place.port or (443 if place.scheme == "https" else 80)
    try:
        socket.create_connection((host, port), timeout=SERVER_TIMEOUT_S).close()
    except OSError as error:
        return Finding(part, chosen, "missing", f"{host}:{port} does not answer: {error}")
    return Finding(part, chosen, "ok", f"{host} gets {what}")


def _disk() -> Finding:
    settings.VAR.mkdir(parents=True, exist_ok=True)
    free_gb = shutil.disk_usage(settings.VAR).free / 1e9
    state = "ok" if free_gb >= LOW_DISK_GB else "missing"
    return Finding("disk", f"{free_gb:.0f} GB free", state, f"{settings.VAR} (an hour of 1080p needs about 3 GB)")


def _only_answers() -> bool:
    """Whether this is installed to answer requests alone: the image `web` has no model runtime, its workers have."""
    return importlib.util.find_spec(MODEL_RUNTIME) is None


def _models() -> Finding:
    if _only_answers():
        return Finding("models", "with the workers", "off", ASK_A_WORKER)
    try:
        states = model_states()
    except (subprocess.SubprocessError, ValueError) as error:
        return Finding("models", "unknown", "missing", f"the registry could not be read: {error}")
    problems = [state["problem"] for state in states if state["embedded"] and state["problem"]]
    ready = [state["key"] for state in states if state["problem"] is None]
    chosen = ", ".join(chosen_models().values()) or "embedded"
    problems += why_unusable(states)
    if problems:
        return Finding("models", chosen, "missing", problems[0])
    return Finding("models", chosen, "ok", ", ".join(ready), "larger models: `manage.py fetch_models KEY`")


def _device() -> Finding:
    if _only_answers():
        return Finding("device", "of the workers", "off", ASK_A_WORKER)
    try:
        devices = _child_devices()
    except (subprocess.SubprocessError, ValueError) as error:
        return Finding("device", "unknown", "missing", f"the model runtime does not start: {error}")
    on_gpu = any(name.startswith("cuda") for name in devices)
    advice = "" if on_gpu else "install requirements/cuda.txt on GPU workers"
    return Finding("device", "GPU" if on_gpu else "CPU", "ok", ", ".join(devices), advice)


def _child_devices() -> list[str]:
    code = "import json; from vision.runtime import available_devices as a; print(json.dumps([str(d) for d in a()]))"
    result = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-c", code], capture_output=True, check=True, timeout=RUNTIME_TIMEOUT_S, cwd=settings.ROOT
    )
    devices: list[str] = json.loads(result.stdout)
    return devices


def _frontend() -> Finding:
    built = finders.find(MANIFEST) is not None
    if built:
        return Finding("web app", "built", "ok", "apps/web/static/web")
    return Finding("web app", "not built", "missing", "run `make frontend`")


def _language() -> Finding:
    names = ("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_KEY", "AZURE_OPENAI_DEPLOYMENT")
    missing = [name for name in names if not getattr(settings, name)]
    wanted = settings.ASSISTANT_PROVIDER == "azure" or (settings.ASSISTANT_PROVIDER == "auto" and len(missing) < 3)
    if not wanted:
        advice = f"set {', '.join(names)} (or keep it: it needs no cloud)"
        return Finding("language model", "rule-based coach", "ok", "writes feedback from the same evidence", advice)
    if missing:
        detail = f"{', '.join(missing)} not set: rules write instead"
        return Finding("language model", "Azure OpenAI", "missing", detail)
    detail = f"{settings.AZURE_OPENAI_DEPLOYMENT} at {settings.AZURE_OPENAI_ENDPOINT}"
    return Finding("language model", "Azure OpenAI", "ok", f"{detail}; players need the consent `ai`")


def _retrieval() -> Finding:
    try:
        status = index_status()
    except DatabaseError as error:
        return Finding("retrieval", "unknown", "missing", f"the index cannot be read; `manage.py migrate`? ({error})")
    chosen = f"Azure AI Search ({settings.AZURE_SEARCH_ENDPOINT})" if status.in_cloud else "embedded (words and MiniLM)"
    advice = "" if status.in_cloud else "set AZURE_SEARCH_ENDPOINT and AZURE_SEARCH_KEY (or keep it: it needs no cloud)"
    detail = f"{status.entries} texts, {status.embedded} of them found by meaning too"
    if status.missing:
        return Finding("retrieval", chosen, "off", f"{detail}; {', '.join(status.missing)} not installed", advice)
    if not status.entries:
        return Finding("retrieval", chosen, "off", "the index is empty: `manage.py reindex`", advice)
    return Finding("retrieval", chosen, "ok", detail, advice)


def _secret() -> Finding:
    where = settings.VAR / "secret_key"
    if where.exists() and where.read_text(encoding="utf-8").strip() == settings.SECRET_KEY:
        return Finding("secret key", "generated", "ok", str(where), "set SECRET_KEY")
    return Finding("secret key", "SECRET_KEY", "ok", "from the environment")
