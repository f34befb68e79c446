"""Reading people, always by who asks."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Lower
from django.utils import timezone

from apps.accounts.errors import AmbiguousPlayer
from apps.accounts.filming import words_of
from apps.accounts.maturity import Body, Growth, growth_of
from apps.accounts.models import (
    ConsentPurpose,
    ConsentRecord,
    EnteredQuerySet,
    Guardianship,
    Invitation,
    LogIn,
    Measurement,
    Membership,
    Player,
    Team,
    User,
)
from apps.core.errors import NotFound


def list_teams(user: User) -> QuerySet[Team]:
    """Return the user's teams."""
    return Team.objects.visible_to(user)


def get_team(user: User, team_id: uuid.UUID) -> Team:
    """Return one of the user's teams.

    Raises:
        NotFound: no such team for this user.
    """
    team = Team.objects.visible_to(user).filter(pk=team_id).first()
    if team is None:
        raise NotFound("There is no such team.")
    return team


def with_memberships(user: User) -> User:
    """Return the user with memberships and teams loaded in one go."""
    rows = Membership.objects.select_related("team").order_by(Lower("team__name"), "team_id")
    return User.objects.prefetch_related(Prefetch("memberships", queryset=rows)).get(pk=user.pk)


def list_logins(user: User) -> QuerySet[LogIn]:
    """Return where the user is logged in now."""
    return LogIn.objects.filter(user_id=user.pk, ended_at__isnull=True, expires_at__gt=timezone.now())


def list_memberships(user: User, team_id: uuid.UUID) -> QuerySet[Membership]:
    """Return the members of a team that the user staffs."""
    return Membership.objects.visible_to(user).filter(team_id=team_id).select_related("user")


def list_invitations(user: User, team_id: uuid.UUID) -> QuerySet[Invitation]:
    """Return the open invitations of a team that the user staffs."""
    return Invitation.objects.visible_to(user).filter(team_id=team_id, accepted_at__isnull=True)


def list_players(user: User) -> QuerySet[Player]:
    """Return the players that the user may read."""
    return Player.objects.visible_to(user)


def get_player(user: User, reference: str, *, team_id: uuid.UUID | None = None) -> Player:
    """Return a player by id or by the team's external id.

    Raises:
        NotFound: no such player for this user.
        AmbiguousPlayer: an external id that players of several of the user's teams have.
    """
    rows = Player.objects.visible_to(user)
    if team_id is not None:
        rows = rows.filter(team_id=team_id)
    try:
        rows = rows.filter(pk=uuid.UUID(reference))
    except ValueError:
        rows = rows.filter(external_id=reference) if reference.isprintable() and reference else rows.none()
    found: list[Player] = list(rows[:2])
    if not found:
        raise NotFound(f"There is no player {reference!r}.")
    if len(found) > 1:
        raise AmbiguousPlayer
    return found[0]


def players_by_id(user: User, player_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Player]:
    """Return those of the players that the user may read."""
    return Player.objects.visible_to(user).in_bulk(list(player_ids))


def list_entries(user: User, model: type[models.Model], player_id: str) -> QuerySet[Any]:
    """Return what was entered of a kind about a player whom the user may read, newest first."""
    player = get_player(user, player_id)
    rows: EnteredQuerySet = model._default_manager.all()  # type: ignore[assignment]  # each kind's manager
    return rows.visible_to(user).filter(player_id=player.pk).select_related("entered_by")


def get_entry(user: User, model: type[models.Model], player_id: str, entry_id: uuid.UUID) -> Any:
    """Return one entry with its player and team.

    Raises:
        NotFound: none of this player for this user.
    """
    row = list_entries(user, model, player_id).select_related("player__team").filter(pk=entry_id).first()
    if row is None:
        raise NotFound(f"There is no such {model._meta.verbose_name}.")
    return row


def bodies_of(player_id: uuid.UUID, *, but: uuid.UUID | None = None) -> list[Body]:
    """Return a player's measurements (but one), oldest first; ask only about a player whom the user may read."""
    rows = Measurement.objects.filter(player_id=player_id).order_by("date")
    if but is not None:
        rows = rows.exclude(pk=but)
    fields = ("date", "height_cm", "sitting_height_cm", "weight_kg")
    return [
        Body(day=day, height_cm=height, sitting_height_cm=sitting, weight_kg=weight)
        for day, height, sitting, weight in rows.values_list(*fields)
    ]


def growth_of_player(player: Player) -> Growth:
    """Return growth speeds and maturity from the player's measurements."""
    return growth_of(bodies_of(player.pk), born=player.date_of_birth, sex=player.sex)


def list_guardianships(user: User, player: Player) -> QuerySet[Guardianship]:
    """Return a player's guardians."""
    rows: QuerySet[Guardianship] = Guardianship.objects.visible_to(user).filter(player_id=player.pk)
    return rows.select_related("guardian")


def list_consents(user: User, player: Player, *, current: bool = False) -> QuerySet[ConsentRecord]:
    """Return every word about consent, newest first; with `current` only the one that counts for each purpose."""
    rows: QuerySet[ConsentRecord] = ConsentRecord.objects.visible_to(user).filter(player_id=player.pk)
    newest = ConsentRecord.objects.filter(player_id=OuterRef("player_id"), purpose=OuterRef("purpose")).values("pk")[:1]
    rows = rows.select_related("by").annotate(newest_id=Subquery(newest))
    return rows.filter(pk=F("newest_id")) if current else rows


def has_consent(player_id: uuid.UUID, purpose: ConsentPurpose) -> bool:
    """Tell whether what counts of the words about a purpose is a yes; nothing said is a no."""
    return words_of([player_id], purpose).get(player_id, False)
