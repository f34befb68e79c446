"""72 hours offline, repeated and reordered batches, wrong clocks, cuts at every place: the same end, nothing twice."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import Team, User
from apps.edge.models import SyncConflict, SyncField
from apps.sessions.models import Session, SessionNote
from apps.sessions.services.notes import NoteFields, add_note
from apps.sessions.services.sessions import delete_session, update_session
from tests.apps.edge.conftest import Box
from tests.apps.edge.world import Killed, Pitch, SimTime, Wire, at_the_pitch, dying_server, on_the_server
from tests.factories.sessions import make_session

pytestmark = pytest.mark.django_db(transaction=True)

FIVE_MINUTES_MS = 300_000
FATES = ("", "", "lost", "unanswered", "twice", "late", "killed")


def ids(seed: int, count: int) -> list[str]:
    made = random.Random(seed)
    return [str(uuid.UUID(int=made.getrandbits(128), version=4)) for _ in range(count)]


def story(seed: int, hours: int = 72, a_day: int = 60) -> list[tuple[float, str, str, str, str]]:
    """What happens when, the same with and without faults: (hour, who, what, which session, words)."""
    dice = random.Random(seed)
    moments = sorted(dice.uniform(0.1, hours) for _ in range(a_day * hours // 24))
    happened = []
    for number, hour in enumerate(moments):
        who = dice.choice(("coach", "one", "two"))
        what = dice.choices(("title", "description", "note", "delete"), (5, 5, 3, 1 if hour > hours / 2 else 0))[0]
        which = dice.choice(("shared0", "shared1", "shared2", "own0", "own1") if who != "coach" else ("shared",))
        if which == "shared":
            which = f"shared{dice.randrange(3)}"
        happened.append((hour, who, what, which, f"{who} {number}"))
    return happened


class Play:
    """Runs a story."""

    def __init__(self, team: Team, coach: User, time: SimTime, pitches: dict[str, Pitch]) -> None:
        self.team, self.coach, self.time, self.pitches = team, coach, time, pitches
        names = ("shared0", "shared1", "shared2", "one own0", "one own1", "two own0", "two own1")
        self.sessions = dict(zip(names, ids(1, len(names)), strict=True))
        self.notes = iter(ids(2, 500))
        for name in names[:3]:
            make_session(team, id=self.sessions[name], title="Old", description="Old")
        time.advance(seconds=1)

    def run(self, seed: int, between: Callable[[], None], every_h: float = 4.0) -> None:
        """Let everything happen; `between` is called every few hours."""
        begun, due = self.time.now, every_h
        for hour, who, what, which, words in story(seed):
            while hour >= due:
                between()
                due += every_h
            self.time.now = max(self.time.now, begun)
            self.time.advance(seconds=max(0.0, hour * 3600 - (self.time.now - begun).total_seconds()))
            if who == "coach":
                self._coach(what, self.sessions[which], words)
            else:
                self._pitch(self.pitches[who], what, self.sessions.get(which) or self.sessions[f"{who} {which}"], words)

    def _coach(self, what: str, session_id: str, words: str) -> None:
        note_id = next(self.notes)
        if not Session.objects.filter(pk=session_id).exists():
            return
        key = uuid.UUID(session_id)
        if what == "delete":
            delete_session(user=self.coach, session_id=key)
        elif what == "note":
            note = add_note(user=self.coach, session_id=key, note=NoteFields(text=words))
            SessionNote.objects.filter(pk=note.pk).delete()
            SessionNote.objects.create(id=note_id, session_id=key, author=self.coach, text=words)
        else:
            update_session(user=self.coach, session_id=key, changes={what: words})

    def _pitch(self, pitch: Pitch, what: str, session_id: str, words: str) -> None:
        note_id = next(self.notes)
        try:
            if what == "delete":
                if session_id not in (self.sessions[f"shared{number}"] for number in range(3)):
                    pitch.store.delete(
                        "session", session_id, now_ms=pitch.clock.now_ms(), corrected=pitch.clock.is_measured
                    )
            elif what == "note":
                pitch.edit("session", session_id, notes={note_id: words})
            else:
                pitch.edit("session", session_id, **{what: words})
        except ValueError:
            return  # deleted, as this box knows


@pytest.fixture
def sim_time(monkeypatch: pytest.MonkeyPatch) -> SimTime:
    """The server's time, in the tests' hands."""
    time = SimTime()
    monkeypatch.setattr(timezone, "now", lambda: time.now)
    return time


@pytest.fixture
def play(
    team: Team,
    coach: User,
    owner: User,
    sim_time: SimTime,
    box: Box,
    second_box: Box,
    tmp_path: Path,
) -> Callable[..., Play]:
    """Make a play of two boxes with clocks that are wrong by so much."""

    def make(*errors_ms: float) -> Play:
        one = Pitch(tmp_path / "one.sqlite3", sim_time, Wire(box), errors_ms[0], "one")
        two = Pitch(tmp_path / "two.sqlite3", sim_time, Wire(second_box), errors_ms[1], "two")
        return Play(team, owner, sim_time, {"one": one, "two": two})

    return make


def expected(seed: int, play: Play) -> dict[str, Any]:
    """The end by the rules alone: the last edit of each field, unless somebody deleted the session."""
    last: dict[str, dict[str, str]] = {
        play.sessions[f"shared{number}"]: {"title": "Old", "description": "Old"} for number in range(3)
    }
    deleted = set()
    notes = iter(ids(2, 500))
    for _, who, what, which, words in story(seed):
        session_id = play.sessions.get(which) or play.sessions[f"{who} {which}"]
        note_id = next(notes)
        shared = which.startswith("shared")
        if what == "delete":
            if who == "coach" or not shared:
                deleted.add(session_id)
        elif who != "coach" or session_id not in deleted:
            field = f"notes.{note_id}" if what == "note" else what
            last.setdefault(session_id, {"title": "", "description": ""})[field] = words
    kept = {session_id: fields for session_id, fields in last.items() if session_id not in deleted}
    return {session_id: dict(sorted(fields.items())) for session_id, fields in sorted(kept.items())}


def sorted_fields(found: dict[str, Any]) -> dict[str, Any]:
    return {key: dict(sorted(fields.items())) for key, fields in sorted(found.items())}


def check(seed: int, play: Play) -> None:
    one, two = play.pitches["one"], play.pitches["two"]
    for pitch in (one, two, one, two):
        pitch.settle()
    wanted = expected(seed, play)
    assert sorted_fields(on_the_server()) == wanted
    assert sorted_fields(at_the_pitch(one.store)) == wanted
    assert sorted_fields(at_the_pitch(two.store)) == wanted
    seen = SyncConflict.objects.values_list("object_id", "field", "winner", "loser")
    keys = [(object_id, field, str(winner), str(loser)) for object_id, field, winner, loser in seen]
    assert len(keys) == len(set(keys)), "a conflict is told once"
    rows = SyncField.objects.values_list("kind", "object_id", "field")
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("seed", range(3))
def test_three_days_offline_end_as_if_nobody_had_been(play: Callable[..., Play], seed: int) -> None:
    """One box five minutes fast, one five minutes slow; neither ever spoke to the server before."""
    acted = play(FIVE_MINUTES_MS, -FIVE_MINUTES_MS)
    for pitch in acted.pitches.values():
        pitch.wire.up = False
    acted.run(seed, lambda: None)
    check(seed, acted)


@pytest.mark.parametrize("seed", range(3, 6))
def test_a_bad_network_and_dying_processes_change_nothing(play: Callable[..., Play], seed: int) -> None:
    acted = play(FIVE_MINUTES_MS, -FIVE_MINUTES_MS)
    dice = random.Random(seed)
    for pitch in acted.pitches.values():
        pitch.talk()
        pitch.wire.fate = lambda: dice.choice(FATES)
        pitch.wire.random = dice

    def between() -> None:
        for pitch in acted.pitches.values():
            if dice.random() < 0.4:
                pitch.store.connection.close()
                pitch.boots, pitch.life = pitch.boots + 1, dice.randrange(1, 200)
                pitch.start()
            for _ in range(2):
                try:
                    pitch.talk()
                except Killed:
                    pitch.restart()
            if pitch.life:
                pitch.restart()

    acted.run(seed, between, every_h=3.0)
    check(seed, acted)


def ready(play: Callable[..., Play]) -> tuple[Play, Pitch]:
    """A box with edits to send, and edits of a coach to take."""
    acted = play(0, 0)
    pitch = acted.pitches["one"]
    pitch.settle()
    acted.time.advance(minutes=5)
    session_id = acted.sessions["shared0"]
    pitch.edit("session", session_id, title="From the pitch", notes={ids(7, 1)[0]: "Wind."})
    pitch.edit("session", acted.sessions["one own0"], title="Made here")
    acted.time.advance(minutes=1)
    update_session(user=acted.coach, session_id=uuid.UUID(session_id), changes={"title": "Coach", "description": "C"})
    return acted, pitch


def assert_ended(acted: Play, pitch: Pitch) -> None:
    pitch.settle()
    shared, own = acted.sessions["shared0"], acted.sessions["one own0"]
    server = on_the_server()
    assert server[shared] == {"title": "Coach", "description": "C", f"notes.{ids(7, 1)[0]}": "Wind."}
    assert server[own] == {"title": "Made here", "description": ""}
    assert sorted_fields(at_the_pitch(pitch.store)) == sorted_fields(server)
    assert [(c.field, c.winner["value"], c.loser["value"]) for c in SyncConflict.objects.all()] == [
        ("title", "Coach", "From the pitch")
    ]
    assert SessionNote.objects.count() == 1


def test_the_agent_may_be_killed_before_every_statement(play: Callable[..., Play]) -> None:
    """One after the other, without a rest in between: every start dies one statement later than the one before."""
    acted, pitch = ready(play)
    deaths = 0
    for life in range(1, 400):
        pitch.store.connection.close()
        pitch.boots, pitch.life = pitch.boots + 1, life
        pitch.start()
        pitch.network._behind = True
        try:
            pitch.talk()
        except Killed:
            deaths += 1
        else:
            break
    assert deaths > 30
    pitch.restart()
    assert_ended(acted, pitch)


def test_the_server_may_be_killed_before_every_statement(play: Callable[..., Play]) -> None:
    acted, pitch = ready(play)
    deaths = 0
    for statement in range(1, 400):
        with dying_server(statement):
            pitch.network._behind = True
            worked = _tried(pitch)
        if worked:
            break
        deaths += 1
    assert deaths > 30
    assert_ended(acted, pitch)


def _tried(pitch: Pitch) -> bool:
    """The wire turns a dead server into no answer."""
    real = pitch.wire._deliver

    def deliver(route: str, sent: str) -> Any:
        answer = real(route, sent)
        if answer.status_code >= 500:
            from apps.edge.agent.server import Offline

            raise Offline("the server died")
        return answer

    pitch.wire._deliver = deliver  # type: ignore[method-assign]
    try:
        return pitch.talk()
    finally:
        pitch.wire._deliver = real  # type: ignore[method-assign]


def test_a_lost_database_of_the_agent_is_filled_again(play: Callable[..., Play]) -> None:
    acted, pitch = ready(play)
    pitch.settle()
    pitch.store.connection.close()
    for file in pitch.path.parent.glob("one.sqlite3*"):
        file.unlink()
    pitch.start()
    assert_ended(acted, pitch)


def test_a_server_that_was_set_back_gets_the_pitchs_edits_again(play: Callable[..., Play]) -> None:
    acted, pitch = ready(play)
    pitch.settle()
    own = acted.sessions["one own0"]
    Session.objects.filter(pk=own).delete()
    SyncField.objects.all().delete()
    from apps.edge.models import SyncCursor, TeamLog

    TeamLog.objects.all().delete()
    SyncCursor.objects.update(seq=0)
    pitch.settle()
    assert on_the_server()[own]["title"] == "Made here"
    assert sorted_fields(at_the_pitch(pitch.store)) == sorted_fields(on_the_server())


def test_a_clock_that_is_set_meanwhile_changes_nothing(play: Callable[..., Play]) -> None:
    """Somebody turns the box's clock back by a day after it was compared with the server."""
    acted = play(0, 0)
    pitch = acted.pitches["one"]
    pitch.settle()
    session_id = acted.sessions["shared0"]
    acted.time.advance(hours=1)
    update_session(user=acted.coach, session_id=uuid.UUID(session_id), changes={"title": "Coach"})
    acted.time.advance(hours=1)
    pitch.clock_error_ms = -86_400_000
    pitch.edit("session", session_id, title="Later, at the pitch")
    pitch.settle()
    assert on_the_server()[session_id]["title"] == "Later, at the pitch"


def test_a_wrong_clock_that_was_never_compared_does_not_win(play: Callable[..., Play]) -> None:
    """Five minutes fast, and edited four minutes before the coach."""
    acted = play(FIVE_MINUTES_MS, 0)
    pitch = acted.pitches["one"]
    session_id = acted.sessions["shared0"]
    acted.time.advance(minutes=1)
    pitch.edit("session", session_id, title="Earlier, at the pitch")
    acted.time.advance(minutes=4)
    update_session(user=acted.coach, session_id=uuid.UUID(session_id), changes={"title": "Coach, later"})
    pitch.settle()
    assert on_the_server()[session_id]["title"] == "Coach, later"
    assert at_the_pitch(pitch.store)[session_id]["title"] == "Coach, later"
