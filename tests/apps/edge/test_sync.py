"""`POST /api/local-edge/sync`: what goes in, what comes out, whose edit wins, and what is never done twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import Player, Team, User, WellnessReport
from apps.edge.models import EdgeNode, SyncConflict, SyncField
from apps.sessions.models import Session, SessionLoad, SessionNote
from apps.sessions.services.sessions import update_session
from tests.apps.edge.conftest import Box, change, deletion, now_ms, refusal
from tests.factories.sessions import make_session

pytestmark = pytest.mark.django_db

MINUTE = 60_000


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


def test_a_clock_that_runs_ahead_does_not_win(box: Box, new_id: Callable[[], str]) -> None:
    refused = refusal(box.sync(change(new_id(), at_ms=now_ms() + 5 * MINUTE, title="From the future")))
    assert (refused["code"], refused["retry"]) == ("CLOCK_AHEAD", True)
    assert "300 s" in refused["message"] or "299 s" in refused["message"]
    assert not Session.objects.exists()


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
