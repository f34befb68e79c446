"""The planner's proposals."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.calendar import serializers as shapes
from apps.calendar.bodies import proposal_body
from apps.calendar.filters import RecommendationFilter
from apps.calendar.models import FocusArea, Recommendation
from apps.calendar.planner import Wishes
from apps.calendar.services import recommendations as services
from apps.calendar.views import examples
from apps.calendar.views.events import user_of
from apps.core.parsing import parsed
from apps.core.tenancy import TeamScopedMixin

DAYS = [name for name, _ in shapes.WEEKDAYS]


class RecommendView(APIView):
    """Asking the planner."""

    @extend_schema(request=shapes.RecommendInput, responses=shapes.RecommendOutput, examples=[examples.RECOMMEND])
    def post(self, request: Request) -> Response:
        """Propose sessions for a player (owner, coach, analyst); nothing is planned by it."""
        sent = parsed(shapes.RecommendInput, request)
        asking = {"player_id": sent["player_id"], "feedback_id": sent.get("feedback_id")}
        found = services.recommend(user=user_of(request), wishes=_wishes(sent), **asking)
        return Response(found.body)


class CommitView(APIView):
    """Accepting several proposals at once."""

    @extend_schema(request=shapes.CommitInput, responses=shapes.CommittedOutput(many=True), examples=[examples.COMMIT])
    def post(self, request: Request) -> Response:
        """Make events of proposals, all or none; each is judged again as the calendar is now."""
        sent = parsed(shapes.CommitInput, request)
        ids, reason = sent["proposal_ids"], sent.get("override_reason", "")
        return Response(services.commit_proposals(user=user_of(request), proposal_ids=ids, reason=reason))


class RecommendationListView(TeamScopedMixin, generics.ListAPIView[Recommendation]):
    """Proposals that were made."""

    queryset = Recommendation.objects.select_related("player")
    filterset_class = RecommendationFilter
    ordering_fields = ("created_at", "expires_at")
    serializer_class = shapes.ProposalOutput

    @extend_schema(responses=shapes.ProposalOutput(many=True))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the proposals of the caller's teams, newest first (staff)."""
        rows: QuerySet[Recommendation] = self.filter_queryset(self.get_queryset())
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response([proposal_body(row) for row in page])


class AcceptView(APIView):
    """One proposal."""

    @extend_schema(request=shapes.AcceptInput, responses=shapes.CommittedOutput)
    def post(self, request: Request, proposal_id: uuid.UUID) -> Response:
        """Make an event of it."""
        reason = parsed(shapes.AcceptInput, request).get("override_reason", "")
        made = services.commit_proposals(user=user_of(request), proposal_ids=[proposal_id], reason=reason)
        return Response(made[0])


class DismissView(APIView):
    """One proposal."""

    @extend_schema(request=None, responses=shapes.ProposalOutput)
    def post(self, request: Request, proposal_id: uuid.UUID) -> Response:
        """Put a proposal away; it makes no event."""
        return Response(proposal_body(services.dismiss(user=user_of(request), proposal_id=proposal_id)))


def _wishes(sent: dict[str, Any]) -> Wishes:
    limits = sent.get("constraints") or {}
    days = frozenset(DAYS.index(name) for name in limits.get("weekdays") or DAYS)
    return Wishes(
        first=sent["start_date"],
        last=sent["end_date"],
        focus=tuple(FocusArea(name) for name in sent.get("focus_areas") or ()),
        sessions_per_week=sent.get("sessions_per_week", 1),
        weekdays=days,
        not_before=limits.get("not_before"),
        not_after=limits.get("not_after"),
        max_minutes=limits.get("max_minutes"),
        exclude=frozenset(limits.get("exclude_dates") or ()),
    )
