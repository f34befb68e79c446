"""A whole scan in one process on films whose answer is known."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from pipeline.artefacts import Artefacts
from pipeline.errors import PipelineError
from pipeline.local import FolderArtefactStore, ScanRequest, ScanResults, run_local
from pipeline.plan import ArtefactName
from pipeline.ports import PlayerRecord
from pipeline.steps import world
from tests.factories import videos
from tests.factories.films import SIZE, ScriptedDetector, calibration, film, scan, scripted_tools, to_image
from vision.calibration.homography import PitchHomography
from vision.calibration.player_height import PlayerHeightParams, scale_from_heights
from vision.video.reader import VideoReader

SPEED_MPS = 3.0


def runner(frame: int) -> list[tuple[float, float]]:
    """One person who runs along the pitch at 3 m/s."""
    return [(-15.0 + SPEED_MPS * frame / 25, 2.0)]


def value(results: ScanResults, key: str, track: int = 0) -> dict:
    """A KPI of a player."""
    groups = results["players"][track]["groups"]
    return next(group[key] for group in groups.values() if key in group)


def artefacts(tmp_path: Path) -> Artefacts:
    """The artefacts of `scan(tmp_path, …)`."""
    root = tmp_path / "out" / "artefacts"
    video = next((root / "sessions" / "local").iterdir()).name
    return Artefacts(FolderArtefactStore(root, tmp_path), f"sessions/local/{video}")


def files_of(folder: Path) -> dict[str, bytes]:
    """Every artefact but the manifests (they hold the time)."""
    kept = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in kept if "manifest" not in p.name and p.name != "index.json"
    }


def test_a_known_run_is_measured_in_metres_with_an_interval_that_holds_it(tmp_path: Path) -> None:
    results, _ = scan(tmp_path, runner, 200, preset="full", calibration=calibration())
    assert results["scale_source"] == "pitch_homography"
    assert len(results["tracks"]) == len(results["players"]) == 1
    speed, distance = value(results, "mean_speed_mps"), value(results, "total_distance_m")
    assert speed["value"] == pytest.approx(SPEED_MPS, abs=0.05)
    assert distance["low"] <= SPEED_MPS * 200 / 25 <= distance["high"]
    assert distance["high"] - distance["low"] < 1.0
    world = artefacts(tmp_path).read_range(ArtefactName.WORLD)
    truth = np.array([runner(int(frame))[0] for frame in world["frame"]])
    assert np.abs(world["xy"] - truth).max() < 0.1
    assert (world["sigma"] > 0).all() and (world["sigma"] < 0.5).all()


def test_marks_that_make_giants_of_people_give_no_metres_and_say_why(tmp_path: Path) -> None:
    """Four marks of a larger pitch fit without any error of their own."""
    ground = np.array([[-20.0, -12], [20, -12], [20, 12], [-20, 12]])
    wrong = dict(PitchHomography.fit(to_image(ground), ground * 2.5, image_size=SIZE).to_dict())
    results, _ = scan(tmp_path, runner, 100, preset="full", calibration=wrong)
    assert results["scale_source"] == "none"
    assert "would be 5.6 m tall" in value(results, "total_distance_m")["absent"]
    assert any("would be 5.6 m tall" in warning for warning in results["warnings"])


def test_a_box_that_was_only_predicted_is_not_counted_as_seen(tmp_path: Path) -> None:
    missed = set(range(20, 200, 10))

    def blinking(frame: int) -> list[tuple[float, float]]:
        return [(float("nan"), float("nan"))] if frame in missed else runner(frame)

    results, _ = scan(tmp_path, blinking, 200, preset="full", calibration=calibration())
    quality = results["players"][0]["quality"]
    assert quality["frames_seen"] == 200 - len(missed)
    assert (quality["frames_interpolated"], quality["frames_missing"]) == (len(missed), 0)
    placed = artefacts(tmp_path).read_range(ArtefactName.WORLD)["frame"]
    assert missed.isdisjoint(placed.tolist())


def test_an_unmarked_pitch_gives_no_metres_and_says_why(tmp_path: Path) -> None:
    results, _ = scan(tmp_path, runner, 100, preset="full")
    assert results["scale_source"] == "none"
    assert results["calibration"] is None
    assert "mark" in value(results, "max_speed_mps")["absent"]
    assert results["players"][0]["grade"] == ""
    assert any("not marked" in warning for warning in results["warnings"])
    assert len(artefacts(tmp_path).read_range(ArtefactName.WORLD)["frame"]) == 0


def test_a_moving_camera_gives_no_metres_even_with_a_calibration(tmp_path: Path) -> None:
    film(tmp_path / "film.mp4", 150, runner, pan_px=2.0)
    results, _ = scan(
        tmp_path, runner, preset="full", calibration=calibration(), player=PlayerRecord("p", height_m=1.8)
    )
    assert results["scale_source"] == "none"
    assert any("camera moves" in warning for warning in results["warnings"])
    assert "camera moves" in value(results, "total_distance_m")["absent"]


def test_the_subject_is_the_only_person_long_in_view(tmp_path: Path) -> None:
    player = PlayerRecord("p1", height_m=1.8, age_years=13, zones="u14")
    results, _ = scan(tmp_path, runner, 100, preset="full", calibration=calibration(), player=player)
    assert [(track["player_id"], track["auto"]) for track in results["tracks"]] == [("p1", True)]
    assert results["players"][0]["player_id"] == "p1"
    assert results["players"][0]["quality"]["zones"].startswith("u14")


def test_with_two_people_the_subject_is_nobody_until_a_coach_says_so(tmp_path: Path) -> None:
    def pair(frame: int) -> list[tuple[float, float]]:
        return [*runner(frame), (10.0, -8.0)]

    player = PlayerRecord("p1", height_m=1.8)
    results, _ = scan(tmp_path, pair, 100, preset="full", calibration=calibration(), player=player)
    assert [(track["player_id"], track["auto"]) for track in results["tracks"]] == [(None, False), (None, False)]
    assert len(results["players"]) == 2
    named, _ = scan(tmp_path, pair, preset="full", calibration=calibration(), player=player, track=2)
    assert [(track["player_id"], track["auto"]) for track in named["tracks"]] == [(None, False), ("p1", False)]


def test_metres_from_one_players_height_are_told_of_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen from the side that scale holds at one distance; another person may stand nearer or farther."""
    small = PlayerHeightParams(min_height_px=8)  # the scripted people are 9 px tall
    monkeypatch.setattr(world, "scale_from_heights", partial(scale_from_heights, params=small))

    def pair(frame: int) -> list[tuple[float, float]]:
        return [*runner(frame), (10.0, -8.0)]

    player = PlayerRecord("p1", height_m=1.8)
    results, _ = scan(tmp_path, pair, 100, preset="full", player=player, track=1)
    assert results["scale_source"] == "player_height_side_view"
    of_player = {result["player_id"]: number for number, result in enumerate(results["players"])}
    assert "value" in value(results, "mean_speed_mps", of_player["p1"])
    assert "another player's height" in value(results, "mean_speed_mps", of_player[None])["absent"]
    assert results["players"][of_player[None]]["grade"] == ""
    for key in ("mean_position_x_m", "movement_area_m2"):
        assert "not marked" in value(results, key, of_player["p1"])["absent"]


