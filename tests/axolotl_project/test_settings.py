"""Settings as a fresh process sees them: the embedded default, and what production refuses."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from axolotl_project.settings import redis, secret_key

ROOT = Path(__file__).parents[2]
SHOW = """
import json, os
from django.conf import settings
names = os.environ["SHOW"].split(",")
print(json.dumps({name: getattr(settings, name) for name in names}, default=str))
"""
GOOD_PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "axolotl_project.settings.production",
    "SECRET_KEY": "x" * 60,
    "DATABASE_URL": "postgres://user:pw@db:5432/axolotl",
    "REDIS_URL": "redis://redis:6379/0",
    "ALLOWED_HOSTS": "axolotl.example",
    "PUBLIC_URL": "https://axolotl.example",
}


def process(var: Path, show: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {"PATH": os.environ["PATH"], "AXOLOTL_VAR": str(var), "SHOW": show}
    defaults = {"DJANGO_SETTINGS_MODULE": "axolotl_project.settings"}
    command = [sys.executable, "-c", SHOW]
    return subprocess.run(
        command, cwd=ROOT, env={**kept, **defaults, **environment}, capture_output=True, text=True, check=False
    )


def shown(var: Path, *names: str, **environment: str) -> dict[str, Any]:
    result = process(var, ",".join(names), **environment)
    assert result.returncode == 0, result.stderr
    values: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return values


def test_the_default_is_embedded_and_needs_nothing(tmp_path: Path) -> None:
    seen = shown(
        tmp_path, "DEBUG", "SECRET_KEY", "DATABASES", "REDIS_URL", "CELERY_BROKER_URL", "CORS_ALLOW_ALL_ORIGINS"
    )
    assert (seen["DEBUG"], seen["CORS_ALLOW_ALL_ORIGINS"]) == (False, False)
    database = seen["DATABASES"]["default"]
    assert (database["ENGINE"], database["NAME"]) == ("django.db.backends.sqlite3", str(tmp_path / "db.sqlite3"))
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]
    assert database["ATOMIC_REQUESTS"] is False
    socket = tmp_path / "redis" / "redis.sock"
    assert seen["REDIS_URL"] == f"unix://{socket}"
    assert seen["CELERY_BROKER_URL"] == f"redis+socket://{socket}?virtual_host=0"
    assert seen["SECRET_KEY"] == (tmp_path / "secret_key").read_text(encoding="ascii")


def test_the_secret_key_is_kept_and_private(tmp_path: Path) -> None:
    keys = {shown(tmp_path, "SECRET_KEY")["SECRET_KEY"] for _ in range(2)}
    assert len(keys) == 1
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secret_key.read_or_make(path), range(16)))
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert [entry.name for entry in path.parent.iterdir()] == ["secret_key"]


def test_one_redis_url_serves_all(tmp_path: Path) -> None:
    url = "redis://elsewhere:6379/2"
    seen = shown(tmp_path, "CACHES", "CHANNEL_LAYERS", "CELERY_BROKER_URL", "REDIS_EMBEDDED", REDIS_URL=url)
    assert seen["CACHES"]["default"]["LOCATION"] == seen["CELERY_BROKER_URL"] == url
    assert seen["CHANNEL_LAYERS"]["default"]["CONFIG"]["hosts"][0]["address"] == url
    assert seen["REDIS_EMBEDDED"] is False


def test_a_long_folder_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 60) / ("y" * 60)
    path = redis.socket_path(deep)
    assert len(str(path)) < 100
    assert path == redis.socket_path(deep)
    assert path != redis.socket_path(deep / "z")


def test_azure_storage_by_its_variable(tmp_path: Path) -> None:
    connection = "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=a2V5;EndpointSuffix=core.windows.net"
    storage = shown(tmp_path, "STORAGES", AZURE_STORAGE_CONNECTION=connection)["STORAGES"]["default"]
    assert storage["BACKEND"] == "storages.backends.azure_storage.AzureStorage"
    assert storage["OPTIONS"]["overwrite_files"] is False


def test_production_with_all_it_needs(tmp_path: Path) -> None:
    names = ("DEBUG", "SESSION_COOKIE_SECURE", "REFRESH_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "ALLOW_CPU_FALLBACK")
    assert shown(tmp_path, *names, **GOOD_PRODUCTION) == {
        "DEBUG": False,
        "SESSION_COOKIE_SECURE": True,
        "REFRESH_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "ALLOW_CPU_FALLBACK": False,
    }


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "PUBLIC_URL"])
def test_production_refuses_to_start_without(tmp_path: Path, missing: str) -> None:
    result = process(tmp_path, "DEBUG", **{**GOOD_PRODUCTION, missing: ""})
    assert result.returncode != 0
    assert "ImproperlyConfigured" in result.stderr
    assert missing in result.stderr


def test_production_passes_djangos_own_deployment_checks(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "AXOLOTL_VAR": str(tmp_path), **GOOD_PRODUCTION}
    environment["SECRET_KEY"] = "".join(chr(97 + (number * 7) % 26) for number in range(60))
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_logs_are_json_where_asked(tmp_path: Path) -> None:
    code = (
        "import django; django.setup(); import structlog, logging;"
        "structlog.contextvars.bind_contextvars(request_id='r-1');"
        "structlog.get_logger('a').warning('thing.happened', job_id='j-1');"
        "logging.getLogger('b').error('plain %s', 'text')"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "AXOLOTL_VAR": str(tmp_path),
        "LOG_FORMAT": "json",
        "DJANGO_SETTINGS_MODULE": "axolotl_project.settings",
    }
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    first, second = [json.loads(line) for line in result.stderr.splitlines()[-2:]]
    assert (first["event"], first["request_id"], first["job_id"]) == ("thing.happened", "r-1", "j-1")
    assert (second["event"], second["level"], second["request_id"]) == ("plain text", "error", "r-1")
