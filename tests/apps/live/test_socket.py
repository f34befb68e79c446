"""`/ws/live/<session_id>` on real Redis: cameras in, words that are none, and lines that are cut."""

from __future__ import annotations

import base64
import uuid
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator

from apps.accounts.models import Role, Team, User
from apps.accounts.tokens import issue_ticket
from apps.live import broker
from apps.live.budget import PATIENCE_FRAMES
from apps.live.frames import MAX_FRAME_BYTES
from apps.live.models import LiveSession
from apps.live.services.sessions import mark_stopping
from apps.pairing.models import DeviceType
from axolotl_project.routing import sockets
from tests.apps.live.sockets import closed, heard, opened, run, say, sender, taken, worker
from tests.factories.accounts import make_member
from tests.factories.devices import make_device
from tests.factories.live import JPEG, binary, make_live, make_result, make_state, make_track, now_us

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_camera_and_a_viewer_meet(live: LiveSession, coach: User) -> None:
    camera, page = await opened(live, coach), await opened(live, coach)
    hello = await heard(camera, "connected")
    assert (hello["status"], hello["can_send"], hello["cameras"]) == ("waiting", True, ["main"])
    assert abs(hello["server_time_us"] - now_us()) < 5_000_000
    await say(camera, "start_session")
    joined = await heard(camera, "joined")
    assert joined["camera"] == "main"
    assert joined["frame_budget"] == {"fps": 10.0, "max_bytes": MAX_FRAME_BYTES, "max_cameras": 8}
    await say(page, "join_session")
    await heard(page, "joined")
    await camera.send_to(bytes_data=binary())
    await say(camera, "frame_data", timestamp=now_us() + 10, frame=base64.b64encode(JPEG).decode())
    await taken(live, 2)
    _, sink = await worker(live)
    await run(sink.publish)(make_state(3, make_track()))
    update = await heard(page, "metrics_update")
    assert (update["version"], update["metrics"]["players"][0]["track_id"]) == (3, 1)
    for socket in (camera, page):
        await say(socket, "leave_session")
        assert await closed(socket) == 1000
        await socket.disconnect()


async def test_one_socket_may_film_and_watch(live: LiveSession, coach: User) -> None:
    socket = await sender(live, coach)
    await say(socket, "join_session")
    await heard(socket, "joined")
    _, sink = await worker(live)
    await run(sink.publish)(make_state(1))
    assert (await heard(socket, "metrics_update"))["version"] == 1
    await socket.disconnect()


async def test_frames_without_a_word_are_those_of_the_main_camera(live: LiveSession, coach: User) -> None:
    socket = await opened(live, coach)
    await socket.send_to(bytes_data=binary())
    assert (await heard(socket, "joined"))["camera"] == "main"
    await taken(live, 1)
    await socket.disconnect()


async def test_a_hundred_times_too_many_frames_are_dropped_and_the_sender_sent_away(
    live: LiveSession, team: Team, coach: User
) -> None:
    other = await run(make_live)(team)
    calm, flood = await sender(other, coach), await sender(live, coach)
    start = now_us()
    for number in range(PATIENCE_FRAMES + 400):
        await flood.send_to(bytes_data=binary(start + number))
    error = await heard(flood, "error")
    assert (error["code"], error["fatal"]) == ("TOO_MANY_FRAMES", False)
    assert await closed(flood) == 4429
    await flood.disconnect()
    counts = (await run(broker.meta_of)(live.pk)).cameras["main"]
    assert counts.received < 60
    assert counts.refused >= PATIENCE_FRAMES
    await calm.send_to(bytes_data=binary())
    await taken(other, 1)
    await calm.disconnect()


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"garbage that goes on", "INVALID_FRAME"),
        (b"short", "INVALID_FRAME"),
        (binary(1), "CLOCK_OFF"),
        (binary(2**63), "CLOCK_OFF"),
        (binary(0, JPEG + b"x" * MAX_FRAME_BYTES), "FRAME_TOO_LARGE"),
    ],
)
async def test_a_bad_frame_is_told_and_the_next_good_one_taken(
    live: LiveSession, coach: User, message: bytes, code: str
) -> None:
    socket = await sender(live, coach)
    await socket.send_to(bytes_data=message)
    error = await heard(socket, "error")
    assert (error["code"], error["fatal"]) == (code, False)
    assert len(error["message"]) > 20
    await socket.send_to(bytes_data=binary())
    await taken(live, 1)
    await socket.disconnect()


async def test_nothing_but_garbage_ends_the_socket(team: Team, coach: User) -> None:
    live = await run(make_live)(team, fps=30.0)
    socket = await sender(live, coach)
    for _ in range(60):
        await socket.send_to(bytes_data=b"\x00" * 64)
    assert await closed(socket) == 4400
    await socket.disconnect()


async def test_frames_out_of_order_and_twice_are_left_out(live: LiveSession, coach: User) -> None:
    socket, at = await sender(live, coach), now_us()
    for plus in (10, 5, 10, 20):
        await socket.send_to(bytes_data=binary(at + plus))
    assert {(await heard(socket, "error"))["code"] for _ in range(2)} == {"FRAME_LATE", "FRAME_TWICE"}
    await taken(live, 4)
    claim, _ = await worker(live)

    def read() -> list[int]:
        from apps.live.adapters import RedisFrameSource
        from pipeline.testing import MemoryArtefactStore

        return [frame.captured_us - at for frame in RedisFrameSource(claim, "", MemoryArtefactStore()).read(10, 0.0)]

    assert await run(read)() == [10, 20]
    await socket.disconnect()


