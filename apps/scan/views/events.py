"""What happened in a session: touches, passes, sprints and more, by time."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.pagination import PagePagination
from apps.core.throttling import StreamThrottle
from apps.scan.models import SessionEvent
from apps.scan.selectors.events import list_events
from apps.scan.selectors.jobs import find_session
from apps.scan.serializers.events import SessionEventOutput, SessionEventsQuery
from apps.scan.views.base import ScanView, queried


class EventPagination(PagePagination):
    """A minute of play is some fifty events."""

    page_size = 200
    max_page_size = 1000


class EventListView(ScanView, ListAPIView[SessionEvent]):
    """Events of a session."""

    serializer_class = SessionEventOutput
    pagination_class = EventPagination
    throttle_classes = (StreamThrottle,)
    filter_backends = ()
    queryset = SessionEvent.objects.none()

    @extend_schema(parameters=[SessionEventsQuery])
    def get(self, request: Request, object_id: uuid.UUID) -> Response:
        """List what happened in a span of time, each with its evidence; a player's account lists its own only."""
        asked = queried(SessionEventsQuery, request)
        page = self.paginate_queryset(list_events(self.user, find_session(self.user, object_id), asked))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
