"""The loop of a live session with scripted models: figures, order, drops, faults, ends, results."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline import live_frames
from pipeline.live import run_live
from pipeline.live_ports import LiveEnd
from pipeline.ports import PlayerRecord
from tests.pipeline.live_session import QUICK, SESSION, Stage, encoded, relabel, stage, until
from tests.scenes.live_views import ScriptedPose


def covered(stage: Stage, player: int, until_s: float, from_s: float = 0.0) -> float:
    return stage.cast[player].covered(from_s, until_s)


def nearest(stage: Stage, xy: list[float], t_s: float) -> int:
    places = np.stack([each.position(np.array([t_s]))[0] for each in stage.cast])
    return int(np.linalg.norm(places - np.array(xy), axis=1).argmin())


def test_a_session_tells_figures_and_stores_a_result_like_a_scans() -> None:
    show = stage(4, duration_s=30.0)
    show.start()
    show.feed(range(300))
    metrics = show.last["metrics"]
    assert metrics["scale"] == "calibrated"
    assert len(metrics["players"]) == 4
    assert metrics["frame"] == {"cam0": {"t_us": show.captured_us(299), "seq": 300, "width": 640, "height": 360}}
    for player in metrics["players"]:
        true = covered(show, nearest(show, player["xy_m"], 29.9), 29.4)
        assert player["distance_m"] == pytest.approx(true, rel=0.12, abs=3.0)
        assert player["player_id"] is None and player["zone"] in (1, 2, 3, 4, 5)
    assert [state["version"] for state in show.output.states] == list(range(1, len(show.output.states) + 1))
    show.stop()
    [result] = show.output.results
    assert result.reason is LiveEnd.STOPPED
    assert result.frames == {"cam0": 300} and result.dropped == {"cam0": 0}
    assert result.ended_us == pytest.approx(show.captured_us(299), abs=1)
    assert len(result.results["players"]) == len(result.results["tracks"]) == 4
    for player in result.results["players"]:
        total = player["groups"]["distance"]["total_distance_m"]
        assert total["low"] < total["value"] < total["high"]
        assert len(player["series"]["t_s"]) > 100
    totals = sorted(each["groups"]["distance"]["total_distance_m"]["value"] for each in result.results["players"])
    assert totals == pytest.approx(sorted(covered(show, each, 29.9) for each in range(4)), rel=0.08, abs=3.5)
    assert not list(show.live.artefacts.list(f"sessions/{SESSION}/film0/live"))


def test_without_a_marked_pitch_there_are_no_metres() -> None:
    show = stage(3, duration_s=5.0, calibrated=False)
    show.start()
    show.feed(range(50))
    metrics = show.last["metrics"]
    assert metrics["scale"] == "none"
    assert len(metrics["players"]) == 3
    assert all(player["speed_mps"] is None and player["distance_m"] is None for player in metrics["players"])
    assert all("xy_m" not in player for player in metrics["players"])
    show.stop()
    [result] = show.output.results
    assert all("absent" in each["groups"]["distance"]["total_distance_m"] for each in result.results["players"])


def test_a_known_height_gives_an_estimated_scale() -> None:
    people = [PlayerRecord("ann", height_m=1.78), PlayerRecord("bea", height_m=1.78)]
    show = stage(4, duration_s=20.0, calibrated=False, people=people, labels={1: "ann", 2: "bea"})
    show.start()
    show.feed(range(200))
    metrics = show.last["metrics"]
    assert metrics["scale"] == "estimated"
    told = [player["speed_mps"] for player in metrics["players"] if player["player_id"]]
    assert any(speed is not None for speed in told)
    show.stop()


def test_labels_name_players_and_join_their_tracks() -> None:
    people = [PlayerRecord("ann", zones="u14")]
    show = stage(3, duration_s=12.0, people=people)
    show.start()
    show.feed(range(60))
    relabel(show, {1: "ann"})
    until(lambda: any(p["player_id"] == "ann" for p in feed_one(show)["metrics"]["players"]))
    named = next(p for p in show.last["metrics"]["players"] if p["player_id"] == "ann")
    assert named["track_id"] == 1
    show.stop()
    [result] = show.output.results
    assert [each["player_id"] for each in result.results["players"]].count("ann") == 1
    assert [(word.kind, word.player_id) for word in result.corrections] == [("assign", "ann")]


def feed_one(show: Stage) -> dict:
    number = max(frame.seq for _, frame in show.stream.frames)
    show.feed(range(number, number + 1))
    return show.last


def test_when_late_the_newest_frame_counts_and_the_others_are_told() -> None:
    show = stage(3, duration_s=6.0)
    for number in range(30):
        show.stream.put(show.frame(number))
    show.start()
    until(lambda: bool(show.output.states))
    assert show.output.states[0]["metrics"]["frame"]["cam0"]["seq"] == 30
    assert show.output.states[0]["metrics"]["dropped"] == {"cam0": 29}
    show.feed(range(30, 60))
    show.stop()
    assert show.output.results[0].frames == {"cam0": 31}
    assert show.output.results[0].dropped == {"cam0": 29}


def test_frames_that_come_twice_or_late_are_ignored_and_counted() -> None:
    show = stage(3, duration_s=6.0)
    show.start()
    show.feed(range(20))
    states = len(show.output.states)
    show.stream.put(show.frame(19))
    show.stream.put(show.frame(5))
    show.feed(range(20, 40))
    assert len(show.output.states) == states + 20
    assert show.last["metrics"]["ignored"] == {"cam0": 2}
    seqs = [state["metrics"]["frame"]["cam0"]["seq"] for state in show.output.states]
    assert seqs == sorted(set(seqs))


def test_garbage_is_counted_told_and_never_ends_the_session() -> None:
    show = stage(3, duration_s=6.0)
    show.start()
    show.feed(range(10))
    whole = encoded(10)
    for extra, data in enumerate([b"\xff\xd8\xff\xe0garbage", whole[:200], b"", b"GIF89a", b"\xff\xd8"]):
        show.stream.put(replace(show.frame(10 + extra), data=data))
        until(lambda: not show.stream.after(show.stream.read_to, 1, 0.0))
    show.feed(range(20, 40))
    metrics = show.last["metrics"]
    assert metrics["broken"]["cam0"] + metrics["dropped"]["cam0"] == 5
    assert metrics["broken"]["cam0"] >= 1
    assert len(metrics["players"]) == 3
    show.stop()
    assert show.output.results[0].reason is LiveEnd.STOPPED


def test_a_picture_that_claims_a_giants_size_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = bytearray(encoded(0))
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    monkeypatch.setattr("cv2.imdecode", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(live_frames.BadFrame, match="60000x60000"):
        live_frames.open_frame(bytes(bomb))


def test_code_that_fails_at_a_frame_costs_that_frame_only() -> None:
    show = stage(3, duration_s=6.0)
    show.models.break_at = lambda frame: frame in (10, 11)
    show.start()
    show.feed(range(10))
    for number in (10, 11):
        show.stream.put(show.frame(number))
        until(lambda: not show.stream.after(show.stream.read_to, 1, 0.0))
    show.feed(range(12, 30))
    assert show.last["metrics"]["broken"] == {"cam0": 2}
    assert len(show.last["metrics"]["players"]) == 3
    assert show.last["metrics"]["messages"] == []
    show.stop()


def test_code_that_fails_at_every_frame_ends_the_session_with_what_was_there() -> None:
    show = stage(3, duration_s=12.0)
    show.models.break_at = lambda frame: frame >= 60
    show.start(timing=replace(QUICK, failures=5))
    show.feed(range(60))
    for number in range(60, 70):
        show.stream.put(show.frame(number))
        until(lambda: bool(show.output.results) or not show.stream.after(show.stream.read_to, 1, 0.0))
    until(lambda: bool(show.output.results))
    [result] = show.output.results
    assert result.reason is LiveEnd.BROKEN_OFF
    assert result.frames == {"cam0": 60} and len(result.results["players"]) == 3


def test_silence_ends_and_stores_the_session() -> None:
    show = stage(3, duration_s=6.0)
    show.start(timing=replace(QUICK, idle_s=0.3))
    show.feed(range(30))
    until(lambda: bool(show.output.results))
    assert show.output.results[0].reason is LiveEnd.IDLE
    assert len(show.output.results[0].results["players"]) == 3


def test_a_session_has_a_longest_time() -> None:
    show = stage(3, duration_s=6.0)
    show.live.store.records[SESSION] = replace(show.record, started_us=show.record.started_us - 11_000_000)
    show.start(timing=replace(QUICK, most_s=10.0))
    until(lambda: bool(show.output.results))
    assert show.output.results[0].reason is LiveEnd.TOO_LONG


def test_a_session_without_a_frame_has_an_empty_result() -> None:
    show = stage(3, duration_s=6.0)
    show.start()
    show.stop()
    [result] = show.output.results
    assert result.results["players"] == [] and result.results["tracks"] == []
    assert result.ended_us == show.record.started_us


def test_nobody_works_on_a_session_that_is_held_closed_or_gone() -> None:
    show = stage(3, duration_s=6.0)
    claim = show.live.store.claim(SESSION, worker="other")
    assert not run_live(SESSION, show.live.ports(), show.models, worker="test", timing=QUICK)
    assert claim is not None
    show.live.store.release(claim)
    show.live.store.closed.add(SESSION)
    assert not run_live(SESSION, show.live.ports(), show.models, worker="test", timing=QUICK)
    assert show.output.states == [] and show.output.results == []


def test_a_deleted_session_is_left_without_a_result() -> None:
    show = stage(3, duration_s=6.0)
    thread = show.start()
    show.feed(range(10))
    show.live.store.cancelled.add(SESSION)
    thread.join(5.0)
    assert not thread.is_alive()
    assert show.output.results == [] and show.output.failure is None


def test_an_unknown_model_fails_with_a_sentence() -> None:
    from pathlib import Path

    from pipeline.live_models import LiveModels
    from pipeline.models import ModelPool

    show = stage(3, duration_s=6.0)
    show.live.store.records[SESSION] = replace(show.record, model="/etc/passwd")
    assert run_live(SESSION, show.live.ports(), LiveModels(ModelPool(Path("none"))), worker="test", timing=QUICK)
    assert show.output.failure is not None
    assert show.output.failure[0] == "BAD_PARAMS" and "nanodet" in show.output.failure[1]


def test_a_camera_that_joins_later_is_taken_in() -> None:
    show = stage(4, cameras=2, duration_s=12.0)
    both = show.record
    show.record = replace(both, cameras=both.cameras[:1])
    show.live.store.records[SESSION] = show.record
    show.start()
    for number in range(30):
        before = len(show.output.states)
        show.stream.put(show.frame(number))
        show.told(before)
    early = {player["track_id"] for player in show.last["metrics"]["players"]}
    show.record = both
    show.live.store.records[SESSION] = both
    show.feed(range(30, 100))
    late = show.last["metrics"]
    assert set(late["frame"]) == {"cam0", "cam1"}
    assert len(early) >= 3
    assert {player["track_id"] for player in late["players"]} == {1, 2, 3, 4}
    assert all(set(player["views"]) <= {"cam0", "cam1"} for player in late["players"])
    show.stop()
    [result] = show.output.results
    assert len(result.results["players"]) == 4


def test_frames_of_a_changed_size_are_the_same_places() -> None:
    show = stage(3, duration_s=12.0)
    show.start()
    show.feed(range(60))
    whole = {p["track_id"]: p for p in show.last["metrics"]["players"]}
    for number in range(60, 90):
        before = len(show.output.states)
        show.stream.put(show.frame(number, data=encoded(number, size=(320, 180))))
        show.told(before)
    half = {p["track_id"]: p for p in show.last["metrics"]["players"]}
    assert set(half) & set(whole) and set(half) <= {1, 2, 3}
    assert show.last["metrics"]["frame"]["cam0"]["width"] == 320
    for number, player in half.items():
        if number not in whole:
            continue
        assert player["bbox"][2] <= 330
        assert player["distance_m"] >= whole[number]["distance_m"]
        assert np.linalg.norm(np.subtract(player["xy_m"], whole[number]["xy_m"])) < 3 * 9.0


def test_postures_are_read_of_the_chosen_first() -> None:
    show = stage(4, duration_s=6.0, labels={3: "ann"}, people=[PlayerRecord("ann")])
    show.models.pose = ScriptedPose()
    show.start()
    show.feed(range(40))
    posed = [{p["track_id"] for p in s["metrics"]["players"] if "keypoints" in p} for s in show.output.states[10:]]
    assert sum(3 in each for each in posed) >= 0.9 * len(posed)
    assert show.models.pose.people < 40 * 4
    show.stop()
