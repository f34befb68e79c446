"""Teams, members, invitations."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import Invitation, Membership, Player, Role, Team, User
from apps.core.models import AuditEvent
from tests.factories.accounts import PASSWORD, make_member, make_user
from tests.factories.sessions import make_attachment, make_session

Clients = Callable[..., APIClient]
NEW_PASSWORD = "a phrase nobody has used yet"


def member_url(member: User, team: Team) -> str:
    return f"/api/teams/{team.pk}/members/{Membership.objects.get(user=member, team=team).pk}"


def test_whoever_creates_a_team_owns_it(api_client: Clients, db: None) -> None:
    user = make_user()
    answer = api_client(user).post("/api/teams", {"name": "U13", "time_zone": "Europe/Berlin"})
    assert answer.status_code == 201
    assert answer.json()["data"]["time_zone"] == "Europe/Berlin"
    assert Membership.objects.get().role == Role.OWNER
    assert [row["name"] for row in api_client(user).get("/api/teams").json()["data"]] == ["U13"]


def test_a_time_zone_must_exist(api_client: Clients, coach: User) -> None:
    assert api_client(coach).post("/api/teams", {"name": "U13", "time_zone": "Mars/Crater"}).status_code == 400
    assert Team.objects.filter(name="U13").count() == 0


def test_only_the_owner_changes_the_team(api_client: Clients, owner: User, coach: User, team: Team) -> None:
    assert api_client(coach).patch(f"/api/teams/{team.pk}", {"name": "No"}).status_code == 403
    assert api_client(coach).delete(f"/api/teams/{team.pk}").status_code == 403
    team.refresh_from_db()
    assert team.name == "U15"
    assert api_client(owner).patch(f"/api/teams/{team.pk}", {"name": "U16"}).json()["data"]["name"] == "U16"


def test_deleting_a_team_removes_its_sessions_files(
    api_client: Clients, owner: User, team: Team, django_capture_on_commit_callbacks: Any
) -> None:
    attachment = make_attachment(make_session(team))
    storage, name = attachment.file.storage, attachment.file.name
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        assert api_client(owner).delete(f"/api/teams/{team.pk}").status_code == 204
    assert not Team.objects.filter(pk=team.pk).exists()
    assert not storage.exists(name)


def test_staff_sees_the_members_and_players_do_not(
    api_client: Clients, coach: User, player_user: User, team: Team
) -> None:
    rows = api_client(coach).get(f"/api/teams/{team.pk}/members").json()["data"]
    assert {(row["user"]["email"], row["role"]) for row in rows} == {
        (coach.email, "coach"),
        (player_user.email, "player"),
    }
    assert api_client(player_user).get(f"/api/teams/{team.pk}/members").json()["data"] == []


def test_a_coach_changes_roles_but_appoints_no_owner(
    api_client: Clients, coach: User, analyst: User, team: Team
) -> None:
    client, url = api_client(coach), member_url(analyst, team)
    assert client.patch(url, {"role": "coach"}).json()["data"]["role"] == "coach"
    assert client.patch(url, {"role": "owner"}).status_code == 403
    assert Membership.objects.get(user=analyst).role == Role.COACH
    assert AuditEvent.objects.filter(action="membership.changed").count() == 1


def test_a_coach_does_not_touch_an_owner(api_client: Clients, coach: User, owner: User, team: Team) -> None:
    url = member_url(owner, team)
    statuses = [api_client(coach).patch(url, {"role": "coach"}).status_code, api_client(coach).delete(url).status_code]
    assert statuses == [403, 403]
    assert Membership.objects.get(user=owner).role == Role.OWNER


def test_the_last_owner_stays(api_client: Clients, owner: User, team: Team) -> None:
    client, url = api_client(owner), member_url(owner, team)
    assert client.delete(url).status_code == 409
    assert client.patch(url, {"role": "coach"}).status_code == 409
    assert Membership.objects.get(user=owner).role == Role.OWNER
    make_member(team, Role.OWNER)
    assert client.delete(url).status_code == 204


def test_a_removed_member_sees_nothing_at_once(api_client: Clients, coach: User, analyst: User, team: Team) -> None:
    client = api_client(analyst)
    assert client.get(f"/api/teams/{team.pk}").status_code == 200
    assert api_client(coach).delete(member_url(analyst, team)).status_code == 204
    assert client.get(f"/api/teams/{team.pk}").status_code == 404


@pytest.mark.parametrize("who", ["analyst", "player_user"])
def test_others_manage_no_members(
    api_client: Clients, coach: User, team: Team, who: str, request: pytest.FixtureRequest
) -> None:
    client = api_client(request.getfixturevalue(who))
    expected = 403 if who == "analyst" else 404  # a player does not even see the members
    assert client.delete(member_url(coach, team)).status_code == expected
    assert (
        client.post(f"/api/teams/{team.pk}/invitations", {"email": "x@example.org", "role": "coach"}).status_code == 403
    )
    assert Membership.objects.filter(user=coach).exists()
    assert Invitation.objects.count() == 0


def invite(client: APIClient, team: Team, capture: Any, **body: Any) -> str:
    """Invite and return the token of the mail."""
    with capture(execute=True):
        answer = client.post(
            f"/api/teams/{team.pk}/invitations", {"email": "new@example.org", "role": "analyst", **body}
        )
    assert answer.status_code == 201, answer.json()
    assert "token" not in str(answer.json())
    found = re.search(r"token=(\S+)", mail.outbox[-1].body)
    assert found is not None
    return found[1]


def accept(client: APIClient, token: str, password: str = NEW_PASSWORD) -> Any:
    return client.post("/api/auth/invitations/accept", {"token": token, "name": "Neu", "password": password})


def test_an_invitation_makes_an_account_once(
    api_client: Clients, coach: User, team: Team, django_capture_on_commit_callbacks: Any
) -> None:
    token = invite(api_client(coach), team, django_capture_on_commit_callbacks)
    assert accept(api_client(), token, "12345").status_code == 400
    answer = accept(api_client(), token)
    assert answer.status_code == 200
    client = api_client()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['data']['access']}")
    assert [m["role"] for m in client.get("/api/auth/me").json()["data"]["memberships"]] == ["analyst"]
    assert accept(api_client(), token).status_code == 410
    assert Membership.objects.filter(user__email="new@example.org").count() == 1


def test_an_expired_invitation_is_gone(
    api_client: Clients, coach: User, team: Team, django_capture_on_commit_callbacks: Any
) -> None:
    token = invite(api_client(coach), team, django_capture_on_commit_callbacks)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert accept(api_client(), token).status_code == 410
    assert not User.objects.filter(email="new@example.org").exists()


def test_an_existing_account_joins_with_its_own_password(
    api_client: Clients, coach: User, other_coach: User, team: Team, django_capture_on_commit_callbacks: Any
) -> None:
    token = invite(api_client(coach), team, django_capture_on_commit_callbacks, email=other_coach.email)
    assert accept(api_client(), token).status_code == 401
    assert not Membership.objects.filter(user=other_coach, team=team).exists()
    assert accept(api_client(), token, PASSWORD).status_code == 200
    assert Membership.objects.get(user=other_coach, team=team).role == Role.ANALYST


def test_a_players_invitation_ties_log_in_and_player(
    api_client: Clients, coach: User, team: Team, player: Player, django_capture_on_commit_callbacks: Any
) -> None:
    token = invite(
        api_client(coach), team, django_capture_on_commit_callbacks, role="player", player_id=player.external_id
    )
    accept(api_client(), token)
    player.refresh_from_db()
    assert player.user is not None
    assert player.user.email == "new@example.org"


def test_only_a_players_invitation_names_a_player(api_client: Clients, coach: User, team: Team, player: Player) -> None:
    body = {"email": "new@example.org", "role": "coach", "player_id": str(player.pk)}
    assert api_client(coach).post(f"/api/teams/{team.pk}/invitations", body).status_code == 400
    assert Invitation.objects.count() == 0


def test_a_member_is_not_invited_again(api_client: Clients, coach: User, analyst: User, team: Team) -> None:
    body = {"email": analyst.email.upper(), "role": "coach"}
    assert api_client(coach).post(f"/api/teams/{team.pk}/invitations", body).status_code == 409


def test_a_withdrawn_invitation_is_gone(
    api_client: Clients, coach: User, team: Team, django_capture_on_commit_callbacks: Any
) -> None:
    token = invite(api_client(coach), team, django_capture_on_commit_callbacks)
    [row] = api_client(coach).get(f"/api/teams/{team.pk}/invitations").json()["data"]
    assert api_client(coach).delete(f"/api/teams/{team.pk}/invitations/{row['id']}").status_code == 204
    assert accept(api_client(), token).status_code == 410
