"""How long and how hard a session was."""

from __future__ import annotations

import uuid
from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.core.idempotency import Answer, idempotent_json
from apps.core.parsing import parsed
from apps.sessions import selectors
from apps.sessions.models import SessionLoad
from apps.sessions.serializers.loads import SessionLoadInput, SessionLoadOutput
from apps.sessions.services.loads import enter_load
from apps.sessions.views import examples

KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key and body give the same answer."
)


class SessionLoadsView(generics.ListAPIView[SessionLoad]):
    """The players' loads of a session."""

    serializer_class = SessionLoadOutput
    ordering_fields = ("created_at", "updated_at", "rpe", "minutes")

    def get_queryset(self) -> Any:
        """All for the staff, their own for a player or guardian."""
        if getattr(self, "swagger_fake_view", False):
            return SessionLoad.objects.none()
        user = cast(User, self.request.user)
        return selectors.list_loads(user, selectors.get_loaded_session(user, self.kwargs["session_id"]))

    @extend_schema(
        request=SessionLoadInput,
        responses={200: SessionLoadOutput, 201: SessionLoadOutput},
        parameters=[KEY],
        examples=[*examples.LOAD_ASKED, examples.LOAD_ANSWERED],
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        """Enter or correct a load: staff for any player of the team, players for themselves."""
        entered = parsed(SessionLoadInput, request)
        player_id = entered.pop("player_id", None)

        def work() -> Answer:
            user = cast(User, request.user)
            load, is_new = enter_load(user=user, session_id=session_id, player_id=player_id, entered=entered)
            return Answer(dict(SessionLoadOutput(load).data), 201 if is_new else 200)

        return idempotent_json(request, "sessions.rpe", work)
