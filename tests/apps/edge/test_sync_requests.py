"""`POST /api/local-edge/sync` as a request: changes, bodies, packings and cursors that are refused, senders, pages."""

from __future__ import annotations

import gzip
import json
import math
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.models import Membership, Role, Team, User
from apps.edge.services.sync import MAX_CHANGES
from apps.sessions.models import Session
from tests.apps.edge.conftest import Box, change, deletion, make_box, refusal
from tests.factories.sessions import make_session

pytestmark = pytest.mark.django_db

SESSION = "11111111-1111-4111-8111-111111111111"
HUGE = "x" * 100_000


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (None, "INVALID"),
        (3, "INVALID"),
        ([], "INVALID"),
        ({}, "INVALID"),
        ({**change(SESSION, title="x"), "id": 5}, "INVALID"),
        ({**change(SESSION, title="x"), "id": "../../etc"}, "INVALID"),
        ({**change(SESSION, title="x"), "id": HUGE}, "INVALID"),
        ({**change(SESSION, title="x"), "id": "11111111111141118111111111111111"}, "INVALID"),
        ({**change(SESSION, title="x"), "kind": "drone"}, "UNKNOWN_KIND"),
        ({**change(SESSION, title="x"), "kind": HUGE}, "UNKNOWN_KIND"),
        ({**change(SESSION, title="x"), "kind": ["session"]}, "UNKNOWN_KIND"),
        ({**change(SESSION, title="x"), "op": "merge"}, "UNKNOWN_OP"),
        ({**change(SESSION, title="x"), "op": {}}, "UNKNOWN_OP"),
        ({**change(SESSION), "body": []}, "INVALID"),
        (change(SESSION), "INVALID"),
        ({**change(SESSION), "body": {str(n): 1 for n in range(61)}}, "INVALID"),
        (change(SESSION, title=HUGE), "INVALID"),
        (change(SESSION, title="nul\x00"), "INVALID"),
        (change(SESSION, title="half \ud800"), "INVALID"),
        (change(SESSION, title=3), "INVALID"),
        (change(SESSION, titel="x"), "INVALID"),
        (change(SESSION, session_type="live"), "INVALID"),
        (change(SESSION, session_type=["match"]), "INVALID"),
        (change(SESSION, start="yesterday"), "INVALID"),
        (change(SESSION, notes=["x"]), "INVALID"),
        (change(SESSION, notes={"one": "x"}), "INVALID"),
        (change(SESSION, notes={SESSION: "  "}), "INVALID"),
        (change(SESSION, notes={str(uuid.UUID(int=n)): "x" for n in range(201)}), "INVALID"),
        ({**change(SESSION, title="x"), "updated_at": "2026-05-01T12:00:00"}, "INVALID"),
        ({**change(SESSION, title="x"), "updated_at": "0001-01-01T00:00:00+14:00"}, "INVALID"),
        ({**change(SESSION, title="x"), "updated_at": "9999-12-31T23:59:59-14:00"}, "INVALID"),
        ({**change(SESSION, title="x"), "updated_at": "1970-01-01T00:00:00Z"}, "INVALID"),
        ({**change(SESSION, title="x"), "updated_at": 1_700_000_000}, "INVALID"),
        ({**change(SESSION, title="x"), "counter": -1}, "INVALID"),
        ({**change(SESSION, title="x"), "counter": True}, "INVALID"),
        ({**change(SESSION, title="x"), "counter": 1e400}, "INVALID"),
        ({**change(SESSION, title="x"), "counter": 10**30}, "INVALID"),
        ({**change(SESSION, title="x"), "seen": 5}, "INVALID"),
        (change(SESSION, "player", display_name="x"), "NOT_ALLOWED"),
        (change(f"{SESSION}/2026-05-01", "wellness", pain=3), "NOT_FOUND"),
        (change(f"{SESSION}/2026-W18-5", "wellness", pain=3), "INVALID"),
        (change(SESSION, "wellness", pain=3), "INVALID"),
        (change(f"{SESSION}/2026-05-01", "wellness", pain=11), "INVALID"),
        (change(f"{SESSION}/2026-05-01", "wellness", pain=2.5), "INVALID"),
        (change(f"{SESSION}/2026-05-01", "wellness", pain=True), "INVALID"),
        (change(f"{SESSION}/2026-05-01", "wellness", fever="no"), "INVALID"),
        (change(f"{SESSION}/2026-05-01", "wellness", sleep_h=math.inf), "INVALID"),
        ({**deletion(SESSION), "kind": "wellness", "id": f"{SESSION}/2026-05-01"}, "UNKNOWN_OP"),
        (change(f"{SESSION}/{SESSION}", "rpe", rpe=11), "INVALID"),
        (change(f"{SESSION}/{SESSION}", "rpe", heart=1), "INVALID"),
    ],
)
def test_one_bad_change_is_refused_alone(box: Box, sent: Any, code: str, new_id: Callable[[], str]) -> None:
    good = new_id()
    body = json.dumps({"cursor": None, "changes": [sent, change(good, title="Good")]}).replace("Infinity", "1e999")
    answer = box.client.post("/api/local-edge/sync", body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    data = answer.json()["data"]
    refused = refusal(data)
    assert refused["code"] == code, refused
    assert refused["message"].endswith((".", "?"))
    assert refused["retry"] is False
    assert [entry["id"] for entry in data["applied"]] == [good]
    assert [str(session.pk) for session in Session.objects.all()] == [good]


@pytest.mark.parametrize(
    "body", ["[]", "3", '"x"', "null", "{", '{"changes": 3}', '{"changes": {}}', '{"cursor": 3.5}']
)
def test_a_body_that_is_no_batch_is_refused(box: Box, body: str) -> None:
    answer = box.client.post("/api/local-edge/sync", body, content_type="application/json")
    assert answer.status_code in (400, 409)
    if answer.status_code == 400:
        assert answer.json()["error"]["code"] == "VALIDATION_ERROR"


def test_nan_is_no_json(box: Box) -> None:
    answer = box.client.post("/api/local-edge/sync", '{"changes": [{"counter": NaN}]}', content_type="application/json")
    assert answer.status_code == 400


def test_too_many_changes_are_refused_at_once(box: Box) -> None:
    answer = box.post("sync", {"changes": [0] * (MAX_CHANGES + 1)})
    assert answer.status_code == 400
    assert "1001" in answer.json()["error"]["message"]
    answer = box.sync_packed({"changes": [change(SESSION, title="x")] * 100_000})
    assert answer.status_code == 413


def test_a_packed_batch_is_taken(box: Box, new_id: Callable[[], str]) -> None:
    answer = box.sync_packed({"cursor": None, "changes": [change(new_id(), title="Packed")]})
    assert answer.status_code == 200, answer.content
    assert Session.objects.get().title == "Packed"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"no gzip", 400),
        (gzip.compress(b"{}")[:-4], 400),
        (gzip.compress(bytes(200 * 1024**2)), 413),
        (gzip.compress(b"not json"), 400),
    ],
    ids=["no gzip", "cut off", "bomb", "no JSON"],
)
def test_a_bad_package_is_refused(box: Box, body: bytes, status: int) -> None:
    answer = box.sync_packed(body)
    assert answer.status_code == status
    assert answer.json()["success"] is False


