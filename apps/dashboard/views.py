"""The dashboard's routes."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.dashboard import examples
from apps.dashboard.selectors import answers
from apps.dashboard.serializers import analyses, overviews, players, queries


def asked(serializer: type[BaseSerializer[Any]], request: Request) -> dict[str, Any]:
    """Return the checked query string.

    Raises:
        rest_framework.exceptions.ValidationError: with every field's error.
    """
    checked = serializer(data=request.query_params.dict())
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


class OverviewView(APIView):
    """A team at a glance."""

    @extend_schema(parameters=[queries.OverviewQuery], responses=overviews.OverviewOutput, examples=[examples.OVERVIEW])
    def get(self, request: Request) -> Response:
        """Show who was active, this week, the load, how good the films are, what runs and what was last."""
        found = answers.overview_of(cast(User, request.user), asked(queries.OverviewQuery, request))
        return Response(overviews.OverviewOutput(found).data)


class PlayerPageView(APIView):
    """One player over time."""

    @extend_schema(parameters=[queries.PlayerPageQuery], responses=players.PlayerPageOutput, examples=[examples.PLAYER])
    def get(self, request: Request, player_id: str) -> Response:
        """Show a player's figures session by session, records, load, left and right, and where they were."""
        found = answers.player_of(cast(User, request.user), player_id, asked(queries.PlayerPageQuery, request))
        return Response(players.PlayerPageOutput(found).data)


class HeatMapView(APIView):
    """Where a player was."""

    @extend_schema(parameters=[queries.HeatMapQuery], responses=players.HeatMapOutput, examples=[examples.HEAT_MAP])
    def get(self, request: Request, player_id: str) -> Response:
        """Show a player's heat map of one session."""
        session_id = asked(queries.HeatMapQuery, request)["session_id"]
        found = answers.heat_map_for(cast(User, request.user), player_id, session_id)
        return Response(players.HeatMapOutput(dict(found)).data)


class TrendView(APIView):
    """A figure over time."""

    @extend_schema(parameters=[queries.TrendQueryInput], responses=analyses.TrendOutput, examples=[examples.TREND])
    def get(self, request: Request) -> Response:
        """Show points, moving average, slope with its interval and change points of a player or a team."""
        found = answers.trend_of(cast(User, request.user), asked(queries.TrendQueryInput, request))
        return Response(analyses.TrendOutput(found).data)


class ComparisonsView(APIView):
    """Players beside players, or sessions beside sessions."""

    @extend_schema(
        parameters=[queries.ComparisonsQuery], responses=analyses.ComparisonsOutput, examples=[examples.COMPARISONS]
    )
    def get(self, request: Request) -> Response:
        """Show values, places in the team, differences and effect sizes of up to four."""
        found = answers.comparisons_of(cast(User, request.user), asked(queries.ComparisonsQuery, request))
        return Response(analyses.ComparisonsOutput(found).data)


class SessionsCompareView(APIView):
    """Sessions side by side."""

    @extend_schema(
        parameters=[queries.SessionsCompareQuery],
        responses=analyses.SessionsCompareOutput,
        examples=[examples.SESSIONS],
    )
    def get(self, request: Request) -> Response:
        """Show two to four sessions player by player, and what differs beyond the figures' own intervals."""
        found = answers.sessions_compared(cast(User, request.user), asked(queries.SessionsCompareQuery, request))
        return Response(analyses.SessionsCompareOutput(found).data)
