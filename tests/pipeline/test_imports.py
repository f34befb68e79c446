"""Other systems' tracking data, read against movement that we wrote ourselves and against a vendor's own speeds."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.imports import BREAK_S, ImportRefused, ImportRequest, import_match
from tests.factories.tracab import write_tracab

SPEED_MPS = 3.0


def walks(t_s: float) -> tuple[float, float]:
    """Along the touchline at 3 m/s."""
    return -45.0 + SPEED_MPS * t_s, 20.0


def stands(t_s: float) -> tuple[float, float]:
    return 10.0, -5.0


def late(t_s: float) -> tuple[float, float] | None:
    """Comes on after ten seconds."""
    return (SPEED_MPS * (t_s - 10.0), 0.0) if t_s >= 10.0 else None


def request(paths: tuple[Path, ...], **changes: Any) -> ImportRequest:
    values: dict[str, Any] = {
        "provider": "tracab",
        "files": [str(path) for path in paths],
        "side": "home",
        "sigma_m": None,
        "pitch_m": None,
        "zones": {},
        "default_zones": "adult",
    }
    return ImportRequest(**{**values, **changes})


@pytest.fixture
def match(tmp_path: Path) -> tuple[Path, Path]:
    return write_tracab(tmp_path, {7: walks, 8: stands, 9: late}, {7: stands})


def test_figures_are_those_of_the_movement(match: tuple[Path, Path]) -> None:
    header, *players = import_match(request(match))
    assert (header["team"], header["players"], header["fps"], header["pitch_m"]) == ("Home", 3, 25.0, [105.0, 68.0])
    assert header["duration_s"] == pytest.approx(30.0 - 1 / 25)
    by_shirt: dict[Any, Any] = {line["jersey_number"]: line["result"] for line in players}
    walker = by_shirt[7]["groups"]
    distance = walker["distance"]["total_distance_m"]
    assert walker["speed"]["max_speed_mps"]["value"] == pytest.approx(SPEED_MPS, abs=0.03)
    assert distance["value"] == pytest.approx(SPEED_MPS * 29.96, rel=0.01)
    assert distance["low"] < SPEED_MPS * 29.96 < distance["high"]
    assert by_shirt[8]["groups"]["distance"]["total_distance_m"]["value"] < 0.5
    assert by_shirt[7]["quality"]["scale_source"] == "imported_tracking"
    assert by_shirt[7]["quality"]["scale_error_share"] == 0.03


def test_a_substitute_is_judged_by_the_time_on_the_pitch(match: tuple[Path, Path]) -> None:
    _, *players = import_match(request(match))
    late_one: Any = next(line["result"] for line in players if line["jersey_number"] == 9)
    assert late_one["quality"]["coverage"] == pytest.approx(1.0)
    assert late_one["groups"]["distance"]["total_distance_m"]["value"] == pytest.approx(SPEED_MPS * 19.96, rel=0.01)


def test_positions_lie_in_our_pitch_frame(match: tuple[Path, Path]) -> None:
    """TRACAB: centimetres from the centre spot, y to the left of somebody looking along x; so is ours."""
    from pipeline import imports

    dataset = imports._loaded(request(match))
    team = dataset.metadata.teams[0]
    moved = imports._movement(dataset, team, 105.0, 68.0)
    walker = [player.jersey_no for player in moved.players].index(7)
    assert moved.xy_m[50, walker] == pytest.approx(walks(2.0), abs=0.01)


def test_zones_follow_the_player(match: tuple[Path, Path]) -> None:
    _, *players = import_match(request(match, zones={"7": "u12"}))
    zones = {line["jersey_number"]: line["result"]["quality"]["zones"].split()[0] for line in players}
    assert zones == {7: "u12", 8: "adult", 9: "adult"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"provider": "metrica_epts"}, "How exact are metrica_epts's positions"),
        ({"sigma_m": 9.0}, "at most 5 m, got 9"),
        ({"provider": "opta", "sigma_m": 0.1}, "Unknown provider 'opta'; there are: tracab, sportec"),
        ({"files": ["/nowhere.xml", "/nowhere.dat"]}, "There is no file /nowhere.xml"),
        ({"files": ["/nowhere.xml"]}, "tracab needs 2 files: meta_data, raw_data"),
        ({"provider": "sportec"}, "These are not sportec files that can be read"),
    ],
)
def test_a_wrong_request_is_refused(match: tuple[Path, Path], changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ImportRefused, match=message):
        list(import_match(request(match, **changes)))


def test_a_side_that_never_plays_is_refused(tmp_path: Path) -> None:
    files = write_tracab(tmp_path, {7: lambda _: None}, {7: stands}, seconds=2.0)
    with pytest.raises(ImportRefused, match="Nobody of Home is ever on the pitch"):
        list(import_match(request(files)))


@pytest.mark.parametrize("content", ["", "no frames here\n", "<xml/>"])
def test_broken_positions_are_refused(match: tuple[Path, Path], content: str) -> None:
    match[1].write_text(content)
    with pytest.raises(ImportRefused):
        list(import_match(request(match)))


def test_the_command_line_answers_in_lines(match: tuple[Path, Path]) -> None:
    def ask(asked: ImportRequest) -> list[dict[str, Any]]:
        command = [sys.executable, "-m", "pipeline.imports"]
        found = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True)
        return [json.loads(line) for line in found.stdout.splitlines()]

    header, *players = ask(request(match))
    assert (header["players"], len(players)) == (3, 3)
    assert list(ask(request(match, sigma_m=9.0))[0]) == ["refused"]


@pytest.mark.data
def test_speeds_are_the_vendors_own(test_data: Path) -> None:
    """Sportec's files carry TRACAB's speed of every frame [km/h]."""
    folder = test_data / "tracking" / "vendor_formats"
    files = (folder / "sportec_meta.xml", folder / "sportec_positional.xml")
    _, sallai = import_match(request(files, provider="sportec"))
    frame_sets = ET.parse(files[1]).getroot().iter("FrameSet")
    theirs = [
        float(frame.attrib["S"]) / 3.6
        for frame_set in frame_sets
        if frame_set.attrib["PersonId"] == "DFL-OBJ-002FVJ"
        for frame in frame_set
    ]
    ours: Any = sallai["result"]["groups"]["speed"]  # type: ignore[typeddict-item]
    assert ours["mean_speed_mps"]["value"] == pytest.approx(np.mean(theirs), abs=0.1)
    assert ours["max_speed_mps"]["value"] <= max(theirs) + 0.1


@pytest.mark.data
def test_a_break_between_periods_adds_no_movement(test_data: Path) -> None:
    """In this piece the second half starts somewhere else; nobody may be said to have run there."""
    folder = test_data / "tracking" / "metrica"
    files = (folder / "epts_metrica_metadata.xml", folder / "epts_metrica_tracking.txt")
    header, *players = import_match(request(files, provider="metrica_epts", sigma_m=0.3))
    assert header["duration_s"] == pytest.approx(100 / 25 + BREAK_S - 1 / 25, abs=1 / 25)
    fastest = [line["result"]["groups"]["speed"]["max_speed_mps"].get("value", 0.0) for line in players]
    assert max(fastest) < 10.0
