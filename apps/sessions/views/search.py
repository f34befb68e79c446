"""Finding sessions."""

from __future__ import annotations

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.sessions import selectors
from apps.sessions.serializers.search import SessionSearchOutput, SessionSearchQuery
from apps.sessions.views import examples


class SessionSearchView(APIView):
    """Search in what is known of sessions."""

    @extend_schema(parameters=[SessionSearchQuery], responses=SessionSearchOutput, examples=[examples.SEARCH])
    def get(self, request: Request) -> Response:
        """Find sessions by words of their title, description, players, notes (for staff) and digest, and by meaning."""
        asked = SessionSearchQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        wish = asked.validated_data
        user = cast(User, request.user)
        found = selectors.search(user, wish["q"], limit=wish["limit"], team_id=wish.get("team_id"))
        selectors.with_summaries(user, [hit.session for hit in found.hits])
        return Response(SessionSearchOutput(found).data)
