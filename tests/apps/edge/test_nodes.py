"""Registering, heartbeats, status, rights, and what goes with a node."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import Player, Team, User
from apps.core.lifecycle import lifecycle
from apps.core.models import AuditEvent
from apps.edge.models import LEASE_S, EdgeNode, SyncConflict
from apps.edge.stamps import (
    EARLIEST_MS,
    ClockSample,
    HybridClock,
    Stamp,
    after,
    believed_offset_ms,
    read_time,
    write_time,
)
from apps.pairing.services.devices import revoke_device
from tests.apps.edge.conftest import Box, change, make_box, now_ms
from tests.factories.edge import make_node

pytestmark = pytest.mark.django_db


def test_registering_again_brings_it_up_to_date(box: Box) -> None:
    answer = box.post("register", {"name": "Pitch 9", "version": "2", "capabilities": {"devices": ["cuda:0"]}})
    assert answer.status_code == 200
    node = EdgeNode.objects.get()
    assert (node.name, node.version, node.capabilities) == ("Pitch 9", "2", {"devices": ["cuda:0"]})
    data = answer.json()["data"]
    assert (data["node_id"], data["heartbeat_s"], data["max_changes"]) == (str(node.pk), 15, 1000)
    assert AuditEvent.objects.filter(action="edge.registered").count() == 1


def test_the_servers_times_are_told_in_order(box: Box) -> None:
    clock = box.post("heartbeat", {}).json()["data"]["clock"]
    assert now_ms() - 5000 < read_time(clock["received_at"]) <= read_time(clock["sent_at"]) <= now_ms()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x" * 81},
        {"name": "nul\x00"},
        {"name": "x", "capabilities": []},
        {"name": "x", "capabilities": {"a": "x" * 9000}},
        {"name": "x", "capabilities": {"a": "\x00"}},
        [],
        3,
    ],
)
def test_a_bad_registration_is_refused(box: Box, body: Any) -> None:
    answer = box.post("register", body)
    assert answer.status_code == 400, answer.content
    assert EdgeNode.objects.get().name == "Pitch 1"


def test_what_no_database_can_store_is_refused(box: Box) -> None:
    for state in ('"\\ud800"', '"\\u0000"', "1e999"):
        body = f'{{"state": {{"a": {state}}}}}'
        answer = box.client.post("/api/local-edge/heartbeat", body, content_type="application/json")
        assert answer.status_code == 400, answer.content


def test_a_node_is_there_while_it_is_heard_of(box: Box, api_client: Callable[..., Any], coach: User) -> None:
    def connected() -> bool:
        return bool(api_client(coach).get(f"/api/local-edge/status/{box.node.pk}").json()["data"]["connected"])

    assert connected()
    EdgeNode.objects.update(last_heartbeat_at=timezone.now() - timedelta(seconds=LEASE_S + 1))
    assert not connected()
    box.post("heartbeat", {"state": {"outbox": 3}})
    assert connected()
    assert EdgeNode.objects.get().state == {"outbox": 3}
    box.post("heartbeat", {"leaving": True})
    assert not connected()


def test_a_sync_counts_as_a_heartbeat(box: Box) -> None:
    EdgeNode.objects.update(last_heartbeat_at=None)
    box.sync()
    assert EdgeNode.objects.get().is_connected()


def test_the_status_says_how_far_behind_a_node_is(
    box: Box, second_box: Box, player: Player, coach: User, api_client: Callable[..., Any]
) -> None:
    box.sync(change("11111111-1111-4111-8111-111111111111", title="x"))
    box.sync()
    nodes = {entry["node_id"]: entry for entry in api_client(coach).get("/api/local-edge/status").json()["data"]}
    assert nodes[str(box.node.pk)]["pending"] == 0
    assert nodes[str(second_box.node.pk)]["pending"] > 4
    assert nodes[str(second_box.node.pk)]["synced_at"] is None


def test_a_device_sees_itself_only(box: Box, second_box: Box) -> None:
    listed = box.client.get("/api/local-edge/status").json()["data"]
    assert [entry["node_id"] for entry in listed] == [str(box.node.pk)]
    assert box.client.get(f"/api/local-edge/status/{second_box.node.pk}").status_code == 404


def test_the_list_costs_the_same_for_many(
    team: Team, coach: User, api_client: Callable[..., Any], django_assert_max_num_queries: Any
) -> None:
    from apps.pairing.models import DeviceType
    from tests.factories.devices import make_device

    for _ in range(12):
        make_node(make_device(team, coach, DeviceType.EDGE)[0])
    client = api_client(coach)
    with django_assert_max_num_queries(6):
        assert len(client.get("/api/local-edge/status").json()["data"]) == 12


def test_a_revoked_key_opens_nothing(box: Box, owner: User) -> None:
    revoke_device(user=owner, device_id=box.device.pk)
    assert box.post("sync", {"changes": []}).status_code == 401
    assert not EdgeNode.objects.get().is_connected()


def test_each_box_has_its_own_limit(box: Box, second_box: Box, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "ordinary": "3/min"}
    codes = [box.post("heartbeat", {}).status_code for _ in range(5)]
    assert codes.count(429) >= 1
    assert second_box.post("heartbeat", {}).status_code == 200
    assert int(box.post("heartbeat", {}).headers["Retry-After"]) > 0


def test_exports_tell_of_nodes_and_of_lost_edits(box: Box, player: Player, coach: User) -> None:
    SyncConflict.objects.create(
        node=box.node, kind="wellness", object_id=f"{player.pk}/2026-05-01", field="pain", player=player,
        winner={"value": 3}, loser={"value": 5},
    )  # fmt: skip
    assert lifecycle.export("user", coach.pk)["edge"]["edge_nodes"][0]["name"] == "Pitch 1"
    (conflict,) = lifecycle.export("player", player.pk)["edge"]["sync_conflicts"]
    assert (conflict["field"], conflict["loser"]) == ("pain", {"value": 5})


def test_the_admin_shows_and_changes_nothing(box: Box, client: Any, player: Player) -> None:
    from tests.factories.accounts import make_user

    box.sync(change("11111111-1111-4111-8111-111111111111", title="x"))
    SyncConflict.objects.create(node=box.node, kind="session", object_id="x", field="title")
    client.force_login(make_user(is_staff=True, is_superuser=True))
    for page in ("edgenode", "syncconflict", "syncfield", "edgefilm"):
        assert client.get(f"/admin/edge/{page}/?q=Pitch").status_code == 200
        assert client.get(f"/admin/edge/{page}/add/").status_code == 403
    assert b"Pitch 1" in client.get("/admin/edge/edgenode/").content
    changed = client.post(f"/admin/edge/edgenode/{box.node.pk}/change/", {"name": "Taken"})
    assert changed.status_code == 403
    assert EdgeNode.objects.get().name == "Pitch 1"


# Stamps -----------------------------------------------------------------------------------------------------------


def test_a_hybrid_clock_never_runs_backwards() -> None:
    clock = HybridClock()
    assert clock.tick(1000) == Stamp(1000, 0)
    assert clock.tick(1000) == Stamp(1000, 1)
    assert clock.tick(900) == Stamp(1000, 2)
    clock.see(Stamp(5000, 7, "other"))
    assert clock.tick(1001) == Stamp(5000, 8)
    assert clock.tick(6000) == Stamp(6000, 0)


def test_an_edit_is_later_than_what_it_overwrote() -> None:
    assert after(100, None) == Stamp(100)
    assert after(100, Stamp(99, 5)) == Stamp(100)
    assert after(100, Stamp(100, 5)) == Stamp(100, 6)
    assert after(100, Stamp(300, 0)) == Stamp(300, 1)


def test_the_offset_of_the_shortest_way_is_believed() -> None:
    """True offset 300 s; one way of 1 s, then one of 40 ms whose halves differ by 20 ms."""
    far = ClockSample(0, 300_900, 300_910, 1010)
    near = ClockSample(2000, 302_030, 302_030, 2040)
    assert believed_offset_ms([far, near]) == 300_010
    assert abs(300_000 - 300_010) <= near.way_ms / 2
    assert believed_offset_ms([ClockSample(10, 0, 100, 20)]) is None, "an answer before its question"
    assert believed_offset_ms([]) is None


@pytest.mark.parametrize(
    "text", ["2026-05-01T12:00:00.250Z", "2026-05-01T14:00:00.25+02:00", "2026-05-01T12:00:00.2509Z"]
)
def test_times_are_read_to_the_millisecond(text: str) -> None:
    assert write_time(read_time(text)) == "2026-05-01T12:00:00.250Z"
    assert read_time(text) > EARLIEST_MS


def test_a_box_of_another_team_has_nothing_to_see(box: Box, strangers_box: Box, player: Player) -> None:
    box.sync(change("11111111-1111-4111-8111-111111111111", title="Ours"))
    assert strangers_box.sync()["changes"] == []
    assert make_box(box.device.team).node != box.node
