"""Filters of the sessions list."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django_filters.fields import IsoDateTimeField

from apps.sessions.models import Session, SessionLoad, SessionPlayer, SessionStatus, SessionType
from apps.sessions.selectors import matching


class MomentField(IsoDateTimeField):
    """A moment that exists in UTC as well: databases and calendars end at the years 1 and 9999."""

    def to_python(self, value: Any) -> datetime | None:
        """Refuse what lies outside."""
        moment: datetime | None = super().to_python(value)
        try:
            return moment and moment.astimezone(UTC)
        except OverflowError:
            raise ValidationError("Enter a date/time between the years 1 and 9999.") from None


class MomentFilter(django_filters.IsoDateTimeFilter):
    """By a moment."""

    field_class = MomentField


class SessionFilter(django_filters.FilterSet):
    """Sessions by team, player (id or external id), type, status, time and words."""

    team_id = django_filters.UUIDFilter(field_name="team_id")
    player_id = django_filters.CharFilter(method="by_player", label="The player's id or external id")
    session_type = django_filters.ChoiceFilter(choices=SessionType.choices)
    status = django_filters.ChoiceFilter(choices=SessionStatus.choices)
    start_after = MomentFilter(field_name="start", lookup_expr="gte")
    start_before = MomentFilter(field_name="start", lookup_expr="lt")
    synthetic = django_filters.BooleanFilter()
    q = django_filters.CharFilter(method="by_words", label="Words of title, description, notes or players")

    class Meta:
        model = Session
        fields = ["team_id", "session_type", "status", "synthetic"]

    def by_player(self, rows: QuerySet[Session], name: str, value: str) -> QuerySet[Session]:
        """What is about a player, whose film names them, or for which a load of theirs was entered."""
        try:
            whose: dict[str, Any] = {"player_id": uuid.UUID(value)}
        except ValueError:
            whose = {"player__external_id": value}
        user = self.request.user
        filmed = SessionPlayer.objects.visible_to(user).filter(session=OuterRef("pk"), **whose)
        loaded = SessionLoad.objects.visible_to(user).filter(session=OuterRef("pk"), **whose)
        return rows.filter(Q(**whose) | Exists(filmed) | Exists(loaded))

    def by_words(self, rows: QuerySet[Session], name: str, value: str) -> QuerySet[Session]:
        """Every word must be found somewhere, without case and accents."""
        return matching(self.request.user, rows, value)
