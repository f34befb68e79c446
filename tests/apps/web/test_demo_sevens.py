"""The demo's rendered game: made once, calibrated by its marks, labelled synthetic."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from apps.accounts.models import Team
from apps.scan.adapters.results import store_results
from apps.scan.models import ProcessingJob, SessionKPI
from apps.scan.serializers.calibrations import CalibrationCreateInput
from apps.sessions.models import Session
from apps.web.demo import sevens
from apps.web.demo.watch import DemoClient
from vision.calibration.pitch_model import PITCH_FORMATS

MARKS = [
    {"name": "centre_spot", "image": [960.04, 540.0], "pitch": [0.0, 0.0]},
    {"name": "halfway_left", "image": [960.0, 300.26], "pitch": [0.0, 18.288]},
]


@pytest.fixture
def film(tmp_path: Path) -> Path:
    film = tmp_path / sevens.FILM
    film.write_bytes(b"film")
    truth = {"camera": {"image_size": [1920, 1080]}, "marks": MARKS}
    film.with_suffix(".truth.json").write_text(json.dumps(truth))
    return film


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(club="Rivertown FC (demo)", name="First team")


class Door:
    """Answers as the API does and keeps what was sent."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.marks: Mapping[str, Any] = {}
        self.fields: Mapping[str, str] = {}

    def keep_calibration(self, marks: Mapping[str, Any]) -> str:
        self.marks = marks
        return "c0ffee00-0000-4000-8000-000000000000"

    def start_scan(self, clip: Path, fields: Mapping[str, str]) -> dict[str, Any]:
        assert clip.exists()
        self.fields = fields
        session = Session.objects.create(team=self.team, title=fields["title"])
        job = ProcessingJob.objects.create(session=session, preset=fields["preset"])
        return {"job_id": str(job.pk), "session_id": str(session.pk)}


def test_the_session_is_labelled_and_found_again(film: Path, team: Team) -> None:
    door = Door(team)
    job_id = sevens.start_scan(cast(DemoClient, door), film, team)
    session = Session.objects.get()
    assert session.synthetic and "(synthetic)" in session.title
    assert door.fields["description"].startswith("Synthetic:")
    assert door.fields["calibration_id"] == "c0ffee00-0000-4000-8000-000000000000"
    assert sevens.earlier_scan() == job_id
    ProcessingJob.objects.filter(pk=job_id).update(status="failed")
    assert sevens.earlier_scan() is None


def test_the_marks_are_what_the_api_takes(film: Path, team: Team) -> None:
    wish = sevens.calibration_of(film, team)
    checked = CalibrationCreateInput(data=wish)
    assert checked.is_valid(), checked.errors
    assert wish["points"][1] == {"mark": "halfway_left", "image": [960.0, 300.3]}
    assert {point["mark"] for point in wish["points"]} <= set(PITCH_FORMATS[sevens.PITCH_FORMAT].marks())
    assert uuid.UUID(wish["team_id"]) == team.pk


def test_a_film_of_an_earlier_demo_is_not_made_again(film: Path) -> None:
    rendering = sevens.Rendering(film.parent)
    rendering.start()
    assert rendering.there and rendering.ended
    rendering.stop()
    assert film.read_bytes() == b"film"


def test_a_stopped_rendering_leaves_nothing_half_made(tmp_path: Path) -> None:
    rendering = sevens.Rendering(tmp_path / "demo")
    assert rendering.ended and not rendering.there
    rendering.start()
    assert not rendering.ended
    rendering.stop()
    assert rendering.ended and not rendering.there
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["rendering.log"]


def test_its_figures_are_labelled_too(film: Path, team: Team) -> None:
    job_id = sevens.start_scan(cast(DemoClient, Door(team)), film, team)
    ProcessingJob.objects.filter(pk=job_id).update(status="running")
    groups: Any = {"speed": {}, "distance": {}, "technical": {}, "physical": {}}
    figures: Any = {"track_id": 1, "player_id": None, "grade": "B", "groups": groups}
    figures |= {"quality": {}, "series": None, "details": {}}
    track: Any = {"track_id": 1, "player_id": None}
    store_results(
        job_id,
        {"catalogue_version": "1", "players": [figures], "events": [], "tracks": [track], "thumbnails": {}},
    )
    assert [row.synthetic for row in SessionKPI.objects.all()] == [True]
