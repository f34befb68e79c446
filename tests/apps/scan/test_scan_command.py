"""`manage.py scan`: what it asks for, what it prints, how it fails."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from apps.scan.management.commands import scan as command
from pipeline.errors import PipelineError
from tests.pipeline.test_steps_multiview import rig_data

RESULTS: dict[str, Any] = {
    "tracks": [{"track_id": 1}],
    "players": [
        {
            "track_id": 1,
            "player_id": "Max",
            "grade": "B",
            "groups": {
                "speed": {"max_speed_mps": {"value": 7.125, "unit": "m/s"}, "mean_speed_mps": {"absent": "why"}},
                "distance": {"total_distance_m": {"value": 512.0, "unit": "m"}},
            },
        }
    ],
    "scale_source": "pitch_homography",
    "warnings": ["the file ends early"],
    "files": {"kpis": "kpis.json", "overlay": "overlay.mp4"},
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list:
    """Requests that reach the pipeline."""
    requests: list = []

    def answer(request, model_dir, device, on_progress):
        requests.append((request, device))
        on_progress(50.0, "detect")
        if "bad" in request.video.name:
            raise PipelineError("The file is empty.", code="EMPTY_FILE")
        return RESULTS

    monkeypatch.setattr(command, "scan_here", answer)
    return requests


def test_options_reach_the_pipeline(asked: list, tmp_path: Path) -> None:
    marked = tmp_path / "pitch.json"
    marked.write_text(json.dumps({"name": "Home", "data": {"kind": "pitch_homography"}}))
    call_command(
        "scan", "a.mp4", "b.mov", out=tmp_path, preset="fast", player="Max", track=3, height=181.0, calibration=marked,
        no_overlay=True, device="cuda:0", stdout=StringIO(),
    )  # fmt: skip
    (first, device), (second, _) = asked
    assert (first.video, first.out_dir, second.out_dir) == (Path("a.mp4"), tmp_path / "a", tmp_path / "b")
    assert (first.preset, first.overlay, device) == ("fast", False, "cuda:0")
    assert (first.player.player_id, first.player.height_m) == ("Max", 1.81)
    assert first.track == 3
    assert first.calibration == {"kind": "pitch_homography"}


def test_a_film_is_looked_at_with_the_models_of_the_settings(
    asked: list, tmp_path: Path, settings: LazySettings
) -> None:
    settings.SCAN_DETECTOR, settings.SCAN_POSE_MODEL = "yolov8n", ""
    call_command("scan", "a.mp4", out=tmp_path, stdout=StringIO())
    settings.SCAN_DETECTOR = ""
    call_command("scan", "a.mp4", out=tmp_path, stdout=StringIO())
    assert [request.overrides for request, _ in asked] == [{"detector": "yolov8n"}, {}]


def test_people_get_the_figures_with_units_and_the_warnings(asked: list, tmp_path: Path) -> None:
    printed = StringIO()
    call_command("scan", "a.mp4", out=tmp_path, stdout=printed)
    text = printed.getvalue()
    assert "a.mp4: 1 people, metres from: pitch_homography" in text
    assert "! the file ends early" in text
    assert "Max: total_distance_m 512.00 m, max_speed_mps 7.12 m/s B" in text
    assert "kpis.json, overlay.mp4" in text
    assert "overlay.mp4 shows faces" in text and asked[0][0].faces


@pytest.mark.parametrize("chosen", [{"blur": True}, {"no_overlay": True}])
def test_of_faces_is_told_where_they_are_seen(asked: list, tmp_path: Path, chosen: dict[str, bool]) -> None:
    printed = StringIO()
    call_command("scan", "a.mp4", out=tmp_path, stdout=printed, **chosen)
    assert "shows faces" not in printed.getvalue()
    assert asked[0][0].faces is ("blur" not in chosen)


def test_machines_get_json(asked: list, tmp_path: Path) -> None:
    printed = StringIO()
    call_command("scan", "a.mp4", out=tmp_path, as_json=True, stdout=printed)
    assert json.loads(printed.getvalue()) == RESULTS


def test_a_bad_film_is_told_in_a_sentence_and_the_others_are_scanned(asked: list, tmp_path: Path) -> None:
    printed, errors = StringIO(), StringIO()
    with pytest.raises(CommandError, match="1 of 2 films could not be scanned"):
        call_command("scan", "bad.mp4", "a.mp4", out=tmp_path, stdout=printed, stderr=errors)
    assert "bad.mp4: The file is empty." in errors.getvalue()
    assert "a.mp4: 1 people" in printed.getvalue()


def test_a_calibration_that_is_none_is_refused_before_any_work(asked: list, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="not a calibration"):
        call_command("scan", "a.mp4", calibration=tmp_path / "absent.json")
    assert asked == []


# Several cameras -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "calibration", "says"),
    [
        (["a.mp4"], "rig.json", "Two films or more"),
        (["a.mp4", "b/a.mp4"], "rig.json", "another file name"),
        (["a.mp4", "b.mp4"], None, "--together needs --calibration"),
        (["a.mp4", "b.mp4"], "missing.toml", "is not a calibration"),
        (["a.mp4", "b.mp4"], "empty.toml", "no camera"),
    ],
)
def test_films_that_cannot_be_cameras_of_one_scene_are_refused(
    tmp_path: Path, names: list[str], calibration: str | None, says: str
) -> None:
    (tmp_path / "rig.json").write_text(json.dumps(rig_data(2)))
    (tmp_path / "empty.toml").write_text("")
    arguments = ["--calibration", str(tmp_path / calibration)] if calibration else []
    with pytest.raises(CommandError, match=says):
        call_command("scan", *(str(tmp_path / name) for name in names), "--together", *arguments)


def test_cameras_are_named_by_their_files(asked: list[Any], tmp_path: Path) -> None:
    (tmp_path / "rig.json").write_text(json.dumps(rig_data(2)))
    films = [str(tmp_path / name) for name in ("camera0.mp4", "camera1.mp4")]
    rig = ["--calibration", str(tmp_path / "rig.json"), "--sync", "timestamps"]
    call_command("scan", *films, "--together", *rig, stdout=StringIO())
    ((request, _),) = asked
    assert list(request.cameras) == ["camera0", "camera1"]
    assert request.overrides["sync"] == "timestamps"
    assert set(request.calibration["cameras"]) == {"camera0", "camera1"}