def test_an_unknown_packing_is_refused(box: Box) -> None:
    answer = box.client.post(
        "/api/local-edge/sync", b"x", content_type="application/json", headers={"Content-Encoding": "br"}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("make", ["other", "future", "words", "bare", "long"])
def test_a_cursor_that_is_not_ones_own_is_refused(box: Box, second_box: Box, make: str) -> None:
    cursor = {
        "other": f"{second_box.node.pk}.0",
        "future": f"{box.node.pk}.999999999",
        "words": f"{box.node.pk}.soon",
        "bare": "7",
        "long": f"{box.node.pk}.{'9' * 30}",
    }[make]
    answer = box.post("sync", {"cursor": cursor, "changes": [change(SESSION, title="x")]})
    assert answer.status_code == 409
    assert (
        "ithout a cursor" in answer.json()["error"]["message"] or "none to start" in answer.json()["error"]["message"]
    )
    assert not Session.objects.exists()


def test_a_key_answers_twice_the_same(box: Box, new_id: Callable[[], str]) -> None:
    body = {"cursor": None, "changes": [change(new_id(), title="Once")]}
    first = box.post("sync", body, **{"Idempotency-Key": "k1"})
    second = box.post("sync", body, **{"Idempotency-Key": "k1"})
    assert second.headers["Idempotency-Replayed"] == "true"
    one, two = first.json()["data"], second.json()["data"]
    assert one.pop("clock") != two.pop("clock"), "the time is that of the repetition"
    assert one == two
    other = box.post("sync", {**body, "pending": 3}, **{"Idempotency-Key": "k1"})
    assert other.status_code == 409


def test_who_is_no_edge_box_may_not_sync(team: Team, coach: User, api_client: Callable[..., Any]) -> None:
    from tests.factories.devices import make_device

    assert api_client(coach).post("/api/local-edge/sync", {"changes": []}).status_code == 403
    assert api_client().post("/api/local-edge/sync", {"changes": []}).status_code == 401
    _, key = make_device(team, coach)
    client = api_client()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    assert client.post("/api/local-edge/sync", {"changes": []}).status_code == 403


def test_a_box_must_register_first(team: Team, coach: User, api_client: Callable[..., Any]) -> None:
    from apps.pairing.models import DeviceType
    from tests.factories.devices import make_device

    _, key = make_device(team, coach, DeviceType.EDGE)
    client = api_client()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    answer = client.post("/api/local-edge/sync", {"changes": []})
    assert answer.status_code == 409
    assert "register" in answer.json()["error"]["message"]


def test_a_box_of_somebody_without_the_right_changes_nothing(team: Team, new_id: Callable[[], str]) -> None:
    from tests.factories.accounts import make_member

    analyst = make_member(team, Role.ANALYST)
    box = make_box(team, analyst)
    session_id = new_id()
    assert box.sync(change(session_id, title="May edit"))["refused"] == []
    assert refusal(box.sync(deletion(session_id)))["code"] == "NOT_ALLOWED"
    assert Session.objects.count() == 1
    Membership.objects.filter(user=analyst).update(role=Role.PLAYER)
    assert refusal(box.sync(change(new_id(), title="May not")))["code"] == "NOT_ALLOWED"


def test_queries_do_not_grow_with_the_team(
    box: Box, team: Team, django_assert_max_num_queries: Any, new_id: Callable[[], str]
) -> None:
    for number in range(40):
        make_session(team, title=f"Session {number}")
    with django_assert_max_num_queries(45):
        box.sync()
    with django_assert_max_num_queries(35):
        box.sync()


def test_a_new_node_gets_everything_page_by_page(box: Box, team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    from apps.edge import selectors

    monkeypatch.setattr(selectors, "PAGE_ROWS", 7)
    titles = {make_session(team, title=f"Session {number}").title for number in range(10)}
    found: set[str] = set()
    pages = 0
    while True:
        data = box.sync()
        pages += 1
        found |= {entry["body"]["title"] for entry in data["changes"] if "title" in entry["body"]}
        if not data["has_more"]:
            break
    assert found == titles
    assert pages == 3, "titles and times"
