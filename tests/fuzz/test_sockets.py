"""What a broken or hostile program says on a socket: it is answered or shown out, and nobody's consumer ends by it."""

from __future__ import annotations

import json

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.testing import WebsocketCommunicator
from hypothesis import strategies as st

from apps.accounts.tokens import issue_ticket
from axolotl_project.routing import sockets
from tests.apps.tenancy import SOCKETS
from tests.apps.tenancy.walk import OPENS, Row, World
from tests.apps.test_tenancy import address_of
from tests.factories.live import JPEG, PNG, binary
from tests.fuzz.damage import damaged_bytes, damaged_json, damaged_text
from tests.fuzz.exploring import Target, explore

ROWS = [row for row in SOCKETS if row.expected["coach"] == OPENS or row.device == OPENS]
WORDS = [
    {"type": "start_session", "camera": "main", "calibration_id": None},
    {"type": "join_session", "want": "state"},
    {"type": "frame_data", "frame": "/9j/4AAQSkZJRg==", "timestamp": 0, "camera": "main"},
    {"type": "heartbeat", "state": {"queue": 1}},
    {"type": "leave_session"},
]
ANSWERS = 12
"""Looked at after some words; a viewer of a live session is told something for as long as it stays."""
said = st.one_of(
    damaged_json(WORDS).map(json.dumps),
    damaged_text([json.dumps(word) for word in WORDS]).map(lambda text: text.encode("utf-8", "replace").decode()),
    damaged_bytes([binary(0, JPEG), binary(0, PNG), b""]),
)


async def tell(row: Row, world: World, messages: list[str | bytes]) -> None:
    """Say all that on an open socket. An error in the consumer comes out of the communicator."""
    by_coach = row.expected["coach"] == OPENS
    ticket = await sync_to_async(issue_ticket)(world.people["coach"].pk, row.purpose, None) if by_coach else ""
    headers = [] if by_coach else [(b"authorization", f"Bearer {world.keys[row.device_key]}".encode())]
    socket = WebsocketCommunicator(sockets, f"{address_of(row, world)}?ticket={ticket}", headers)
    assert (await socket.connect())[0]
    for message in messages:
        kind = "bytes" if isinstance(message, bytes) else "text"
        await socket.send_input({"type": "websocket.receive", kind: message})
    for _ in range(ANSWERS):
        if await socket.receive_nothing(timeout=0.05, interval=0.01):
            break
        answer = await socket.receive_output(timeout=1)
        if answer["type"] == "websocket.close":
            assert 1000 <= answer["code"] < 5000
            return
        assert isinstance(json.loads(answer["text"]), dict)
    await socket.disconnect()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("clean_redis")
def test_words_on_every_socket(fuzz_seconds: float) -> None:
    assert {row.route for row in ROWS} == {row.route for row in SOCKETS}, "each socket lets somebody in"
    world = World()
    example = st.tuples(st.sampled_from(ROWS), st.lists(said, min_size=1, max_size=4))
    run = async_to_sync(tell)
    explore(Target("socket", example, lambda one: run(one[0], world, one[1]), examples=30), fuzz_seconds)
