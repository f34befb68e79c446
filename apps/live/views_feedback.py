"""The route by which a live session is asked about."""

from __future__ import annotations

import uuid
from typing import Any, cast

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.core.idempotency import Answer, idempotent_json
from apps.core.parsing import parsed
from apps.feedback.models import LONGEST_QUESTION
from apps.feedback.serializers import FeedbackAskedOutput
from apps.live import questions
from apps.live.examples import PLAYER, SESSION
from apps.scan.views.base import KEY

ASKED = OpenApiExample("About one player", {"question": "How far did Kim run?", "track_id": 3}, request_only=True)
QUEUED = OpenApiExample(
    "Asked",
    {
        "feedback_id": "8c3b7a52-5d1e-4d3e-9d3e-3f1e2b7a6c55",
        "session_id": SESSION,
        "player_id": PLAYER,
        "status": "queued",
    },
    response_only=True,
)


class LiveQuestionInput(serializers.Serializer[Any]):
    """A question about a session that is going on."""

    question = serializers.CharField(max_length=LONGEST_QUESTION)
    track_id = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=2**31 - 1, help_text="About whom; null: everybody."
    )


class LiveFeedbackView(APIView):
    """Asking during the session."""

    @extend_schema(request=LiveQuestionInput, responses=FeedbackAskedOutput, parameters=[KEY], examples=[ASKED, QUEUED])
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        """Ask about what is measured now (owner, coach, analyst); the answer comes over `/ws/feedback/:id`."""
        sent = parsed(LiveQuestionInput, request)

        def work() -> Answer:
            row = questions.ask(user=cast(User, request.user), session_id=session_id, **sent)
            return Answer(dict(FeedbackAskedOutput(row).data))

        return idempotent_json(request, "live.feedback", work)
