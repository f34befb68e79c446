"""Two calibrated cameras with known truth: one number and one position per player, better than either camera's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from tests.scenes.live_views import ScriptedDetector, filmed, marked, picture, players, side_camera
from vision.live import LiveConfig, LiveProcessor, PitchFusion
from vision.types import Float64Array

SIZE = (1280, 720)
LATER_S = 0.043
"""The second camera's frames come between the first's."""
EYE = np.eye(2)


@dataclass(frozen=True)
class Seen:
    """What a session told: distance from the true place [m] of everybody at each frame, and how many there were."""

    error_m: Float64Array
    count: Float64Array
    numbers: set[int]
    owners: dict[int, list[int]]


def watch(cameras: str, seed: int, count: int = 8, duration_s: float = 25.0) -> Seen:
    """Follow a scene by some of the cameras `a` and `b`."""
    cast = players(count, duration_s + 1.0, seed)
    lenses = {"a": side_camera(-1.0, SIZE), "b": side_camera(1.0, SIZE)}
    t_s = {"a": np.arange(int(duration_s * 10)) / 10, "b": np.arange(int(duration_s * 10)) / 10 + LATER_S}
    scenes = [filmed(cast, lenses[name], t_s[name], seed + at + 10) for at, name in enumerate("ab")]
    marks = {name: marked(lenses[name], seed + at + 30) for at, name in enumerate("ab") if name in cameras}
    processor = LiveProcessor(ScriptedDetector(scenes), cameras=marks, config=LiveConfig(fps=10))
    errors, counts, owners = [], [], {}
    for frame in range(len(t_s["a"])):
        for at, name in enumerate("ab"):
            if name not in cameras:
                continue
            report = processor.process_frame(picture(frame, at, SIZE), float(t_s[name][frame]), name)
            placed = processor.last[name]
            true = np.stack([each.position(t_s[name][frame : frame + 1])[0] for each in cast])
            for number, xy in zip(placed.world_number.tolist(), placed.xy_m, strict=True):
                away = np.linalg.norm(true - xy, axis=1)
                if frame >= 20:
                    errors.append(away.min())
                    owners.setdefault(number, []).append(int(away.argmin()))
            counts.append(len({player["track_id"] for player in report["players"]}))
    return Seen(np.array(errors), np.array(counts[40:]), set(owners), owners)


@pytest.mark.parametrize("seed", [1, 3])
def test_two_cameras_give_one_position_per_player_better_than_the_best_camera(seed: int) -> None:
    both, first, second = (watch(cameras, seed) for cameras in ("ab", "a", "b"))
    rms = [float(np.sqrt(np.mean(seen.error_m**2))) for seen in (both, first, second)]
    assert rms[0] <= min(rms[1:])
    assert rms[0] <= 0.35
    assert np.mean(both.count == 8) > 0.97
    assert len(both.numbers) <= 9
    faithful = [np.bincount(owner).max() / len(owner) for owner in both.owners.values() if len(owner) > 100]
    assert len(faithful) == 8 and np.mean(faithful) > 0.94


def test_a_player_whom_one_camera_loses_keeps_number_and_place() -> None:
    fusion = PitchFusion()
    noise = np.array([0.05])
    numbers = set()
    for frame in range(100):
        t = frame / 10
        place = np.array([[0.3 * t, 2.0]])
        numbers |= set(fusion.update("a", t, one(1), place + 0.15, EYE[None] * 0.04, noise).tolist())
        if not 40 <= frame < 60:
            track = 1 if frame < 40 else 2
            numbers |= set(fusion.update("b", t + 0.02, one(track), place - 0.15, EYE[None] * 0.04, noise).tolist())
        if frame in (39, 41, 59):
            joint = fusion.fused(t)
            # With b gone its share of the difference stays taken off a's word: no step.
            assert np.linalg.norm(joint.xy_m[0] - place[0]) < 0.12
    assert numbers - {-1} == {1}


def test_two_players_close_together_stay_two() -> None:
    fusion = PitchFusion()
    for frame in range(60):
        t = frame / 10
        pair = np.array([[0.0, 0.0], [1.2, 0.0]])
        for at, camera in enumerate("ab"):
            told = fusion.update(
                camera, t + 0.01 * at, np.array([1, 2], np.int32), pair, covariances(2, 0.02), tenth(2)
            )
    assert sorted(told.tolist()) == [1, 2]
    assert len(fusion.fused(6.0).number) == 2


def test_somebody_whom_only_one_camera_sees_is_a_player_too() -> None:
    fusion = PitchFusion()
    for frame in range(30):
        t = frame / 10
        fusion.update("a", t, one(1), np.array([[0.0, 0.0]]), covariances(1, 0.04), tenth(1))
        told = fusion.update("b", t, one(7), np.array([[15.0, 3.0]]), covariances(1, 0.04), tenth(1))
    assert told.tolist() == [2]
    assert len(fusion.fused(2.9).number) == 2


def test_a_track_that_leaves_its_player_is_taken_off() -> None:
    fusion = PitchFusion()
    for frame in range(80):
        t = frame / 10
        fusion.update("a", t, one(1), np.array([[0.0, 0.0]]), covariances(1, 0.04), tenth(1))
        elsewhere = 0.0 if frame < 40 else 10.0
        told = fusion.update("b", t, one(1), np.array([[elsewhere, 0.0]]), covariances(1, 0.04), tenth(1))
    assert told[0] != 1
    joint = fusion.fused(7.9)
    assert np.linalg.norm(joint.xy_m[joint.number == 1][0]) < 0.5


def test_a_restored_state_goes_on_with_the_same_numbers() -> None:
    fusion, copy = PitchFusion(), PitchFusion()
    for frame in range(30):
        for camera in "ab":
            fusion.update(camera, frame / 10, one(1), np.array([[0.1 * frame, 0.0]]), covariances(1, 0.04), tenth(1))
    copy.restore(fusion.state())
    for each in (fusion, copy):
        assert each.update("b", 3.0, one(1), np.array([[3.0, 0.0]]), covariances(1, 0.04), tenth(1)).tolist() == [1]
    np.testing.assert_allclose(copy.fused(3.0).xy_m, fusion.fused(3.0).xy_m)


def one(track: int) -> np.ndarray:
    return np.array([track], np.int32)


def covariances(count: int, variance: float) -> Float64Array:
    return np.repeat(EYE[None] * variance, count, axis=0)


def tenth(count: int) -> Float64Array:
    return np.full(count, 0.1)
