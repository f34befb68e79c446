"""A short film, media and uploads in folders of each test's own, scans, and what several files ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from apps.accounts.models import Player, Team, User
from apps.scan.models import ProcessingJob, Video
from apps.sessions.models import SessionPlayer, SessionStatus
from tests.apps.scan.phone import Phone
from tests.factories import videos
from tests.factories.artefacts import AWAY, HOME, store_of, write_scan
from tests.factories.scans import make_job, make_session, make_video

Client = Callable[..., Any]


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of H.264, 96 x 64, 25 frames a second; picture n carries the number n."""
    return videos.h264_b_frames(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Media and uploads of this test alone, on one file system."""
    root = tmp_path / "media"
    settings.MEDIA_ROOT = str(root)
    settings.UPLOAD_ROOT = root / "incoming"
    settings.FILE_UPLOAD_TEMP_DIR = root / "incoming"
    settings.UPLOAD_ROOT.mkdir(parents=True)
    location = default_storage._wrapped
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(root), "base_url": "/media/"},
        },
    }
    yield root
    default_storage._wrapped = location


def files_below(root: Path) -> list[str]:
    """Every file, by its path below `root`."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def results(client: Any, video: Video, query: str = "") -> Any:
    """The answer of `/results`."""
    return client.get(f"/api/scan/{video.session_id}/results{query}")


def said(response: Any) -> str:
    """The words of a refusal."""
    error = response.json()["error"]
    return " ".join([error["message"], *error["details"]])


def body_job(video: Video, **fields: Any) -> ProcessingJob:
    """A body fit beside the scan."""
    return make_job(video.session, kind="smpl", current_step="body", **fields)


def kpi(value: float, low: float, high: float, unit: str, **more: Any) -> dict[str, Any]:
    """A measured KPI in `groups`."""
    return {"value": value, "low": low, "high": high, "unit": unit, "n": 100, "coverage": 0.9, **more}


@pytest.fixture
def send(film: Path, api_client: Callable[..., Any]) -> Callable[..., Any]:
    """Send a film to quick scan as a user: `send(coach, player_id=…)`."""

    def post(
        user: User | None, *, path: Path | None = None, headers: dict[str, str] | None = None, **fields: Any
    ) -> Any:
        with (path or film).open("rb") as video:
            body = {"video": video, **fields}
            return api_client(user).post("/api/scan/quick", body, format="multipart", headers=headers or {})

    return post


@pytest.fixture
def stored_film(team: Team, player: Player, film: Path, folders: Path) -> Video:
    """A session of the team with its film on disk and a queued job."""
    session = make_session(team=team, player=player)
    video = make_video(session, file="videos/film.mp4", width=96, height=64, original_name="Training 1.mp4")
    (folders / "videos").mkdir()
    (folders / "videos/film.mp4").write_bytes(film.read_bytes())
    make_job(session)
    return video


@pytest.fixture
def job(stored_film: Video) -> ProcessingJob:
    """The job of `stored_film`."""
    return stored_film.session.jobs.get()


@pytest.fixture
def scanned(team: Team, player: Player) -> Video:
    """A finished scan of two people, the first of them known; a minute at 10 Hz."""
    session = make_session(team=team, player=player, status=SessionStatus.COMPLETED, title="Sprints")
    video = make_video(session, fps_num=10, frames=600, duration_s=60.0)
    make_job(session, status="completed", current_step="publish", preset="standard")
    write_scan(store_of(session.pk, video.pk))
    SessionPlayer.objects.create(session=session, track_id=HOME, player=player)
    SessionPlayer.objects.create(session=session, track_id=AWAY)
    return video


@pytest.fixture
def phone(api_client: Callable[..., Any], coach: User, film: Path) -> Phone:
    """A phone of the coach that has opened an upload of `film`."""
    return Phone(api_client(coach), film.read_bytes())