def test_a_second_run_does_nothing_and_tells_the_same(tmp_path: Path) -> None:
    first, _ = scan(tmp_path, runner, 100, preset="full", calibration=calibration())
    second, detector = scan(tmp_path, runner, 100, preset="full", calibration=calibration())
    assert detector.seen == []
    assert second == first


def test_another_run_from_nothing_is_equal_bit_for_bit(tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        film(folder / "film.mp4", 100, runner)
        scan(folder, runner, preset="standard", calibration=calibration(), overrides={"window_s": 1.0})
    assert files_of(tmp_path / "one/out/artefacts") == files_of(tmp_path / "two/out/artefacts")


def test_a_new_calibration_runs_only_what_needs_it(tmp_path: Path) -> None:
    scan(tmp_path, runner, 100, preset="full")
    tracks = artefacts(tmp_path).manifest(ArtefactName.TRACKS)
    results, detector = scan(tmp_path, runner, 100, preset="full", calibration=calibration())
    assert detector.seen == []
    assert results["scale_source"] == "pitch_homography"
    assert artefacts(tmp_path).manifest(ArtefactName.TRACKS) == tracks


@pytest.mark.parametrize("pose_stride", [False, True])
def test_windows_make_no_difference_to_who_is_who_and_where(tmp_path: Path, pose_stride: bool) -> None:
    results = {}
    for window_s in (20.0, 1.0):
        folder = tmp_path / str(window_s)
        folder.mkdir()
        chosen = {"window_s": window_s, "pose_stride": pose_stride}
        results[window_s], _ = scan(folder, runner, 100, preset="full", calibration=calibration(), overrides=chosen)
        tracks = artefacts(folder).read_range(ArtefactName.TRACKS)
        assert len(artefacts(folder).manifest(ArtefactName.TRACKS)["windows"]) == (1 if window_s == 20.0 else 4)
        np.testing.assert_array_equal(tracks["frame"], np.arange(100))
        results[f"boxes {window_s}"] = tracks["xyxy"]
    np.testing.assert_array_equal(results["boxes 20.0"], results["boxes 1.0"])
    [whole], [parts] = results[20.0]["players"], results[1.0]["players"]
    if not pose_stride:
        assert whole == parts
        return
    # At a window's ends postures are read, not put between: the feet move by less than the curve's error.
    for group in ("speed", "distance"):
        for key, entry in whole["groups"][group].items():
            other = parts["groups"][group][key]
            assert set(other) == set(entry), key
            assert "absent" in entry or other["value"] == pytest.approx(entry["value"], rel=1e-3, abs=1e-6), key


def test_files_are_written_and_the_overlay_is_complete(tmp_path: Path) -> None:
    results, _ = scan(tmp_path, runner, 50, preset="fast", calibration=calibration(), overlay=True, ball=True)
    assert json.loads((tmp_path / "out/kpis.json").read_text()) == results
    overlay = VideoReader(tmp_path / "out" / results["files"]["overlay"])
    assert len(overlay.timebase) == 50
    np.testing.assert_allclose(overlay.timebase.t_s, np.arange(50) / 25, atol=1e-3)
    plain = VideoReader(tmp_path / "film.mp4")
    difference = [
        np.abs(a.image_bgr.astype(int) - b.image_bgr).max()
        for a, b in zip(overlay.frames(), plain.frames(), strict=True)
    ]
    assert min(difference) > 60


@pytest.mark.parametrize(
    "name", ["empty.mp4", "garbage.mp4", "sound.mp4", "one_frame.mp4", "slow.mp4", "undecodable.mp4"]
)
def test_a_bad_film_ends_in_its_code_and_a_sentence(name: str, tmp_path: Path) -> None:
    build, code = videos.BAD[name]
    video = build(tmp_path / name)
    tools = scripted_tools(ScriptedDetector(runner), tmp_path)
    with pytest.raises(PipelineError) as refusal:
        run_local(ScanRequest(video, tmp_path / "out"), tools)
    assert refusal.value.code == code
    assert refusal.value.message.endswith(".")


def test_a_missing_film_is_named(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match=r"absent\.mp4") as refusal:
        run_local(ScanRequest(tmp_path / "absent.mp4", tmp_path), scripted_tools(ScriptedDetector(runner), tmp_path))
    assert refusal.value.code == "NOT_FOUND"


def test_a_lying_film_is_scanned_to_its_end_and_says_so(tmp_path: Path) -> None:
    videos.lying(tmp_path / "film.mp4")
    results, detector = scan(tmp_path, lambda frame: [(0.0, 0.0)], preset="full")
    frames = results["video"]["frames"]
    assert detector.seen == list(range(frames))
    assert f"the file ends early: {frames / 25:.1f} of 10.0 s could be read" in results["warnings"]


def test_a_film_without_people_has_no_tracks_and_no_figures(tmp_path: Path) -> None:
    results, _ = scan(tmp_path, lambda frame: [], 60, preset="standard", calibration=calibration(), overlay=True)
    assert (results["tracks"], results["players"], results["events"]) == ([], [], [])


def test_progress_never_goes_back_and_names_the_steps(tmp_path: Path) -> None:
    film(tmp_path / "film.mp4", 60, runner)
    told: list[tuple[float, str]] = []
    request = ScanRequest(tmp_path / "film.mp4", tmp_path / "out", overlay=False, overrides={"window_s": 1.0})
    run_local(request, scripted_tools(ScriptedDetector(runner), tmp_path), lambda *report: told.append(report))
    percents = [percent for percent, _ in told]
    assert percents == sorted(percents)
    steps = dict.fromkeys(step for _, step in told)
    assert list(steps)[:3] == ["probe", "calibrate", "detect"]