@pytest.mark.parametrize("text", ["", "{", "[]", "5", '{"type": 5}', '{"type": "dance"}', "[" * 5000, '{"type": "x'])
async def test_words_that_are_none(live: LiveSession, coach: User, text: str) -> None:
    socket = await opened(live, coach)
    await socket.send_to(text_data=text or " ")
    error = await heard(socket, "error")
    assert (error["code"], error["fatal"]) == ("VALIDATION_ERROR", False)
    await say(socket, "join_session")
    await heard(socket, "joined")
    await socket.disconnect()


@pytest.mark.parametrize(
    "fields", [{"camera": "../x"}, {"camera": 5.5e9 * 1e99}, {"camera": ["a"]}, {"calibration_id": "x"}]
)
async def test_a_camera_that_cannot_be(live: LiveSession, coach: User, fields: Any) -> None:
    socket = await opened(live, coach)
    await say(socket, "start_session", **fields)
    assert (await heard(socket, "error"))["code"] == "VALIDATION_ERROR"
    await socket.disconnect()


async def test_another_teams_pitch_is_not_there(live: LiveSession, coach: User) -> None:
    socket = await opened(live, coach)
    await say(socket, "start_session", calibration_id=str(uuid.uuid4()))
    assert (await heard(socket, "error"))["code"] == "NOT_FOUND"
    await socket.disconnect()


async def test_words_without_end_close_the_socket(live: LiveSession, coach: User) -> None:
    socket = await opened(live, coach)
    for _ in range(2 * PATIENCE_FRAMES):
        await socket.send_to(text_data='{"type": "join_session"}')
    assert await closed(socket) == 4429
    await socket.disconnect()


async def test_a_phone_on_a_new_line_goes_on_as_its_camera(live: LiveSession, team: Team, coach: User) -> None:
    _, key = await run(make_device)(team, coach, DeviceType.CAMERA)
    old = await opened(live, key=key)
    await say(old, "start_session", camera="left")
    await heard(old, "joined")
    await old.send_to(bytes_data=binary())
    await taken(live, 1, "left")
    new = await opened(live, key=key)
    await say(new, "start_session", camera="left")
    await heard(new, "joined")
    assert (await heard(old, "error"))["code"] == "CAMERA_TAKEN_OVER"
    assert await closed(old) == 4409
    await new.send_to(bytes_data=binary())
    await taken(live, 2, "left")
    assert await live.cameras.acount() == 2, "main and left"
    await new.disconnect()


async def test_somebody_elses_camera_is_not_taken(live: LiveSession, team: Team, coach: User) -> None:
    first = await sender(live, coach, "left")
    await first.send_to(bytes_data=binary())
    await taken(live, 1, "left")
    other = await opened(live, await run(make_member)(team, Role.COACH))
    await say(other, "start_session", camera="left")
    error = await heard(other, "error")
    assert (error["code"], "Choose another name" in error["message"]) == ("CAMERA_TAKEN", True)
    await first.send_to(bytes_data=binary())
    await taken(live, 2, "left")
    for socket in (first, other):
        await socket.disconnect()


async def test_a_line_that_is_cut_twenty_times_loses_no_order(live: LiveSession, coach: User) -> None:
    start = now_us() - 1_000_000
    for number in range(20):
        socket = await sender(live, coach)
        await socket.send_to(bytes_data=binary(start + number))
        await taken(live, number + 1)
        await socket.disconnect()
    counts = (await run(broker.meta_of)(live.pk)).cameras["main"]
    assert (counts.received, counts.seq, counts.late, counts.dropped) == (20, 20, 0, 0)


async def test_a_camera_hears_that_it_was_stopped(live: LiveSession, coach: User) -> None:
    socket = await sender(live, coach)
    await socket.send_to(bytes_data=binary())
    await taken(live, 1)
    assert await run(mark_stopping)(live.pk, actor_id=coach.pk)
    await socket.send_to(bytes_data=binary())
    assert (await heard(socket, "error"))["code"] == "SESSION_STOPPING"
    _, sink = await worker(live)
    assert await run(sink.finish)(await run(make_result)(live))
    await socket.send_to(bytes_data=binary())
    assert (await heard(socket, "session_stopped"))["status"] == "stopped"
    assert await closed(socket) == 1000


async def test_what_a_refused_socket_says_is_not_heard(live: LiveSession, coach: User) -> None:
    ticket = await run(issue_ticket)(coach.pk, "scan", None)
    socket = WebsocketCommunicator(sockets, f"/ws/live/{live.pk}?ticket={ticket}")
    assert (await socket.connect())[0]
    assert await closed(socket) == 4403
    await say(socket, "join_session")
    await socket.send_to(bytes_data=binary())
    assert await socket.receive_nothing(timeout=0.3)
    assert (await run(broker.meta_of)(live.pk)).cameras == {}


async def test_redis_going_away_ends_no_socket(live: LiveSession, coach: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from redis.asyncio import Redis
    from redis.exceptions import ConnectionError as RedisDown

    socket = await sender(live, coach)
    real = Redis.execute_command

    async def down(*_: Any, **__: Any) -> None:
        raise RedisDown

    monkeypatch.setattr(Redis, "execute_command", down)
    await socket.send_to(bytes_data=binary())
    assert (await heard(socket, "error"))["code"] == "UNAVAILABLE"
    monkeypatch.setattr(Redis, "execute_command", real)
    await socket.send_to(bytes_data=binary())
    await taken(live, 1)
    await socket.disconnect()
