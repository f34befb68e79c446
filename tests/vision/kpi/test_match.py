"""`calculate_kpis` and the plain functions: films as pixels in, groups out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.scenes.pitch_views import PITCH, clicked
from tests.vision.kpi.tracks import measured, reason
from vision.errors import ShapeError
from vision.kpi import calculate_distance_metrics, calculate_kpis, calculate_speed_metrics
from vision.kpi.match import PlayerInfo
from vision.kpi.policy import ZonePolicy
from vision.synthetic.ball_play import play_game
from vision.synthetic.play_film import PlayFaults, film_play, side_camera
from vision.synthetic.scenes import FilmedScene, FilmParams, film, match_scene, stand_camera
from vision.types import CLASS_BALL, Detections, Tracks

KEYS = {"speed", "distance", "technical", "physical", "quality"}


def scene(seconds: float = 20.0) -> FilmedScene:
    rng = np.random.default_rng(0)
    camera = stand_camera(PITCH)
    players = match_scene(rng, 2, seconds)
    return film(players, camera, np.arange(0, seconds, 0.04), rng, FilmParams(foot_sigma=0.015))


class TestSpeedMetrics:
    """The seed's function."""

    def test_the_seeds_snippet(self) -> None:
        metrics = calculate_speed_metrics([[0, 0], [1, 0], [2, 0]], 30)
        assert metrics["max_speed"] == pytest.approx(30.0)
        assert metrics["avg_speed"] == pytest.approx(30.0)
        assert not metrics["quality"]["plausible"]
        assert any("30.0 m/s is implausible" in note for note in metrics["quality"]["notes"])
        assert any("0.10 s of film" in note for note in metrics["quality"]["notes"])

    def test_top_speed_is_over_a_second(self) -> None:
        steps = np.concatenate([np.full(30, 3.0), np.full(30, 8.0), np.full(30, 3.0)]) / 30
        path = np.stack([np.concatenate([[0.0], np.cumsum(steps)]), np.zeros(91)], axis=1)
        metrics = calculate_speed_metrics(path, 30)
        assert metrics["max_speed"] == pytest.approx(8.0)
        assert metrics["avg_speed"] == pytest.approx(14.0 / 3)
        assert metrics["quality"]["plausible"] and metrics["quality"]["notes"] == []

    def test_missing_rows_are_not_jumped(self) -> None:
        path = np.array([[0.0, 0], [0.1, 0], [np.nan, np.nan], [9.0, 0], [9.1, 0]])
        assert calculate_speed_metrics(path, 25)["max_speed"] == pytest.approx(2.5)

    @pytest.mark.parametrize("path", [[], [[0, 0]], [[0, 0, 0], [1, 1, 1]], [[np.nan, np.nan]] * 3])
    def test_nonsense_is_refused(self, path: list[list[float]]) -> None:
        with pytest.raises(ShapeError):
            calculate_speed_metrics(np.array(path, float).reshape(len(path), -1 if path else 2), 30)
        with pytest.raises(ShapeError):
            calculate_distance_metrics(np.array(path, float).reshape(len(path), -1 if path else 2), 30)

    @pytest.mark.parametrize("fps", [0, -1, float("nan")])
    def test_rate_must_be_positive(self, fps: float) -> None:
        with pytest.raises(ShapeError, match="above 0"):
            calculate_speed_metrics([[0, 0], [1, 0]], fps)


def test_distance_metrics() -> None:
    path = np.array([[0, 0], [3, 4], [3, 10], [np.nan, 0], [3, 10]])
    metrics = calculate_distance_metrics(path, 2)
    assert metrics == {"total_distance": 11.0, "distance_per_minute": 660.0, "coverage": 0.5}


def test_a_calibrated_film() -> None:
    """Four players filmed at 1080p with 1.5 % box noise: distances within 6 % and speeds within their intervals or
    0.3 m/s of the truth (the boxes are about 30 px high: 1.5 % is a decimetre in depth).
    """
    filmed = scene()
    calibration = clicked(filmed.camera, np.random.default_rng(1), 1.0)
    result = calculate_kpis(filmed.frames(), [], t_s=filmed.t_s, calibration=calibration, players={1: "ana"})
    assert set(result) == KEYS
    assert set(result["speed"]) == {"ana", "2", "3", "4"}
    for index, name in enumerate(("ana", "2", "3", "4")):
        entry = measured(result["distance"][name]["total_distance_m"])
        true_distance = filmed.speed_mps[index].mean() * 20
        assert entry["value"] == pytest.approx(true_distance, rel=0.06, abs=1.0)
        quality = result["quality"][name]
        assert quality["scale_source"] == "pitch_homography"
        assert quality["calibration_error_m"] is not None and 0 < quality["calibration_error_m"] < 1.5
        assert quality["scale_error_share"] is not None and 0 < quality["scale_error_share"] < 0.05
        assert quality["coverage"] > 0.97, "5 % of single misses are filled"


def test_places_are_measured_on_the_detectors_boxes_and_the_trackers_only_where_there_is_none() -> None:
    filmed = scene(5.0)
    calibration = clicked(filmed.camera, np.random.default_rng(1), 1.0)
    plain = filmed.frames()
    lifted = [replace(each, xyxy=each.xyxy - np.float32(20.0), detected=each.xyxy) for each in plain]
    kept_none = [replace(each, detected=np.full_like(each.xyxy, np.nan)) for each in plain]
    films = (plain, lifted, kept_none)
    expected, *others = (calculate_kpis(each, [], t_s=filmed.t_s, calibration=calibration) for each in films)
    for other in others:
        assert other["distance"] == expected["distance"] and other["speed"] == expected["speed"]


