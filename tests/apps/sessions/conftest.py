"""Media, uploads and artefacts in a folder of each test's own; a session, and files sent to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from apps.accounts.models import Team
from apps.scan.adapters import install_ports
from apps.sessions.models import Session, SessionAttachment
from pipeline.ports import install, installed
from tests.factories.attachments import FILES
from tests.factories.sessions import make_session


@pytest.fixture
def media_root(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Where this test's files lie."""
    root, ports = tmp_path / "media", installed()
    settings.UPLOAD_ROOT = root / "incoming"
    settings.FILE_UPLOAD_TEMP_DIR = root / "incoming"
    settings.UPLOAD_ROOT.mkdir(parents=True)
    before = default_storage._wrapped
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(root), "base_url": "/media/"},
        },
    }
    settings.ARTEFACT_ROOT = tmp_path / "artefacts"
    install_ports()
    yield root
    install(ports)
    default_storage._wrapped = before


def files_below(root: Path) -> list[str]:
    """Every file, by its path below `root`."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


@pytest.fixture
def session(team: Team) -> Session:
    """A session of the team."""
    return make_session(team)


def files_url(session: Session, row: SessionAttachment | None = None) -> str:
    """The route of a session's files, or of one."""
    return f"/api/sessions/{session.pk}/attachments" + (f"/{row.pk}" if row else "")


def send(client: APIClient, session: Session, name: str = "plan.pdf", content: bytes | None = None, **more: Any) -> Any:
    """Upload a file."""
    body = {"file": SimpleUploadedFile(name, FILES[name] if content is None else content)}
    return client.post(files_url(session), body, format="multipart", **more)
