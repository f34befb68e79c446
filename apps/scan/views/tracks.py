"""Who a track is."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.parsing import parsed
from apps.scan.serializers.scans import JobStateOutput
from apps.scan.serializers.tracks import TrackAssignInput, TrackMergeInput, TrackSplitInput
from apps.scan.services import tracks
from apps.scan.views import examples
from apps.scan.views.base import KEY, ScanView, changed_once


class TrackAssignView(ScanView):
    """A track gets a name."""

    @extend_schema(
        request=TrackAssignInput,
        responses=JobStateOutput,
        parameters=[KEY],
        examples=[examples.ASSIGN, examples.CHANGED],
    )
    def post(self, request: Request, object_id: uuid.UUID) -> Response:
        """Say which player a track is (null: nobody known)."""
        job = self.scan(object_id)
        sent = parsed(TrackAssignInput, request)
        return changed_once(request, job, lambda: tracks.assign_track(user=self.user, job=job, **sent))


class TrackMergeView(ScanView):
    """Two tracks are one person."""

    @extend_schema(
        request=TrackMergeInput, responses=JobStateOutput, parameters=[KEY], examples=[examples.MERGE, examples.CHANGED]
    )
    def post(self, request: Request, object_id: uuid.UUID) -> Response:
        """Join two tracks; the first keeps its number."""
        job = self.scan(object_id)
        kept, other = parsed(TrackMergeInput, request)["track_ids"]
        return changed_once(request, job, lambda: tracks.merge_tracks(user=self.user, job=job, track_ids=(kept, other)))


class TrackSplitView(ScanView):
    """One track is two people."""

    @extend_schema(
        request=TrackSplitInput, responses=JobStateOutput, parameters=[KEY], examples=[examples.SPLIT, examples.CHANGED]
    )
    def post(self, request: Request, object_id: uuid.UUID) -> Response:
        """Cut a track at a moment; what follows gets a number of its own."""
        job = self.scan(object_id)
        sent = parsed(TrackSplitInput, request)
        return changed_once(request, job, lambda: tracks.split_track(user=self.user, job=job, **sent))
