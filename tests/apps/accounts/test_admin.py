"""What staff does about people: merge, export, erase; what they only read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from apps.accounts.models import ConsentRecord, LogIn, Player, Team, User
from apps.accounts.tokens import issue
from apps.core.models import AuditEvent
from apps.sessions.models import Session
from tests.factories.accounts import make_measurement, make_player, make_user
from tests.factories.sessions import make_session

PLAYERS = reverse("admin:accounts_player_changelist")


@pytest.fixture
def boss(db: None) -> User:
    return make_user(is_staff=True, is_superuser=True)


@pytest.fixture
def staff(boss: User) -> Client:
    client = Client()
    client.force_login(boss)
    return client


def act(staff: Client, action: str, *players: Player, **more: str) -> Any:
    body = {"action": action, "_selected_action": [str(player.pk) for player in players], **more}
    return staff.post(PLAYERS, body, follow=True)


def test_merging_shows_both_ways_and_then_does_one(staff: Client, player: Player, team: Team) -> None:
    other = make_player(team, first_name="Kimberly")
    make_measurement(player)
    page = act(staff, "merge", player, other).content.decode()
    assert "Keep Kimberly" in page
    assert "1 measurements move here" in page
    assert Player.objects.count() == 2
    done = act(staff, "merge", player, other, confirmed="yes", kept=str(other.pk)).content.decode()
    assert "is now part of Kimberly" in done
    assert [row.pk for row in Player.objects.all()] == [other.pk]
    assert other.measurements.count() == 1


def test_merging_needs_two_of_one_team(staff: Client, player: Player, other_team: Team) -> None:
    assert "exactly two" in act(staff, "merge", player).content.decode()
    page = act(staff, "merge", player, make_player(other_team)).content.decode()
    assert page.count("Players of two teams are not merged") == 2
    forced = act(staff, "merge", player, make_player(other_team), confirmed="yes", kept=str(player.pk))
    assert "Players of two teams" in forced.content.decode()
    assert Player.objects.count() == 3


def test_a_player_is_exported(staff: Client, boss: User, player: Player) -> None:
    answer = act(staff, "export", player)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "records/accounts.Player.json" in archive.namelist()
    event = AuditEvent.objects.get()
    assert (event.action, event.actor) == ("player.exported", boss)


def test_deleting_a_player_erases(
    staff: Client, player: Player, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    ConsentRecord.objects.create(player=player, purpose="film", given=True)
    make_session(player.team, player=player)
    name = str(player)
    with django_capture_on_commit_callbacks(execute=True):
        answer = staff.post(reverse("admin:accounts_player_delete", args=[player.pk]), {"post": "yes"})
    assert answer.status_code == 302
    assert (Player.objects.count(), Session.objects.count(), ConsentRecord.objects.count()) == (0, 0, 0)
    assert [entry for entry in LogEntry.objects.all() if name in entry.object_repr] == []
    assert AuditEvent.objects.get(action="player.erased").object_id != str(player.pk)


def test_several_players_are_erased_at_once(staff: Client, player: Player, team: Team) -> None:
    act(staff, "delete_selected", player, make_player(team), post="yes")
    assert Player.objects.count() == 0
    assert AuditEvent.objects.filter(action="player.erased").count() == 2


def test_deleting_a_user_erases_but_no_last_owner(staff: Client, coach: User, owner: User, team: Team) -> None:
    issue(coach)
    for user in (coach, owner):
        staff.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"})
    assert not User.objects.filter(pk=coach.pk).exists()
    assert User.objects.filter(pk=owner.pk).exists()
    assert team.memberships.filter(role="owner").exists()


def test_deleting_a_team_removes_its_sessions(staff: Client, team: Team) -> None:
    make_session(team)
    staff.post(reverse("admin:accounts_team_delete", args=[team.pk]), {"post": "yes"})
    assert (Team.objects.count(), Session.objects.count()) == (0, 0)
    assert AuditEvent.objects.get().action == "team.deleted"


@pytest.mark.parametrize("model", ["login", "consentrecord"])
def test_log_ins_and_consent_are_only_read(staff: Client, coach: User, player: Player, model: str) -> None:
    issue(coach)
    row = (LogIn if model == "login" else ConsentRecord).objects.get()
    assert staff.get(reverse(f"admin:accounts_{model}_add")).status_code == 403
    page = staff.get(reverse(f"admin:accounts_{model}_change", args=[row.pk]))
    assert page.status_code == 200
    assert staff.post(reverse(f"admin:accounts_{model}_change", args=[row.pk]), {"given": ""}).status_code == 403
    if isinstance(row, LogIn):
        assert row.token_id not in page.content.decode()


def test_staff_without_the_right_to_delete_does_not_merge(player: Player, team: Team) -> None:
    from django.contrib.auth.models import Permission

    reader = make_user(is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_player"))
    client = Client()
    client.force_login(reader)
    other = make_player(team)
    act(client, "merge", player, other, confirmed="yes", kept=str(player.pk))
    assert Player.objects.count() == 2
