"""The made-up club: teams, players, people and log-ins from `fixtures/demo.json`. Loading twice changes nothing."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from apps.accounts.models import ConsentPurpose, Guardianship, Membership, Player, Team, User
from apps.accounts.selectors import has_consent
from apps.accounts.services.consents import set_film_consent
from apps.web.demo.watch import Login

FIXTURE = Path(settings.ROOT) / "fixtures" / "demo.json"


def load_fixture() -> dict[str, Any]:
    """The demo's description."""
    content: dict[str, Any] = json.loads(FIXTURE.read_text(encoding="utf-8"))
    return content


@transaction.atomic
def load_club(fixture: dict[str, Any]) -> tuple[dict[str, Team], list[Login]]:
    """Teams by key, and the log-ins; the passwords are random, made once and kept in the data folder."""
    teams = {entry["key"]: _load_team(fixture["club"], entry) for entry in fixture["teams"]}
    passwords = _passwords([entry["email"] for entry in fixture["logins"]])
    logins = []
    for entry in fixture["logins"]:
        login = Login(entry["role"], entry["email"], passwords[entry["email"]])
        _load_person(entry, login, teams)
        logins.append(login)
    _note_consents(teams, User.objects.get(email=fixture["logins"][0]["email"]))
    return teams, logins


def _note_consents(teams: dict[str, Team], coach: User) -> None:
    """The made-up players may be filmed: a live session about a child asks for it."""
    for player in Player.objects.filter(team__in=teams.values()):
        if not has_consent(player.pk, ConsentPurpose.FILM):
            set_film_consent(user=coach, player_id=str(player.pk), given=True)


def _load_team(club: str, entry: dict[str, Any]) -> Team:
    team, _ = Team.objects.get_or_create(
        club=club, name=entry["name"], defaults={"age_group": entry["age_group"], "time_zone": entry["time_zone"]}
    )
    for fields in entry["players"]:
        Player.objects.get_or_create(team=team, external_id=fields["external_id"], defaults=fields)
    return team


def _load_person(entry: dict[str, Any], login: Login, teams: dict[str, Team]) -> None:
    user, _ = User.objects.get_or_create(email=login.email, defaults={"name": entry["name"]})
    if not user.check_password(login.password):
        user.set_password(login.password)
    is_staff = bool(entry.get("staff", False))
    user.is_staff = user.is_superuser = is_staff
    user.save(update_fields=["password", "is_staff", "is_superuser"])
    for key in entry["teams"]:
        Membership.objects.get_or_create(user=user, team=teams[key], defaults={"role": entry["role"]})
    if "player" in entry:
        Player.objects.filter(team=teams[entry["teams"][0]], external_id=entry["player"]).update(user=user)
    if "guards" in entry:
        team_key, external_id = entry["guards"]
        child = Player.objects.get(team=teams[team_key], external_id=external_id)
        Guardianship.objects.get_or_create(guardian=user, player=child)


def _passwords(emails: list[str]) -> dict[str, str]:
    path = Path(settings.VAR) / "demo" / "logins.json"
    known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    missing = [email for email in emails if email not in known]
    if missing:
        known |= {email: secrets.token_urlsafe(9) for email in missing}
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(known, indent=1), encoding="utf-8")
        os.replace(partial, path)  # noqa: PTH105 - atomic, so a stopped demo keeps whole log-ins
    return known
