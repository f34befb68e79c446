"""Films, attachments and artefacts on blobs, over the API as a browser uses it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import httpx
from azure.storage.blob import ContainerClient
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from apps.accounts.tokens import create_session_token
from apps.core.lifecycle import lifecycle
from apps.scan.models import Video
from apps.web.backup.service import make_backup, restore_backup
from pipeline.ports import installed
from tests.factories import videos
from tests.factories.attachments import FILES
from tests.factories.sessions import make_session


def used(owner: Any, team: Any) -> dict[str, Any]:
    """What came of it."""
    container = ContainerClient.from_connection_string(
        settings.AZURE_STORAGE_CONNECTION, settings.AZURE_STORAGE_CONTAINER
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {create_session_token(str(owner.pk))}")
    return {
        **film(client, team, container),
        **attachment(client, team),
        **artefacts(),
        **backup(container),
    }


def film(client: APIClient, team: Any, container: ContainerClient) -> dict[str, Any]:
    """Upload, play a part by a link, delete."""
    with tempfile.TemporaryDirectory() as folder:
        path = videos.numbered_video(Path(folder) / "film.mp4", 50)
        content = path.read_bytes()
        with path.open("rb") as file, mock.patch("pipeline.chain.ring", create=True):
            body = {"video": file, "team_id": str(team.pk)}
            answer = client.post("/api/scan/quick", body, format="multipart").json()
    session_id = answer["session_id"]
    sent = client.get(f"/api/scan/{session_id}/video")
    link = sent["Location"]
    part = httpx.get(link, headers={"Range": "bytes=100-199"})
    unsigned = httpx.get(link.partition("?")[0])
    stored = Video.objects.get(session_id=session_id).file.name
    there = container.get_blob_client(stored).exists()
    client.delete(f"/api/sessions/{session_id}")
    return {
        "film": [answer["success"], sent.status_code, there, httpx.get(link).status_code],
        "range": [part.status_code, part.content == content[100:200], part.headers.get("Content-Range")],
        "unsigned": unsigned.status_code,
        "link": sorted(parse_qs(urlsplit(link).query)),
    }


def attachment(client: APIClient, team: Any) -> dict[str, Any]:
    """A file beside a session, by its signed link."""
    session = make_session(team)
    body = {"file": SimpleUploadedFile("plan.pdf", FILES["plan.pdf"])}
    made = client.post(f"/api/sessions/{session.pk}/attachments", body, format="multipart").json()["data"]
    sent = APIClient().get(made["url"])
    got = httpx.get(sent["Location"])
    return {"attachment": [sent.status_code, got.content == FILES["plan.pdf"], got.headers["Content-Disposition"]]}


def artefacts() -> dict[str, Any]:
    """Write, replace, list, read, delete."""
    store = installed().artefacts
    store.write("sessions/a/tracks.npz", b"one")
    store.write("sessions/a/tracks.npz", b"two" * 10)
    store.write("sessions/ab/tracks.npz", b"other")
    listed = list(store.list("sessions/a"))
    read = store.read("sessions/a/tracks.npz") == b"two" * 10
    store.delete("sessions/a")
    found = [listed, read, store.exists("sessions/a/tracks.npz"), store.exists("sessions/ab/tracks.npz")]
    store.delete("sessions/ab")  # of no session: a restore would sweep it
    return {"artefacts": found}


def backup(container: ContainerClient) -> dict[str, Any]:
    """A backup of blobs, and back; `lifecycle` finds nothing left over."""
    before = sorted(container.list_blob_names())
    with tempfile.TemporaryDirectory() as folder:
        make_backup(Path(folder) / "one")
        for name in before:
            container.delete_blob(name)
        restored = restore_backup(Path(folder) / "one", force=True, tell=lambda line: None)
    after = sorted(container.list_blob_names())
    return {"backup": [restored.files, before == after, len(before), len(lifecycle.orphans())]}
