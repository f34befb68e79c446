"""Sessions."""

from __future__ import annotations

import uuid
from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.core.parsing import parsed
from apps.core.tenancy import TeamScopedMixin
from apps.sessions import selectors
from apps.sessions.filters import SessionFilter
from apps.sessions.models import Session
from apps.sessions.serializers.sessions import SessionCreateInput, SessionDetailOutput, SessionInput, SessionOutput
from apps.sessions.services import sessions as services


class SessionListView(TeamScopedMixin, generics.ListAPIView[Session]):
    """The sessions that the caller may read, newest first."""

    queryset = Session.objects.select_related("player")
    serializer_class = SessionOutput
    filterset_class = SessionFilter
    ordering_fields = ("start", "created_at", "title", "status")

    def paginate_queryset(self, queryset: Any) -> list[Any]:
        """Add the scans' part to the page, asked for once."""
        user = cast(User, self.request.user)
        return selectors.with_summaries(user, list(super().paginate_queryset(queryset) or []))

    @extend_schema(request=SessionCreateInput, responses={201: SessionDetailOutput})
    def post(self, request: Request) -> Response:
        """Create a session without a film (a scan creates its own)."""
        fields = parsed(SessionCreateInput, request)
        user = cast(User, request.user)
        session = services.create_session(
            user=user,
            team_id=fields.pop("team_id", None),
            player_id=fields.pop("player_id", None),
            fields=services.SessionFields(**fields),
        )
        page = selectors.get_page(user, session.pk)
        return Response(SessionDetailOutput(page).data, status=status.HTTP_201_CREATED)


class SessionView(APIView):
    """One session."""

    @extend_schema(responses=SessionDetailOutput)
    def get(self, request: Request, session_id: uuid.UUID) -> Response:
        """Show the session."""
        return Response(SessionDetailOutput(selectors.get_page(cast(User, request.user), session_id)).data)

    @extend_schema(request=SessionInput, responses=SessionDetailOutput)
    def put(self, request: Request, session_id: uuid.UUID) -> Response:
        """Change the session (what is not sent stays)."""
        return self._update(request, session_id)

    @extend_schema(request=SessionInput, responses=SessionDetailOutput)
    def patch(self, request: Request, session_id: uuid.UUID) -> Response:
        """Change the session."""
        return self._update(request, session_id)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, session_id: uuid.UUID) -> Response:
        """Delete the session with its film, artefacts and figures (owner, coach)."""
        services.delete_session(user=cast(User, request.user), session_id=session_id)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _update(self, request: Request, session_id: uuid.UUID) -> Response:
        user = cast(User, request.user)
        changes = parsed(SessionInput, request, partial=True)
        services.update_session(user=user, session_id=session_id, changes=changes)
        return Response(SessionDetailOutput(selectors.get_page(user, session_id)).data)