def test_players_get_their_own_zones() -> None:
    filmed = scene()
    calibration = clicked(filmed.camera, np.random.default_rng(1), 1.0)
    children = ZonePolicy(name="u12", zone_edges_mps=(0.5, 1.0, 1.5, 2.0), high_speed_mps=1.5, sprint_mps=2.0)
    found = [
        calculate_kpis(filmed.frames(), [], t_s=filmed.t_s, calibration=calibration, players=players)
        for players in (None, {track: PlayerInfo(str(track), policy=children) for track in range(1, 5)})
    ]
    assert found[1]["quality"]["1"]["zones"].startswith("u12")
    high = [sum(measured(f["distance"][k]["sprint_distance_m"])["value"] for k in "1234") for f in found]
    assert high[1] > high[0]


def test_without_calibration_and_heights_there_are_no_metres() -> None:
    result = calculate_kpis(scene(3.0).frames(), [], t_s=np.arange(0, 3, 0.04))
    assert all("absent" in entry for entry in result["speed"]["1"].values())
    assert "mark the pitch" in reason(result["speed"]["1"]["max_speed_mps"])
    assert result["quality"]["1"]["scale_source"] == "none" and result["quality"]["1"]["grade"] == ""


def test_heights_give_a_graded_scale() -> None:
    filmed = scene()
    players = {track: PlayerInfo(str(track), height_m=1.78) for track in range(1, 5)}
    result = calculate_kpis(filmed.frames(), [], t_s=filmed.t_s, players=players)
    quality = result["quality"]["1"]
    assert quality["scale_source"].startswith("player_height")
    assert quality["grade"] in ("C", "D")
    assert quality["scale_error_share"] is not None and quality["scale_error_share"] > 0.02


def test_without_times_there_are_no_speeds() -> None:
    filmed = scene(3.0)
    calibration = clicked(filmed.camera, np.random.default_rng(1), 1.0)
    result = calculate_kpis(filmed.frames(), [], calibration=calibration)
    assert "No frame times" in reason(result["speed"]["1"]["max_speed_mps"])


def test_nothing_in_nothing_out() -> None:
    assert calculate_kpis([], []) == {key: {} for key in KEYS}


def test_the_ball_is_no_player() -> None:
    ball = Tracks(
        np.array([7], np.int32), np.array([[1, 2, 3, 4]], np.float32), np.ones(1, np.float32),
        np.array([CLASS_BALL], np.int16), np.zeros(1, np.int32),
    )  # fmt: skip
    assert calculate_kpis([ball], [])["speed"] == {}


def test_wrong_inputs_are_refused() -> None:
    frames = scene(1.0).frames()
    with pytest.raises(ShapeError, match="run the tracker first"):
        calculate_kpis([Detections.empty()], [])  # type: ignore[list-item]
    with pytest.raises(ShapeError, match="25 frames of keypoints"):
        calculate_kpis(frames, [None])
    with pytest.raises(ShapeError, match="25 frame times"):
        calculate_kpis(frames, [], t_s=[0.0])
    with pytest.raises(ShapeError, match=r"poses\[0\]"):
        calculate_kpis(frames, [np.zeros((1, 17, 3), np.float32)] * 25)


def test_ball_track_changes_the_technical_reason() -> None:
    frames = scene(1.0).frames()
    without = calculate_kpis(frames, [])["technical"]["1"]["touches"]
    timeless = calculate_kpis(frames, [], ball=np.zeros((25, 2)))["technical"]["1"]["touches"]
    unseen = calculate_kpis(frames, [], t_s=np.arange(25) / 25, ball=np.full((25, 2), np.nan))["technical"]["1"][
        "touches"
    ]
    assert "ball was not tracked" in reason(without) and "not looked for" in reason(timeless)
    assert "the ball was not found" in reason(unseen)
    with pytest.raises(ShapeError, match="ball"):
        calculate_kpis(frames, [], ball=np.zeros((3, 2)))


def test_touches_from_arrays() -> None:
    """A game by script through the public function: the counts of `find_events`, without teams and pitch."""
    game = play_game(np.random.default_rng(3), 40.0)
    film = film_play(game, side_camera(), np.random.default_rng(3), PlayFaults(marked=False, person_misses=0.0))
    count = len(film.t_s)
    frames = [
        Tracks(
            np.arange(1, 9, dtype=np.int32), np.array([person.xyxy[frame] for person in film.people], np.float32),
            np.ones(8, np.float32), np.zeros(8, np.int16), np.arange(8, dtype=np.int32),
        )
        for frame in range(count)
    ]  # fmt: skip
    poses = [np.array([person.keypoints[frame] for person in film.people], np.float32) for frame in range(count)]
    ball = np.full((count, 2), np.nan)
    ball[np.round(film.ball.t_s * 25).astype(int)] = film.ball.xy
    found = calculate_kpis(frames, poses, t_s=film.t_s, ball=ball)["technical"]
    touches = sum(measured(found[str(player)]["touches"])["value"] for player in range(1, 9))
    assert touches >= 0.6 * len(game.touches)
    assert "teams" in reason(found["1"]["passes_attempted"]) or "mark it" in reason(found["1"]["passes_attempted"])
