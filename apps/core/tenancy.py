"""Who sees what: the one mechanism by which a team's rows stay the team's.

A team-owned model takes `TeamOwnedQuerySet` as its manager and says by which path it reaches its team (and its
player). Everything that answers a request starts from `visible_to(user)`: another team's object then does not exist
(404), before any question of roles.
"""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any, ClassVar, Protocol, Self

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from apps.core.compiled import Made, sql_of


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
        visible = Q(**{f"{self.team_path}__in": _ids(user, "staffed_team_ids")})
        if self.player_path is not None:
            visible |= Q(**{f"{self.player_path}__in": _ids(user, "own_player_ids")})
        return self.filter(visible)


def _ids(user: TenantUser, name: str) -> QuerySet[Any, uuid.UUID] | RawSQL:
    """The ids that a method of the user names, to be asked for within another query.

    Those of a person depend on who it is and nothing else, so their SQL is made once; a device's on the device too.
    """
    if type(user) is not get_user_model():
        found: QuerySet[Any, uuid.UUID] = getattr(user, name)()
        return found
    return RawSQL(*sql_of(_of_person(name), user.pk))  # noqa: S611  (Django's own text; ids are parameters)


@cache
def _of_person(name: str) -> Made:
    """The same function for the same name, as `sql_of` wants it."""
    return lambda user_id: getattr(get_user_model()(pk=user_id), name)()


class TeamScopedMixin:
    """A view whose queryset is what the caller may see. Goes left of the generic view."""

    request: Any

    def get_queryset(self) -> QuerySet[Any]:
        """Narrow the view's queryset to the caller."""
        rows: TeamOwnedQuerySet = super().get_queryset()  # type: ignore[misc]
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        return rows.visible_to(self.request.user)
