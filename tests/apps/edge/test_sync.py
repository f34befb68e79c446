"""`POST /api/local-edge/sync`: what goes in, what comes out, what is refused, and what is never done twice."""

from __future__ import annotations

import gzip
import json
import math
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import Membership, Player, Role, Team, User, WellnessReport
from apps.edge.models import EdgeNode, SyncConflict, SyncField
from apps.edge.services.sync import MAX_CHANGES
from apps.sessions.models import Session, SessionLoad, SessionNote
from apps.sessions.services.sessions import update_session
from tests.apps.edge.conftest import Box, change, deletion, make_box, now_ms
from tests.factories.sessions import make_session

pytestmark = pytest.mark.django_db

MINUTE = 60_000


def refusal(data: dict[str, Any]) -> dict[str, Any]:
    assert len(data["refused"]) == 1, data
    return dict(data["refused"][0])


def test_a_session_made_at_the_pitch_arrives(box: Box, team: Team, coach: User, new_id: Callable[[], str]) -> None:
    session_id, note_id = new_id(), new_id()
    at = now_ms() - 5 * MINUTE
    data = box.sync(change(session_id, at_ms=at, title=" Finishing ", session_type="match", notes={note_id: "Wind."}))
    assert [entry["id"] for entry in data["applied"]] == [session_id]
    assert data["refused"] == data["conflicts"] == []
    session = Session.objects.get(pk=session_id)
    assert (session.team, session.title, session.session_type) == (team, "Finishing", "match")
    assert session.created_by == coach
    note = SessionNote.objects.get(pk=note_id)
    assert (note.text, note.author, str(note.session_id)) == ("Wind.", coach, session_id)


def test_the_same_batch_again_changes_nothing(box: Box, new_id: Callable[[], str]) -> None:
    session_id = new_id()
    batch = [change(session_id, title="A", notes={new_id(): "One"}), change(new_id(), title="B")]
    first = box.sync(*batch, cursor=None)
    rows = list(SyncField.objects.order_by("pk").values())
    second = box.sync(*batch, cursor=None)
    assert first["applied"] == second["applied"]
    assert (Session.objects.count(), SessionNote.objects.count(), SyncConflict.objects.count()) == (2, 1, 0)
    assert list(SyncField.objects.order_by("pk").values()) == rows


def test_the_team_comes_down_by_cursor(box: Box, team: Team, player: Player, other_team: Team) -> None:
    mine = make_session(team, title="Tuesday")
    make_session(other_team, title="Theirs")
    data = box.sync()
    by_kind = {entry["kind"]: entry for entry in data["changes"]}
    assert by_kind["session"]["id"] == str(mine.pk)
    assert by_kind["session"]["body"]["title"] == "Tuesday"
    assert by_kind["player"]["id"] == str(player.pk)
    assert len(data["changes"]) == 2
    assert box.sync()["changes"] == [], "the second time there is nothing new"


def test_of_a_player_comes_only_what_the_pitch_needs(box: Box, player: Player) -> None:
    body = next(entry["body"] for entry in box.sync()["changes"] if entry["kind"] == "player")
    assert body == {
        "display_name": player.display_name,
        "external_id": "player_1",
        "jersey_number": None,
        "may_be_filmed": False,
    }


def test_what_people_change_comes_down_with_only_the_field(
    box: Box, team: Team, coach: User, api_client: Callable[..., Any]
) -> None:
    session = make_session(team, title="Tuesday", description="Cold.")
    box.sync()
    assert api_client(coach).patch(f"/api/sessions/{session.pk}", {"title": "Wednesday"}).status_code == 200
    (entry,) = box.sync()["changes"]
    assert (entry["body"], entry["origin"], entry["op"]) == ({"title": "Wednesday"}, None, "upsert")


def test_notes_written_changed_and_taken_away_come_down(
    box: Box, team: Team, coach: User, api_client: Callable[..., Any]
) -> None:
    session = make_session(team, title="Tuesday")
    box.sync()
    note = api_client(coach).post(f"/api/sessions/{session.pk}/notes", {"text": "Wind."}).json()["data"]
    assert box.sync()["changes"][0]["body"] == {"notes": {note["id"]: "Wind."}}
    api_client(coach).delete(f"/api/sessions/{session.pk}/notes/{note['id']}")
    assert box.sync()["changes"][0]["body"] == {"notes": {note["id"]: None}}


