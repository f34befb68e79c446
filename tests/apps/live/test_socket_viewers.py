"""`/ws/live/<session_id>` on real Redis: states out to who may watch, until the end, and nobody waits for anybody."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from apps.accounts.models import Membership, Role, Team, User
from apps.accounts.services.members import remove_member
from apps.live import broker
from apps.live.adapters import DjangoLiveStore
from apps.live.connections import client
from apps.live.hub import hub
from apps.live.models import LiveSession
from apps.sessions.services.sessions import delete_session
from axolotl_project.routing import sockets
from tests.apps.live.sockets import closed, heard, opened, run, say, sender, viewer, worker
from tests.factories.accounts import make_member, make_team
from tests.factories.live import binary, make_live, make_result, make_state, make_track

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_viewer_who_comes_back_gets_the_newest_at_once(live: LiveSession, coach: User) -> None:
    _, sink = await worker(live)
    for version in range(1, 21):
        page = await viewer(live, coach)
        if version > 1:
            assert (await heard(page, "metrics_update"))["version"] == version - 1, "without waiting for the next"
        await run(sink.publish)(make_state(version))
        assert (await heard(page, "metrics_update"))["version"] == version
        await page.disconnect()
    assert hub().rooms == {}, "with the last viewer the subscription ends"


async def test_many_viewers_are_one_subscription_and_one_text(live: LiveSession, coach: User) -> None:
    pages = [await viewer(live, coach) for _ in range(5)]
    _, sink = await worker(live)
    news = f"axolotl.live.{live.pk}.news"
    await run(sink.publish)(make_state(1, make_track()))
    texts = {await page.receive_from(timeout=3) for page in pages}
    assert len(texts) == 1
    assert await run(client().pubsub_numsub)(news) == [(news.encode(), 1)]
    for page in pages:
        await page.disconnect()


def held_back(gate: asyncio.Event) -> Any:
    """The application behind a line on which states wait for the gate, as behind a full window of TCP."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        async def slow(message: Any) -> None:
            if "metrics_update" in message.get("text", ""):
                await gate.wait()
            await send(message)

        await sockets(scope, receive, slow)

    return application


async def test_a_stalled_viewer_delays_nobody_and_gets_only_the_newest(live: LiveSession, coach: User) -> None:
    gate = asyncio.Event()
    stalled, page = await viewer(live, coach, held_back(gate)), await viewer(live, coach)
    boxes = list(hub().rooms[f"axolotl.live.{live.pk}.news"].boxes)
    assert len(boxes) == 2
    _, sink = await worker(live)
    for version in range(1, 31):
        await run(sink.publish)(make_state(version))
        assert (await heard(page, "metrics_update", 15))["version"] == version
    gate.set()
    got = [(await heard(stalled, "metrics_update"))["version"] for _ in range(2)]
    for socket in (stalled, page):
        await socket.disconnect()
    assert got == [1, 30], "the one that was on its way, then the newest"
    assert sorted(box.overtaken for box in boxes) == [0, 28]


async def test_an_analyst_watches_only(live: LiveSession, analyst: User) -> None:
    socket = await opened(live, analyst)
    assert (await heard(socket, "connected"))["can_send"] is False
    for message in ({"text_data": '{"type": "start_session"}'}, {"bytes_data": binary()}):
        await socket.send_to(**message)
        assert (await heard(socket, "error"))["code"] == "PERMISSION_DENIED"
    await say(socket, "join_session")
    await heard(socket, "joined")
    assert (await run(broker.meta_of)(live.pk)).cameras == {}
    await socket.disconnect()


async def test_viewers_hear_the_end_and_are_let_go(live: LiveSession, coach: User) -> None:
    page = await viewer(live, coach)
    _, sink = await worker(live)
    await run(sink.publish)(make_state(1))
    assert await run(sink.finish)(await run(make_result)(live))
    stopped = await heard(page, "session_stopped")
    assert (stopped["status"], stopped["summary"]["players"][0]["total_distance_m"]) == ("stopped", 41.0)
    assert await closed(page) == 1000
    late = await opened(live, coach)
    assert (await heard(late, "session_stopped"))["summary"] == stopped["summary"], "who comes later hears it too"
    assert await closed(late) == 1000


async def test_deleting_the_session_ends_it(live: LiveSession, coach: User) -> None:
    page, camera = await viewer(live, coach), await sender(live, coach)
    claim, _ = await worker(live)
    await run(delete_session)(user=coach, session_id=live.pk)
    assert (await heard(page, "session_stopped"))["status"] == "deleted"
    assert await closed(page) == 1000
    await camera.send_to(bytes_data=binary())
    assert await closed(camera) == 4403
    assert (await run(DjangoLiveStore().renew)(claim)).value == "cancelled"


async def test_nothing_of_one_session_reaches_another(live: LiveSession, team: Team, coach: User) -> None:
    theirs = await run(make_live)(await run(make_team)())
    stranger = await run(make_member)(theirs.session.team, Role.COACH)
    ours, own = await run(make_live)(team), await viewer(live, coach)
    second, foreign = await viewer(ours, coach), await viewer(theirs, stranger)
    _, sink = await worker(live)
    await run(sink.publish)(make_state(1, make_track()))
    assert (await heard(own, "metrics_update"))["version"] == 1
    for socket in (second, foreign):
        assert await socket.receive_nothing(timeout=0.3)
        await socket.disconnect()
    await own.disconnect()
    refused = await opened(live, stranger)
    assert await closed(refused) == 4404


async def test_who_leaves_the_team_is_let_go(live: LiveSession, team: Team, coach: User, owner: User) -> None:
    page = await viewer(live, coach)
    membership = await Membership.objects.aget(user=coach, team=team)
    await run(remove_member)(user=owner, team_id=team.pk, membership_id=membership.pk)
    assert await closed(page) == 4403
