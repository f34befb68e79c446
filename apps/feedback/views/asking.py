"""Asking for feedback."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.core.idempotency import Answer, idempotent_json
from apps.core.parsing import parsed
from apps.feedback import serializers as shapes
from apps.feedback import services
from apps.feedback.models import Language
from apps.feedback.templates import templates
from apps.feedback.views import examples

KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key and body give the same answer."
)


class GenerateView(APIView):
    """One feedback."""

    @extend_schema(
        request=shapes.FeedbackGenerateInput,
        responses=shapes.FeedbackAskedOutput,
        parameters=[KEY],
        examples=[*examples.GENERATE, examples.GENERATED],
    )
    def post(self, request: Request) -> Response:
        """Ask for a feedback (owner, coach, analyst); its text comes over `/ws/feedback/:id`, or is there already."""
        wish = services.FeedbackWish(**parsed(shapes.FeedbackGenerateInput, request))

        def work() -> Answer:
            row = services.generate(user=user_of(request), wish=wish)
            return Answer(_plain(shapes.FeedbackAskedOutput(row).data))

        return idempotent_json(request, "feedback.generate", work)


class BatchView(APIView):
    """Many at once."""

    @extend_schema(
        request=shapes.FeedbackBatchInput,
        responses=shapes.FeedbackBatchOutput,
        parameters=[KEY],
        examples=[examples.BATCH, examples.BATCHED],
    )
    def post(self, request: Request) -> Response:
        """Ask for feedback about up to 100 sessions and players (owner, coach, analyst), all or none."""
        wish = services.BatchWish(**parsed(shapes.FeedbackBatchInput, request))

        def work() -> Answer:
            batch = services.generate_batch(user=user_of(request), wish=wish)
            return Answer(_plain(shapes.FeedbackBatchOutput(_batch(batch)).data))

        return idempotent_json(request, "feedback.batch", work)


class TemplatesView(APIView):
    """What coaches usually ask for."""

    @extend_schema(
        parameters=[shapes.TemplateQuery],
        responses=shapes.FeedbackTemplateOutput(many=True),
        examples=[examples.TEMPLATE],
    )
    def get(self, request: Request) -> Response:
        """List what can be asked for with one click, in the user's language."""
        asked = shapes.TemplateQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        told = asked.validated_data.get("language") or user_of(request).language[:2]
        return Response(templates(told if told in Language.values else Language.ENGLISH.value))


def user_of(request: Request) -> User:
    """Who asks."""
    return cast(User, request.user)


def _batch(batch: Any) -> dict[str, Any]:
    skipped = [{"player_id": player_id, "reason": reason} for player_id, reason in batch.skipped]
    return {"batch_id": batch.batch_id, "feedback": batch.feedback, "skipped": skipped}


def _plain(data: Any) -> Any:
    return dict(data)
