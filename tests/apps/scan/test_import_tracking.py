"""`manage.py import_tracking`: another system's match becomes a session with the same figures."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Player, Team
from apps.core.models import AuditEvent
from apps.scan.models import SessionKPI
from apps.sessions.models import Session, SessionPlayer
from tests.factories.accounts import make_consent, make_player, make_team
from tests.factories.tracab import write_tracab

pytestmark = pytest.mark.django_db


def walks(t_s: float) -> tuple[float, float]:
    """2 m/s along the pitch."""
    return -20.0 + 2.0 * t_s, 5.0


def stands(t_s: float) -> tuple[float, float]:
    return 0.0, 0.0


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return write_tracab(tmp_path / "match", {7: walks, 9: stands}, {7: stands, 1: stands}, seconds=20.0)


@pytest.fixture
def kim(team: Team) -> Player:
    child = make_player(team, jersey_number=7, date_of_birth=date(2015, 1, 1))
    make_consent(child)
    return child


def run(*arguments: object) -> None:
    call_command("import_tracking", *map(str, arguments))


def test_a_match_becomes_a_session(team: Team, kim: Player, files: tuple[Path, Path], capsys: Any) -> None:
    run("tracab", *files, "--team", team.name)
    session = Session.objects.get()
    assert (session.team, session.session_type, session.status, session.synthetic) == (
        team,
        "match",
        "completed",
        False,
    )
    assert session.start == datetime(2026, 5, 2, 15, 0, tzinfo=UTC)
    assert session.metadata["import"]["provider"] == "tracab"
    assert list(SessionPlayer.objects.order_by("track_id").values_list("track_id", "player")) == [
        (1, kim.pk),
        (2, None),
    ]
    row = SessionKPI.objects.get(player=kim)
    assert row.total_distance_m == pytest.approx(2.0 * 19.96, rel=0.01)
    assert row.quality["scale_source"] == "imported_tracking"
    assert row.quality["zones"].startswith("u12"), "an eleven-year-old runs by children's zones"
    assert AuditEvent.objects.get(action="session.imported").object_id == str(session.pk)
    said = capsys.readouterr().out
    assert f"shirt 7: {kim.display_name}, grade" in said
    assert "shirt 9: nobody of the team wears it: unnamed" in said


def test_the_other_side_is_not_stored(team: Team, files: tuple[Path, Path]) -> None:
    run("tracab", *files, "--team", team.pk, "--side", "away", "--title", "Cup final")
    assert Session.objects.get().title == "Cup final"
    assert SessionKPI.objects.count() == 2


def test_the_same_files_are_taken_once(team: Team, files: tuple[Path, Path]) -> None:
    run("tracab", *files, "--team", team.pk)
    with pytest.raises(CommandError, match="already the session"):
        run("tracab", *files, "--team", team.pk)
    assert Session.objects.count() == 1


def test_a_number_worn_twice_names_nobody(team: Team, kim: Player, files: tuple[Path, Path]) -> None:
    make_player(team, jersey_number=7)
    run("tracab", *files, "--team", team.pk)
    assert set(SessionKPI.objects.values_list("player", flat=True)) == {None}


def test_mistakes_are_said_and_leave_nothing(team: Team, files: tuple[Path, Path], tmp_path: Path) -> None:
    make_team(name="Twin")
    make_team(name="twin")
    mistakes: list[tuple[tuple[object, ...], str]] = [
        (("tracab", *files, "--team", "Nobody"), "There is no team 'Nobody'"),
        (("tracab", *files, "--team", "TWIN"), "Several teams are called 'TWIN'"),
        (("tracab", files[1], files[0], "--team", team.pk), "These are not tracab files"),
        (("metrica_epts", *files, "--team", team.pk), "How exact are metrica_epts's positions"),
        (("tracab", files[0], tmp_path / "gone", "--team", team.pk), "gone cannot be read"),
        (("tracab", *files, "--team", team.pk, "--pitch", "big"), "'big' is not a pitch such as 105x68"),
        (("tracab", *files, "--team", team.pk, "--start", "soon"), "'soon' is not a date and time"),
        (("opta", *files, "--team", team.pk), "invalid choice: 'opta'"),
    ]
    for arguments, message in mistakes:
        with pytest.raises(CommandError, match=message):
            run(*arguments)
    assert not Session.objects.exists()
