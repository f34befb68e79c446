"""An edge box of the team, its key in a client, and another team's; an agent's folder and store."""

from __future__ import annotations

import gzip
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from rest_framework.test import APIClient

from apps.accounts.models import Team, User
from apps.edge.agent.program import open_store
from apps.edge.agent.scanning import ScanSettings
from apps.edge.agent.store import Store
from apps.edge.models import EdgeNode
from apps.edge.stamps import write_time
from apps.pairing.models import DeviceType, PairedDevice
from tests.factories.devices import make_device


def now_ms() -> int:
    """The time of the tests' server."""
    return int(datetime.now(UTC).timestamp() * 1000)


@dataclass
class Box:
    """An edge box as seen by the server: its key in a client."""

    client: APIClient
    device: PairedDevice
    key: str
    node: EdgeNode
    cursor: str | None = None

    def post(self, route: str, body: Any, **headers: str) -> Any:
        """A JSON request of the box."""
        return self.client.post(f"/api/local-edge/{route}", body, headers=headers)

    def sync(self, *changes: dict[str, Any], cursor: Any = "mine", **more: Any) -> dict[str, Any]:
        """Sync, and remember the cursor."""
        sent = {"cursor": self.cursor if cursor == "mine" else cursor, "changes": list(changes), **more}
        answer = self.post("sync", sent)
        assert answer.status_code == 200, answer.content
        data: dict[str, Any] = answer.json()["data"]
        if cursor == "mine":
            self.cursor = data["cursor"]
        return data

    def sync_packed(self, body: Any) -> Any:
        """Sync with gzip."""
        packed = body if isinstance(body, bytes) else gzip.compress(json.dumps(body).encode())
        return self.client.post(
            "/api/local-edge/sync", packed, content_type="application/json", headers={"Content-Encoding": "gzip"}
        )


def change(object_id: Any, kind: str = "session", at_ms: int | None = None, **body: Any) -> dict[str, Any]:
    """An upsert."""
    when = write_time(now_ms() if at_ms is None else at_ms)
    return {"id": str(object_id), "kind": kind, "op": "upsert", "updated_at": when, "body": body}


def deletion(object_id: Any, at_ms: int | None = None) -> dict[str, Any]:
    """A deletion of a session."""
    when = write_time(now_ms() if at_ms is None else at_ms)
    return {"id": str(object_id), "kind": "session", "op": "delete", "updated_at": when}


def refusal(data: dict[str, Any]) -> dict[str, Any]:
    """The one change that was refused."""
    assert len(data["refused"]) == 1, data
    return dict(data["refused"][0])


def make_box(team: Team, user: User | None = None, name: str = "Pitch 1") -> Box:
    """A registered box."""
    device, key = make_device(team, user, DeviceType.EDGE)
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    answer = client.post("/api/local-edge/register", {"name": name})
    assert answer.status_code == 201, answer.content
    return Box(client, device, key, EdgeNode.objects.get(pk=answer.json()["data"]["node_id"]))


@pytest.fixture
def box(team: Team, coach: User) -> Box:
    """The team's box, paired by its coach."""
    return make_box(team, coach)


@pytest.fixture
def second_box(team: Team, coach: User) -> Box:
    """Another box of the team."""
    return make_box(team, coach, "Pitch 2")


@pytest.fixture
def strangers_box(other_team: Team, other_coach: User) -> Box:
    """Another team's box."""
    return make_box(other_team, other_coach, "Elsewhere")


@pytest.fixture
def new_id() -> Callable[[], str]:
    """Makes ids."""
    return lambda: str(uuid.uuid4())


@pytest.fixture
def settings_of(tmp_path: Path) -> ScanSettings:
    """An agent's watched folder and the one for what it finds, both empty."""
    (tmp_path / "watch").mkdir()
    (tmp_path / "out").mkdir()
    return ScanSettings(tmp_path / "watch", tmp_path / "out", tmp_path, settle_s=5.0, free_bytes=0)


@pytest.fixture
def store(settings_of: ScanSettings) -> Iterator[Store]:
    """The store of an agent there."""
    opened = open_store(settings_of.out)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _folders(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Uploads and media of this test alone."""
    root = tmp_path / "media"
    settings.MEDIA_ROOT = str(root)
    settings.UPLOAD_ROOT = root / "incoming"
    settings.FILE_UPLOAD_TEMP_DIR = root / "incoming"
    settings.UPLOAD_ROOT.mkdir(parents=True)
    location = default_storage._wrapped
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(root)}}
    settings.STORAGES = {**settings.STORAGES, "default": local}
    yield
    default_storage._wrapped = location
