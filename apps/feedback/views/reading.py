"""Reading feedback, and what people do with it."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.parsing import parsed
from apps.feedback import selectors, services
from apps.feedback import serializers as shapes
from apps.feedback.filters import FeedbackFilter
from apps.feedback.models import Feedback
from apps.feedback.views import examples
from apps.feedback.views.asking import user_of


class FeedbackListView(generics.ListAPIView[Feedback]):
    """What was written."""

    queryset = Feedback.objects.get_queryset()
    serializer_class = shapes.FeedbackOutput
    filterset_class = FeedbackFilter
    ordering_fields = ("created_at", "completed_at")

    def get_queryset(self) -> Any:
        """What the caller may read."""
        if getattr(self, "swagger_fake_view", False):
            return Feedback.objects.none()
        return selectors.list_feedback(user_of(self.request))

    @extend_schema(responses=shapes.FeedbackOutput(many=True))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List feedback, newest first: the team's for staff, what was shared with them for players and guardians."""
        return super().get(request, *args, **kwargs)


class SessionFeedbackView(FeedbackListView):
    """What was written about a session."""

    def get_queryset(self) -> Any:
        """Of this session alone."""
        if getattr(self, "swagger_fake_view", False):
            return Feedback.objects.none()
        return selectors.of_session(user_of(self.request), self.kwargs["session_id"])

    @extend_schema(responses=shapes.FeedbackOutput(many=True))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the feedback of a session, newest first."""
        return super().get(request, *args, **kwargs)


class FeedbackView(APIView):
    """One feedback."""

    @extend_schema(responses=shapes.FeedbackOutput, examples=[examples.FEEDBACK])
    def get(self, request: Request, feedback_id: uuid.UUID) -> Response:
        """Show a feedback, or how much of it is written."""
        return Response(shapes.FeedbackOutput(selectors.get_feedback(user_of(request), feedback_id)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, feedback_id: uuid.UUID) -> Response:
        """Delete a feedback (owner, coach)."""
        services.delete_feedback(user=user_of(request), feedback_id=feedback_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RateView(APIView):
    """What a feedback was worth."""

    @extend_schema(
        request=shapes.FeedbackRateInput,
        responses=shapes.FeedbackRatingOutput,
        examples=[examples.RATE, examples.RATED],
    )
    def post(self, request: Request, feedback_id: uuid.UUID) -> Response:
        """Rate a feedback that one may read; rating again replaces it."""
        sent = parsed(shapes.FeedbackRateInput, request)
        row = services.rate(user=user_of(request), feedback_id=feedback_id, **sent)
        return Response(shapes.FeedbackRatingOutput(row).data)


class ShareView(APIView):
    """Who reads a feedback."""

    @extend_schema(
        request=shapes.FeedbackShareInput, responses=shapes.FeedbackOutput, examples=[examples.SHARE, examples.FEEDBACK]
    )
    def post(self, request: Request, feedback_id: uuid.UUID) -> Response:
        """Show a feedback to its player and their guardians, or no longer (owner, coach, analyst)."""
        sent = parsed(shapes.FeedbackShareInput, request)
        services.share(user=user_of(request), feedback_id=feedback_id, shared=sent["shared"])
        return Response(shapes.FeedbackOutput(selectors.get_feedback(user_of(request), feedback_id)).data)
