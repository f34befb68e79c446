"""Frames in Redis: in order, each camera its share, the oldest dropped first and counted."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest
from redis.exceptions import ConnectionError as RedisDown

from apps.live import broker, stream
from apps.live.adapters import RedisFrameSource
from apps.live.connections import client
from apps.live.frames import Picture
from apps.live.models import LiveSession
from apps.live.stream import BYTES_PER_CAMERA, FRAMES_PER_CAMERA, SILENT_US, Keys, Pushed
from pipeline.live_ports import LiveClaim
from pipeline.testing import MemoryArtefactStore
from tests.factories.live import JPEG, now_us

pytestmark = pytest.mark.django_db


def send(session: object, number: int, camera: str = "main", size: int = 0, *, t0: int = 1_000_000) -> Pushed:
    at = t0 + number
    return broker.push(session, camera, Picture(at, at, JPEG + b"x" * size))


def source_of(live: LiveSession, cursor: str = "") -> RedisFrameSource:
    return RedisFrameSource(LiveClaim(str(live.pk), "token", "worker"), cursor, MemoryArtefactStore())


def test_frames_come_out_as_they_went_in(live: LiveSession) -> None:
    assert [send(live.pk, number).seq for number in (1, 2, 3)] == [1, 2, 3]
    frames = source_of(live).read(10, 0.0)
    assert [(frame.camera, frame.seq, frame.captured_us) for frame in frames] == [
        ("main", 1, 1_000_001),
        ("main", 2, 1_000_002),
        ("main", 3, 1_000_003),
    ]
    assert frames[0].data == JPEG


def test_a_reader_goes_on_where_it_was_and_another_where_a_checkpoint_says(live: LiveSession) -> None:
    for number in range(5):
        send(live.pk, number)
    first = source_of(live)
    assert [frame.seq for frame in first.read(2, 0.0)] == [1, 2]
    kept = first.cursor()
    assert [frame.seq for frame in first.read(10, 0.0)] == [3, 4, 5]
    assert first.read(10, 0.0) == []
    assert [frame.seq for frame in source_of(live, kept).read(10, 0.0)] == [3, 4, 5], "who takes over reads them again"


def test_a_reader_waits_for_the_first_frame_and_no_longer_than_asked(live: LiveSession) -> None:
    source = source_of(live)
    assert source.read(1, 0.01) == []
    timer = threading.Timer(0.1, send, (live.pk, 1))
    timer.start()
    assert [frame.seq for frame in source.read(1, 5.0)] == [1]
    timer.join()


def test_the_oldest_unread_frames_go_first_and_are_counted(live: LiveSession) -> None:
    for number in range(FRAMES_PER_CAMERA + 7):
        done = send(live.pk, number)
    assert done.dropped == 7
    source = source_of(live)
    frames = source.read(1000, 0.0)
    assert [frame.seq for frame in frames] == list(range(8, FRAMES_PER_CAMERA + 8))
    assert source.dropped() == {"main": 7}


def test_frames_that_were_read_make_room_without_being_counted(live: LiveSession) -> None:
    source = source_of(live)
    for number in range(3 * FRAMES_PER_CAMERA):
        send(live.pk, number)
        source.read(10, 0.0)
    assert broker.meta_of(live.pk).cameras["main"].dropped == 0
    assert client().xlen(Keys.of(live.pk).frames) == FRAMES_PER_CAMERA


def test_bytes_are_bounded_whatever_the_sizes(live: LiveSession) -> None:
    size = 1_000_000
    for number in range(20):
        send(live.pk, number, size=size)
    kept = client().xlen(Keys.of(live.pk).frames)
    assert kept == BYTES_PER_CAMERA // (size + len(JPEG))
    assert broker.meta_of(live.pk).cameras["main"].dropped == 20 - kept
    used = client().memory_usage(Keys.of(live.pk).frames)
    assert used < 1.2 * BYTES_PER_CAMERA, "what was trimmed is given back"


def test_a_greedy_camera_takes_nothing_from_the_others(live: LiveSession) -> None:
    for number in range(4):
        send(live.pk, number, "quiet")
    for number in range(10 * FRAMES_PER_CAMERA):
        send(live.pk, number + 10, "greedy")
    frames = source_of(live).read(1000, 0.0)
    assert [frame.seq for frame in frames if frame.camera == "quiet"] == [1, 2, 3, 4]
    assert sum(frame.camera == "greedy" for frame in frames) == FRAMES_PER_CAMERA
    assert broker.meta_of(live.pk).cameras["quiet"].dropped == 0


def test_late_and_repeated_frames_are_left_out_of_their_camera_only(live: LiveSession) -> None:
    outcomes = [send(live.pk, number).outcome for number in (5, 4, 5, 6)]
    assert outcomes == ["taken", "late", "twice", "taken"]
    assert send(live.pk, 1, "other").outcome == "taken"
    counts = broker.meta_of(live.pk).cameras["main"]
    assert (counts.received, counts.late) == (4, 2)
    assert [frame.captured_us for frame in source_of(live).read(10, 0.0)] == [1_000_005, 1_000_006, 1_000_001]


def test_two_senders_of_one_camera_keep_one_order(live: LiveSession) -> None:
    def send_many(offset: int) -> None:
        for number in range(offset, 120, 2):
            send(live.pk, number)

    threads = [threading.Thread(target=send_many, args=(offset,)) for offset in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    frames = source_of(live).read(1000, 0.0)
    times = [frame.captured_us for frame in frames]
    assert times == sorted(times)
    assert [frame.seq for frame in frames] == list(range(frames[0].seq, frames[0].seq + len(frames)))


def test_a_worker_is_rung_for_once_in_a_while_and_only_where_there_is_none(live: LiveSession) -> None:
    assert [send(live.pk, number).ring for number in range(3)] == [True, False, False]
    client().delete(Keys.of(live.pk).bell)
    broker.hold(live.pk, "token", lease_s=3)
    assert not send(live.pk, 4).ring
    broker.let_go(live.pk, "another")
    assert not send(live.pk, 5).ring
    broker.let_go(live.pk, "token")
    assert send(live.pk, 6).ring


@pytest.mark.parametrize("end", [broker.request_stop, broker.close, broker.forget])
def test_after_the_end_nothing_is_taken(live: LiveSession, end: Callable[[object], None]) -> None:
    send(live.pk, 1)
    end(live.pk)
    assert send(live.pk, 2).outcome == "closed"
    assert source_of(live).stop_requested() is (end is broker.request_stop)


def test_closing_gives_the_frames_back(live: LiveSession) -> None:
    for number in range(30):
        send(live.pk, number, f"camera {number % 3}", size=10_000)
    broker.close(live.pk)
    left = client().keys(f"{Keys.of(live.pk).base}*")
    assert left == [Keys.of(live.pk).meta.encode()], "the counts stay for whoever asks"


def test_everything_ends_by_itself(live: LiveSession) -> None:
    send(live.pk, 1)
    broker.publish(live.pk, 1, "{}")
    keys = [key for key in client().keys(f"{Keys.of(live.pk).base}*") if not key.endswith(b".bell")]
    assert len(keys) == 4
    assert all(0 < client().ttl(key) <= stream.KEPT_S for key in keys)


def test_a_redis_that_forgot_all_goes_on_behind_the_cursor(live: LiveSession) -> None:
    start = now_us()
    for number in range(5):
        send(live.pk, number, t0=start)
    source = source_of(live)
    last = source.read(10, 0.0)[-1]
    client().flushall()
    done = broker.push(live.pk, "main", Picture(start + 50, now_us(), JPEG), floor=last.seq)
    assert done.seq == last.seq + 1, "the sender knows where its count stood"
    assert [frame.captured_us for frame in source.read(10, 0.0)] == [start + 50]


def test_without_redis_a_reader_finds_nothing_and_comes_back(
    live: LiveSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> None:
        raise RedisDown

    source = source_of(live)
    send(live.pk, 1)
    with monkeypatch.context() as patch:
        patch.setattr(type(client()), "execute_command", down)
        assert source.read(10, 0.01) == []
        assert broker.state_of(live.pk) is None
        assert not broker.meta_of(live.pk).is_known
        broker.close(live.pk)
    assert [frame.seq for frame in source.read(10, 0.0)] == [1]


def test_a_cameras_name_is_its_senders_until_it_is_silent(live: LiveSession, monkeypatch: pytest.MonkeyPatch) -> None:
    at = now_us()
    assert broker.take_camera(live.pk, "left", "device:1")
    broker.push(live.pk, "left", Picture(at, at, JPEG))
    assert broker.take_camera(live.pk, "left", "device:1"), "a phone that comes back"
    assert not broker.take_camera(live.pk, "left", "device:2")
    assert broker.take_camera(live.pk, "right", "device:2")
    monkeypatch.setattr(broker, "now_us", lambda: at + SILENT_US + 1)
    assert broker.take_camera(live.pk, "left", "device:2")


def test_the_newest_state_is_kept_and_another_workers_is_not(live: LiveSession) -> None:
    broker.hold(live.pk, "mine", lease_s=3)
    assert broker.publish(live.pk, 5, '{"version":5}', token="mine")
    assert not broker.publish(live.pk, 6, '{"version":6}', token="theirs")
    assert broker.state_of(live.pk) == {"version": 5}


def test_sessions_share_nothing(live: LiveSession) -> None:
    other = uuid.uuid4()
    send(live.pk, 1)
    send(other, 2)
    assert [frame.captured_us for frame in source_of(live).read(10, 0.0)] == [1_000_001]
    broker.forget(other)
    assert send(live.pk, 3).outcome == "taken"
