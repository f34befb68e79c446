"""Who sees what: the one mechanism by which a team's rows stay the team's.

A team-owned model takes `TeamOwnedQuerySet` as its manager and says by which path it reaches its team (and its
player). Everything that answers a request starts from `visible_to(user)`: another team's object then does not exist
(404), before any question of roles.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Protocol, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, QuerySet


class TenantUser(Protocol):
    """What tenancy asks of a user; lazy querysets of ids, so that asking costs no query."""

    @property
    def is_authenticated(self) -> bool:
        """Whether somebody is logged in."""

    def staffed_team_ids(self) -> QuerySet[Any, uuid.UUID]:
        """Teams that the user reads whole (owner, coach, analyst)."""

    def joined_team_ids(self) -> QuerySet[Any, uuid.UUID]:
        """Teams that the user is in, in whatever role."""

    def own_player_ids(self) -> QuerySet[Any, uuid.UUID]:
        """Players that the user is, or is the guardian of."""


class TeamOwnedQuerySet(models.QuerySet[Any]):
    """A queryset that knows who may see its rows.

    Attributes:
        team_path: lookup from the model to its team; "" where the model is the team.
        player_path: lookup to the player whom a row is about, or `None` where players see nothing of it.
    """

    team_path: ClassVar[str] = "team"
    player_path: ClassVar[str | None] = None

    def visible_to(self, user: TenantUser | AnonymousUser) -> Self:
        """Return the rows that the user may read: the staff of a team all, a player or guardian their own."""
        if not user.is_authenticated or isinstance(user, AnonymousUser):
            return self.none()
        visible = Q(**{f"{self.team_path}__in": user.staffed_team_ids()})
        if self.player_path is not None:
            visible |= Q(**{f"{self.player_path}__in": user.own_player_ids()})
        return self.filter(visible)


class TeamScopedMixin:
    """A view whose queryset is what the caller may see. Goes left of the generic view."""

    request: Any

    def get_queryset(self) -> QuerySet[Any]:
        """Narrow the view's queryset to the caller."""
        rows: TeamOwnedQuerySet = super().get_queryset()  # type: ignore[misc]
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        return rows.visible_to(self.request.user)
