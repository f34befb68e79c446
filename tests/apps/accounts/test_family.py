"""Guardians, consent, invitations that get lost, and handing a team over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import ConsentPurpose, ConsentRecord, Guardianship, Invitation, Membership, Player, Team, User
from apps.accounts.selectors import has_consent
from apps.accounts.services import members
from apps.core.models import AuditEvent
from tests.factories.accounts import PASSWORD, make_consent, make_guardian, make_member, make_player, make_user

Clients = Callable[..., APIClient]


def mailed_token() -> str:
    return str(mail.outbox[-1].body).partition("token=")[2].split()[0]


def test_a_parent_is_invited_and_reads_the_child(
    api_client: Clients, coach: User, player: Player, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = api_client(coach).post(f"/api/players/{player.pk}/guardians", {"email": "Mum@Example.org"})
    data = answer.json()["data"]
    assert (answer.status_code, data["role"], data["player_id"]) == (201, "guardian", str(player.pk))
    assert f"the guardian of {player}" in mail.outbox[-1].body
    body = {"token": mailed_token(), "name": "Mum", "password": "an entirely new phrase"}
    joined = api_client().post("/api/auth/invitations/accept", body)
    assert joined.status_code == 200
    mum = User.objects.get(email="mum@example.org")
    assert list(Membership.objects.filter(user=mum)) == []
    assert [row["id"] for row in api_client(mum).get("/api/players").json()["data"]] == [str(player.pk)]
    again = api_client(coach).post(f"/api/players/{player.pk}/guardians", {"email": "mum@example.org"})
    assert (again.status_code, Invitation.objects.filter(accepted_at=None).count()) == (409, 0)


def test_addresses_of_guardians_are_for_the_staff_and_themselves(
    api_client: Clients, coach: User, player: Player
) -> None:
    mum, dad = make_guardian(player), make_guardian(player)
    path = f"/api/players/{player.pk}/guardians"

    def seen(user: User) -> dict[str, Any]:
        return {row["guardian"]["id"]: row["email"] for row in api_client(user).get(path).json()["data"]}

    assert seen(coach) == {str(mum.pk): mum.email, str(dad.pk): dad.email}
    assert seen(mum) == {str(mum.pk): mum.email, str(dad.pk): None}


def test_a_guardian_steps_back_but_does_not_remove_the_other(api_client: Clients, player: Player) -> None:
    mum, dad = make_guardian(player), make_guardian(player)
    path = f"/api/players/{player.pk}/guardians"
    others = Guardianship.objects.get(guardian=dad)
    assert api_client(mum).delete(f"{path}/{others.pk}").status_code == 403
    own = Guardianship.objects.get(guardian=mum)
    assert api_client(mum).delete(f"{path}/{own.pk}").status_code == 204
    assert api_client(mum).get(f"/api/players/{player.pk}").status_code == 404
    event = AuditEvent.objects.get()
    assert (event.action, event.before["guardian_id"]) == ("guardianship.removed", str(mum.pk))


@pytest.mark.parametrize(
    ("role", "with_player", "words"), [("guardian", False, "whose guardian"), ("coach", True, "player or guardian")]
)
def test_an_invitation_names_a_player_where_it_must(
    api_client: Clients, coach: User, player: Player, role: str, with_player: bool, words: str
) -> None:
    body = {"email": "x@example.org", "role": role, **({"player_id": str(player.pk)} if with_player else {})}
    answer = api_client(coach).post(f"/api/teams/{player.team_id}/invitations", body)
    assert answer.status_code == 400
    assert words in answer.json()["error"]["message"]


def consent(client: APIClient, player: Player, **body: Any) -> Any:
    return client.post(f"/api/players/{player.pk}/consents", {"purpose": "ai", "given": True, **body})


def test_the_newest_word_counts_and_the_older_stay(api_client: Clients, player: Player) -> None:
    client = api_client(make_guardian(player))
    for given in (True, False, True):
        assert consent(client, player, given=given).status_code == 201
    consent(client, player, purpose="film", given=False)
    rows = client.get(f"/api/players/{player.pk}/consents").json()["data"]
    assert [(row["purpose"], row["given"], row["is_current"]) for row in rows] == [
        ("film", False, True),
        ("ai", True, True),
        ("ai", False, False),
        ("ai", True, False),
    ]
    current = client.get(f"/api/players/{player.pk}/consents?current=true").json()["data"]
    assert [(row["purpose"], row["given"]) for row in current] == [("film", False), ("ai", True)]
    assert [has_consent(player.pk, purpose) for purpose in (ConsentPurpose.AI, ConsentPurpose.SHARE)] == [True, False]


@pytest.fixture
def player(team: Team) -> Player:
    """A child about whom nobody has said anything yet."""
    return make_player(team, date_of_birth="2012-03-04")


def years_old(player: Player, years: int) -> None:
    today = timezone.now().date()
    Player.objects.filter(pk=player.pk).update(date_of_birth=today.replace(year=today.year - years, day=1))


@pytest.mark.parametrize(
    ("years", "who", "given", "status", "words"),
    [
        (15, "guardian", True, 201, ""),
        (15, "player", True, 403, "a guardian says yes"),
        (15, "player", False, 201, ""),
        (16, "player", True, 201, ""),
        (16, "guardian", True, 403, "players decide themselves"),
        (16, "guardian", False, 403, "players decide themselves"),
        (None, "player", True, 403, "age is unknown"),
        (None, "guardian", True, 201, ""),
        (15, "coach", True, 403, "on_paper: true"),
        (15, "analyst", True, 403, "by the guardian or by the player"),
    ],
)
def test_who_may_say_yes_and_no(
    api_client: Clients,
    player_user: User,
    coach: User,
    analyst: User,
    years: int,
    who: str,
    given: bool,
    status: int,
    words: str,
) -> None:
    own = player_user.players.get()
    if years is not None:
        years_old(own, years)
    people = {"guardian": make_guardian(own), "player": player_user, "coach": coach, "analyst": analyst}
    answer = consent(api_client(people[who]), own, given=given)
    assert answer.status_code == status
    assert ConsentRecord.objects.count() == (status == 201)
    assert status == 201 or words in answer.json()["error"]["message"]


def test_the_age_of_consent_is_a_setting(api_client: Clients, player_user: User, settings: Any) -> None:
    own = player_user.players.get()
    years_old(own, 16)
    settings.CONSENT_AGE_YEARS = 18
    assert consent(api_client(player_user), own).status_code == 403


def test_a_coach_notes_what_is_on_paper(api_client: Clients, coach: User, analyst: User, player: Player) -> None:
    noted = {"on_paper": True, "note": "Folder 3, signed by the father"}
    assert consent(api_client(coach), player, on_paper=True, note=" ").status_code == 400
    assert consent(api_client(analyst), player, **noted).status_code == 403
    data = consent(api_client(coach), player, **noted).json()["data"]
    assert (data["on_paper"], data["note"], data["by"]["id"]) == (True, noted["note"], str(coach.pk))


def test_the_short_form_and_the_long_one_agree_on_film(api_client: Clients, coach: User, player: Player) -> None:
    guardian = api_client(make_guardian(player))
    guardian.post(f"/api/players/{player.pk}/consent", {"given": True})
    player.refresh_from_db()
    assert player.consent_given_at == ConsentRecord.objects.get().at
    consent(guardian, player, purpose="film", given=False)
    player.refresh_from_db()
    assert (player.consent_given_at, player.consent_given_by) == (None, None)
    assert [row.on_paper for row in ConsentRecord.objects.order_by("at")] == [False, False]


class TestPaperAgainstAWordInPerson:
    """A no of the player or of a guardian is lifted by them alone; paper that turns up later does not."""

    PAPER: ClassVar = {"on_paper": True, "note": "The form of August"}

    @pytest.mark.parametrize("who", ["guardian", "player"])
    def test_a_no_in_person_stands_against_paper(
        self, who: str, api_client: Clients, coach: User, player_user: User
    ) -> None:
        own, trainer = player_user.players.get(), api_client(coach)
        years_old(own, 13)
        family = api_client(make_guardian(own) if who == "guardian" else player_user)
        assert consent(trainer, own, purpose="film", **self.PAPER).status_code == 201
        assert consent(family, own, purpose="film", given=False).status_code == 201
        assert not has_consent(own.pk, ConsentPurpose.FILM)
        refused = consent(trainer, own, purpose="film", **self.PAPER)
        assert refused.status_code == 403
        assert "paper does not lift that" in refused.json()["error"]["message"]
        assert trainer.post(f"/api/players/{own.pk}/consent", {"given": True}).status_code == 403
        assert ConsentRecord.objects.count() == 2
        assert not has_consent(own.pk, ConsentPurpose.FILM)
        own.refresh_from_db()
        assert own.consent_given_at is None

    def test_the_guardian_lifts_it_in_person(self, api_client: Clients, coach: User, player: Player) -> None:
        guardian, trainer = api_client(make_guardian(player)), api_client(coach)
        consent(guardian, player, purpose="film", given=False)
        assert consent(guardian, player, purpose="film").status_code == 201
        assert has_consent(player.pk, ConsentPurpose.FILM)
        # Paper may say no at any time, and yes again where no word in person stands against it.
        assert consent(trainer, player, purpose="film", given=False, **self.PAPER).status_code == 201
        assert not has_consent(player.pk, ConsentPurpose.FILM)
        assert consent(trainer, player, purpose="film", **self.PAPER).status_code == 201
        assert has_consent(player.pk, ConsentPurpose.FILM)

    def test_paper_of_before_the_rule_does_not_count_either(self, api_client: Clients, player: Player) -> None:
        consent(api_client(make_guardian(player)), player, purpose="film", given=False)
        make_consent(player)
        assert not has_consent(player.pk, ConsentPurpose.FILM)

    def test_another_purpose_is_another_word(self, api_client: Clients, coach: User, player: Player) -> None:
        consent(api_client(make_guardian(player)), player, purpose="film", given=False)
        assert consent(api_client(coach), player, purpose="share", **self.PAPER).status_code == 201


def test_a_lost_invitation_is_sent_again_and_the_older_link_dies(
    api_client: Clients, coach: User, team: Team, django_capture_on_commit_callbacks: Any
) -> None:
    client, path = api_client(coach), f"/api/teams/{team.pk}/invitations"
    with django_capture_on_commit_callbacks(execute=True):
        row = client.post(path, {"email": "new@example.org", "role": "analyst"}).json()["data"]
    first = mailed_token()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert client.get(path).json()["data"][0]["expired"] is True
    with django_capture_on_commit_callbacks(execute=True):
        again = client.post(f"{path}/{row['id']}/resend").json()["data"]
    assert (again["id"], again["expired"]) == (row["id"], False)
    body = {"name": "N", "password": "an entirely new phrase"}
    accept = "/api/auth/invitations/accept"
    assert api_client().post(accept, {"token": first, **body}).status_code == 410
    assert api_client().post(accept, {"token": mailed_token(), **body}).status_code == 200
    assert client.post(f"{path}/{row['id']}/resend").status_code == 404


def test_inviting_twice_leaves_one_open_invitation(api_client: Clients, coach: User, team: Team) -> None:
    for _ in range(2):
        api_client(coach).post(f"/api/teams/{team.pk}/invitations", {"email": "new@example.org", "role": "analyst"})
    assert Invitation.objects.count() == 1


def test_a_coach_does_not_resend_an_owners_invitation(
    api_client: Clients, owner: User, coach: User, team: Team
) -> None:
    row = api_client(owner).post(f"/api/teams/{team.pk}/invitations", {"email": "n@example.org", "role": "owner"})
    path = f"/api/teams/{team.pk}/invitations/{row.json()['data']['id']}/resend"
    assert api_client(coach).post(path).status_code == 403


def test_the_last_owner_hands_over_before_leaving(api_client: Clients, owner: User, coach: User, team: Team) -> None:
    client = api_client(owner)
    stuck = client.post(f"/api/teams/{team.pk}/leave")
    assert (stuck.status_code, "at least one owner" in stuck.json()["error"]["message"]) == (409, True)
    heir = Membership.objects.get(user=coach, team=team)
    handed = client.post(f"/api/teams/{team.pk}/transfer", {"membership_id": str(heir.pk)})
    assert handed.json()["data"]["role"] == "owner"
    assert Membership.objects.get(user=owner, team=team).role == "coach"
    assert client.post(f"/api/teams/{team.pk}/leave").status_code == 204
    assert client.get(f"/api/teams/{team.pk}").status_code == 404
    assert [event.action for event in AuditEvent.objects.order_by("created_at")] == [
        "membership.changed",
        "membership.changed",
        "membership.left",
    ]


def test_only_an_owner_hands_over_and_not_to_themselves_or_a_stranger(
    api_client: Clients, owner: User, coach: User, team: Team, other_coach: User
) -> None:
    path, own = f"/api/teams/{team.pk}/transfer", Membership.objects.get(user=owner, team=team)
    assert api_client(coach).post(path, {"membership_id": str(own.pk)}).status_code == 403
    assert api_client(owner).post(path, {"membership_id": str(own.pk)}).status_code == 400
    stranger = Membership.objects.get(user=other_coach)
    assert api_client(owner).post(path, {"membership_id": str(stranger.pk)}).status_code == 404


@pytest.mark.django_db
def test_two_owners_who_leave_at_once_do_not_leave_the_team_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    team = Team.objects.create(name="Two owners")
    first, second = make_member(team, members.Role.OWNER), make_member(team, members.Role.OWNER)
    real = members.get_team

    def rival_first(user: User, team_id: Any) -> Team:
        monkeypatch.setattr(members, "get_team", real)
        members.leave_team(user=second, team_id=team.pk)
        return real(user, team_id)

    monkeypatch.setattr(members, "get_team", rival_first)
    with pytest.raises(members.LastOwner):
        members.leave_team(user=first, team_id=team.pk)


@pytest.mark.parametrize("pack", ["nothing", ""])
def test_a_policy_pack_is_one_that_is_offered(api_client: Clients, owner: User, team: Team, pack: str) -> None:
    answer = api_client(owner).patch(f"/api/teams/{team.pk}", {"policy_pack": pack})
    assert answer.status_code == 400
    team.refresh_from_db()
    assert team.policy_pack == "default"


def test_choosing_a_policy_pack_is_written_down(api_client: Clients, owner: User, team: Team) -> None:
    assert api_client(owner).patch(f"/api/teams/{team.pk}", {"policy_pack": "academy"}).status_code == 200
    event = AuditEvent.objects.get()
    assert (event.before, event.after) == ({"policy_pack": "default"}, {"policy_pack": "academy"})


def test_an_existing_account_becomes_a_guardian_with_its_own_password(
    api_client: Clients, coach: User, player: Player, django_capture_on_commit_callbacks: Any
) -> None:
    parent = make_user()
    with django_capture_on_commit_callbacks(execute=True):
        api_client(coach).post(f"/api/players/{player.pk}/guardians", {"email": parent.email})
    body = {"token": mailed_token(), "name": ""}
    wrong = api_client().post("/api/auth/invitations/accept", {**body, "password": "not mine at all"})
    assert (wrong.status_code, Guardianship.objects.count()) == (401, 0)
    assert api_client().post("/api/auth/invitations/accept", {**body, "password": PASSWORD}).status_code == 200
    assert Guardianship.objects.get().guardian == parent