def test_a_session_deleted_by_people_goes_from_the_nodes(
    box: Box, team: Team, coach: User, api_client: Callable[..., Any]
) -> None:
    session = make_session(team, title="Tuesday")
    box.sync()
    assert api_client(coach).delete(f"/api/sessions/{session.pk}").status_code == 204
    kept = SyncField.objects.filter(object_id=str(session.pk)).values_list("value", flat=True)
    assert set(kept) == {None}, "its words go at once"
    (entry,) = box.sync()["changes"]
    assert (entry["id"], entry["op"], entry["body"]) == (str(session.pk), "delete", {})


def test_an_edit_of_what_was_deleted_is_kept_for_the_record_once(
    box: Box, team: Team, coach: User, api_client: Callable[..., Any]
) -> None:
    session = make_session(team, title="Tuesday")
    box.sync()
    api_client(coach).delete(f"/api/sessions/{session.pk}")
    late = change(session.pk, title="From the pitch")
    for _ in range(3):
        data = box.sync(late, cursor=None)
        assert data["refused"] == []
        assert [entry["id"] for entry in data["applied"]] == [str(session.pk)]
    assert not Session.objects.exists()
    conflict = SyncConflict.objects.get()
    assert conflict.loser["value"] == {"title": "From the pitch"}
    assert conflict.winner["by"] == "server"


def test_the_later_of_two_edits_wins_field_by_field(
    box: Box, team: Team, coach: User, api_client: Callable[..., Any]
) -> None:
    session = make_session(team, title="Old", description="Old")
    box.sync()
    seen = box.cursor
    edit = {**change(session.pk, at_ms=now_ms() + 1, title="Pitch", description="Pitch"), "seen": seen}
    time.sleep(0.01)
    api_client(coach).patch(f"/api/sessions/{session.pk}", {"title": "Coach"})
    data = box.sync(edit, cursor=seen)
    session.refresh_from_db()
    assert (session.title, session.description) == ("Coach", "Pitch")
    (told,) = data["conflicts"]
    assert (told["field"], told["won"], told["other"]["value"], told["other"]["by"]) == (
        "title",
        False,
        "Coach",
        "server",
    )
    conflict = SyncConflict.objects.get()
    assert (conflict.winner["value"], conflict.loser["value"]) == ("Coach", "Pitch")


def test_an_edit_that_wins_keeps_the_loser_too(
    box: Box, team: Team, coach: User, api_client: Callable[..., Any]
) -> None:
    session = make_session(team, title="Old")
    box.sync()
    seen = box.cursor
    api_client(coach).patch(f"/api/sessions/{session.pk}", {"title": "Coach"})
    data = box.sync({**change(session.pk, at_ms=now_ms() + 2000, title="Pitch"), "seen": seen})
    session.refresh_from_db()
    assert session.title == "Pitch"
    assert data["conflicts"][0]["won"] is True
    assert SyncConflict.objects.get().loser["value"] == "Coach"


def test_an_edit_of_what_was_seen_is_no_conflict(box: Box, team: Team) -> None:
    session = make_session(team, title="Old")
    box.sync()
    data = box.sync({**change(session.pk, at_ms=now_ms() + 1000, title="New"), "seen": box.cursor})
    assert data["conflicts"] == []
    assert SyncConflict.objects.count() == 0
    assert Session.objects.get().title == "New"


def test_a_repeated_old_batch_neither_undoes_nor_disputes_what_came_after(
    box: Box, team: Team, coach: User, api_client: Callable[..., Any]
) -> None:
    session = make_session(team, title="Old")
    box.sync()
    edit = {**change(session.pk, at_ms=now_ms() + 500, title="Pitch"), "seen": box.cursor}
    box.sync(edit)
    api_client(coach).patch(f"/api/sessions/{session.pk}", {"title": "Coach, who saw it"})
    box.sync(edit)
    assert Session.objects.get().title == "Coach, who saw it"
    assert SyncConflict.objects.count() == 0


def test_the_time_of_a_field_is_its_own_not_the_rows(
    box: Box, team: Team, coach: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """72 hours without a sync: the title was edited early, the description late; the pitch's title lies between."""
    session = make_session(team, title="Old", description="Old")
    box.sync()
    real, start, hour = timezone.now, now_ms(), 3_600_000

    def at(hours: int) -> None:
        monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(hours=hours))

    at(10)
    update_session(user=coach, session_id=session.pk, changes={"title": "Coach at 10 h"})
    at(50)
    update_session(user=coach, session_id=session.pk, changes={"description": "Coach at 50 h"})
    at(72)
    box.sync(change(session.pk, at_ms=start + 30 * hour, title="Pitch at 30 h", description="Pitch at 30 h"))
    session.refresh_from_db()
    assert (session.title, session.description) == ("Pitch at 30 h", "Coach at 50 h")


def test_what_one_node_says_another_hears(box: Box, second_box: Box, new_id: Callable[[], str]) -> None:
    session_id = new_id()
    box.sync(change(session_id, title="From one"))
    entries = [entry for entry in second_box.sync()["changes"] if entry["id"] == session_id]
    assert {"title": "From one"}.items() <= entries[-1]["body"].items() or any(
        entry["body"].get("title") == "From one" for entry in entries
    )
    assert {entry["origin"] for entry in entries if "title" in entry["body"]} == {str(box.node.pk)}


def test_edits_that_come_in_the_wrong_order_end_the_same(box: Box, new_id: Callable[[], str]) -> None:
    session_id = new_id()
    start = now_ms() - MINUTE
    box.sync(change(session_id, at_ms=start + 20, description="Later"))
    box.sync(change(session_id, at_ms=start + 10, title="Between"))
    box.sync(change(session_id, at_ms=start, title="First", description="First", session_type="match"))
    session = Session.objects.get()
    assert (session.title, session.description, session.session_type) == ("Between", "Later", "match")


def test_a_node_takes_back_only_what_it_made(box: Box, second_box: Box, team: Team, new_id: Callable[[], str]) -> None:
    theirs, own = make_session(team), new_id()
    box.sync(change(own, title="Mine"))
    assert refusal(box.sync(deletion(theirs.pk)))["code"] == "NOT_ALLOWED"
    assert refusal(second_box.sync(deletion(own)))["code"] == "NOT_ALLOWED"
    assert box.sync(deletion(own))["refused"] == []
    assert [session.pk for session in Session.objects.all()] == [theirs.pk]
    box.sync(change(own, title="Mine"))
    assert Session.objects.count() == 1, "and it stays away"


def test_a_deletion_before_its_creation_ends_the_same(box: Box, new_id: Callable[[], str]) -> None:
    own, at = new_id(), now_ms()
    box.sync(deletion(own, at_ms=at))
    data = box.sync(change(own, at_ms=at - 1000, title="Mine"))
    assert data["refused"] == []
    assert not Session.objects.exists()


def test_ids_of_other_teams_are_not_to_be_had(box: Box, other_team: Team) -> None:
    theirs = make_session(other_team, title="Theirs")
    data = box.sync(change(theirs.pk, title="Mine now"), deletion(theirs.pk))
    assert {entry["code"] for entry in data["refused"]} <= {"NOT_FOUND"}
    theirs.refresh_from_db()
    assert (theirs.title, theirs.team) == ("Theirs", other_team)


def test_notes_of_other_sessions_are_not_to_be_had(box: Box, team: Team, coach: User, other_team: Team) -> None:
    from tests.factories.sessions import make_note

    note = make_note(make_session(other_team))
    text = note.text
    session = make_session(team)
    assert refusal(box.sync(change(session.pk, notes={str(note.pk): "Mine"})))["code"] == "NOT_FOUND"
    note.refresh_from_db()
    assert note.text == text


def test_wellness_goes_in_and_never_out(box: Box, second_box: Box, player: Player, coach: User) -> None:
    object_id = f"{player.pk}/2026-05-01"
    box.sync(change(object_id, "wellness", pain=3, sleep_h=7.5, fever=False, notes="Knee."))
    report = WellnessReport.objects.get()
    assert (report.player, report.pain, report.sleep_h, report.fever, report.notes) == (player, 3, 7.5, False, "Knee.")
    assert str(report.date) == "2026-05-01"
    assert report.entered_by == coach
    assert all(entry["kind"] != "wellness" for entry in second_box.sync()["changes"])
    assert "Knee." not in str(list(SyncField.objects.values_list("value", flat=True)))


def test_wellness_entered_by_people_is_seen_as_theirs(box: Box, player: Player) -> None:
    object_id = f"{player.pk}/2026-05-01"
    box.sync(change(object_id, "wellness", at_ms=now_ms() - 10 * MINUTE, pain=3, soreness=2))
    report = WellnessReport.objects.get()
    report.pain = 6
    report.save()
    box.sync(change(object_id, "wellness", at_ms=now_ms() - 5 * MINUTE, pain=1, sleep_quality=4), cursor=None)
    report.refresh_from_db()
    assert (report.pain, report.soreness, report.sleep_quality) == (6, 2, 4)
    conflict = SyncConflict.objects.get()
    assert (conflict.player, conflict.winner["value"], conflict.loser["value"]) == (player, 6, 1)


@pytest.mark.parametrize("day", ["2031-05-01", "1995-05-01"])
def test_wellness_is_of_a_day_that_the_player_has_lived(box: Box, player: Player, day: str) -> None:
    Player.objects.filter(pk=player.pk).update(date_of_birth="2012-05-01")
    refused = refusal(box.sync(change(f"{player.pk}/{day}", "wellness", pain=0)))
    assert (refused["code"], refused["retry"]) == ("INVALID", False)
    assert day in refused["message"]
    assert not WellnessReport.objects.exists()


def test_a_rating_waits_for_its_session(box: Box, player: Player, new_id: Callable[[], str]) -> None:
    session_id = new_id()
    rating = change(f"{session_id}/{player.pk}", "rpe", rpe=7, minutes=80)
    refused = refusal(box.sync(rating))
    assert (refused["code"], refused["retry"]) == ("WAITING", True)
    data = box.sync(rating, change(session_id, title="Late"))
    assert data["refused"] == [], "in one batch the session goes first"
    load = SessionLoad.objects.get()
    assert (load.player, load.rpe, load.minutes) == (player, 7, 80)


def test_a_rating_of_a_deleted_session_is_gone(
    box: Box, team: Team, coach: User, player: Player, api_client: Callable[..., Any]
) -> None:
    session = make_session(team)
    box.sync()
    api_client(coach).delete(f"/api/sessions/{session.pk}")
    refused = refusal(box.sync(change(f"{session.pk}/{player.pk}", "rpe", rpe=7)))
    assert (refused["code"], refused["retry"]) == ("GONE", False)


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


def test_a_clock_that_runs_ahead_does_not_win(box: Box, new_id: Callable[[], str]) -> None:
    refused = refusal(box.sync(change(new_id(), at_ms=now_ms() + 5 * MINUTE, title="From the future")))
    assert (refused["code"], refused["retry"]) == ("CLOCK_AHEAD", True)
    assert "300 s" in refused["message"] or "299 s" in refused["message"]
    assert not Session.objects.exists()


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


def test_the_deleted_player_leaves_nothing_behind(box: Box, player: Player, owner: User) -> None:
    from apps.accounts.services.players import delete_player

    box.sync(change(f"{player.pk}/2026-05-01", "wellness", pain=3))
    player_id = str(player.pk)
    delete_player(user=owner, player_id=player_id)
    rows = SyncField.objects.filter(object_id__contains=player_id)
    assert set(rows.values_list("kind", "value")) == {("player", None)}
    (entry,) = [entry for entry in box.sync()["changes"] if entry["id"] == player_id]
    assert entry["op"] == "delete"


def test_a_node_goes_with_its_device(box: Box) -> None:
    box.device.delete()
    assert not EdgeNode.objects.exists()
