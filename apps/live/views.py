"""Routes of live sessions: start, send a frame, say who is who, stop, look how it stands."""

from __future__ import annotations

import time
import uuid
from typing import Any, cast

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.core.idempotency import Answer, idempotent_json
from apps.core.parsing import parsed
from apps.core.throttling import StreamThrottle
from apps.live import examples
from apps.live.filters import LiveFilter
from apps.live.frames import check_size
from apps.live.models import LiveSession
from apps.live.parsers import FrameFormParser
from apps.live.pictures import kind_of, picture_of
from apps.live.selectors import frame_budget, get_live, list_live, status_of
from apps.live.serializers import (
    FrameInput,
    FrameOutput,
    LiveStartedOutput,
    LiveStartInput,
    LiveStatusOutput,
    LiveStopInput,
    PictureQuery,
    TrackLabelInput,
    TrackLabelOutput,
)
from apps.live.services.frames import SentFrame, submit_frame
from apps.live.services.labels import label_track
from apps.live.services.sessions import CameraWish, LiveWish, StartedLive, start_live, stop_live, wait_until_stored
from apps.scan.renderers import PictureRenderer
from apps.scan.views.base import KEY, queried


class LiveView(APIView):
    """A route of somebody who is logged in, or of a camera."""

    device_scopes = frozenset({"live"})

    @property
    def user(self) -> User:
        """Who asks."""
        return cast(User, self.request.user)


class LiveListView(ListAPIView[LiveSession]):
    """The live sessions of one's teams."""

    device_scopes = frozenset({"live"})
    queryset = LiveSession.objects.none()
    serializer_class = LiveStatusOutput
    filterset_class = LiveFilter
    ordering_fields = ("started_at", "status")

    def get_queryset(self) -> Any:
        """Those that the user may see."""
        return list_live(cast(User, self.request.user))

    def paginate_queryset(self, queryset: Any) -> list[Any]:
        """Rows of the page as they are shown."""
        return [status_of(live, with_metrics=False) for live in super().paginate_queryset(queryset) or []]

    @extend_schema(responses=LiveStatusOutput(many=True))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List live sessions, the newest first."""
        return super().get(request, *args, **kwargs)


class LiveStartView(LiveView):
    """Begin."""

    @extend_schema(request=LiveStartInput, responses=LiveStartedOutput, parameters=[KEY], examples=examples.START)
    def post(self, request: Request) -> Response:
        """Open a live session: cameras send to its socket, viewers look at it."""
        sent = parsed(LiveStartInput, request)
        cameras = [CameraWish(**camera) for camera in sent.pop("cameras")]
        wish = LiveWish(**sent, cameras=cameras)

        def work() -> Answer:
            return Answer(_started(start_live(user=self.user, wish=wish)))

        return idempotent_json(request, "live.start", work)


class LiveFrameView(LiveView):
    """One picture, for a camera without sockets. The session's budget limits how many come."""

    parser_classes = (FrameFormParser,)
    throttle_classes = (StreamThrottle,)

    @extend_schema(request={"multipart/form-data": FrameInput}, responses=FrameOutput, examples=examples.FRAME)
    def post(self, request: Request) -> Response:
        """Send a frame; the answer is the newest state, with this frame in it if that comes in time."""
        sent = parsed(FrameInput, request)
        live = get_live(self.user, sent["session_id"])
        check_size(sent["frame"].size)
        frame = SentFrame(sent["camera"], sent["frame"].read(), sent["timestamp"])
        return Response(submit_frame(user=self.user, live=live, sent=frame, wait_s=sent["wait_ms"] / 1000))


class LiveStopView(LiveView):
    """End."""

    @extend_schema(request=LiveStopInput, responses=LiveStatusOutput, examples=examples.STOP)
    def post(self, request: Request) -> Response:
        """End a live session and store what was measured; asked again, it answers how it ended."""
        sent = parsed(LiveStopInput, request)
        live = stop_live(user=self.user, live=get_live(self.user, sent["session_id"]))
        until = time.monotonic() + sent["wait_ms"] / 1000
        return Response(status_of(wait_until_stored(live, until)))


class LiveStatusView(LiveView):
    """How it stands."""

    throttle_classes = (StreamThrottle,)

    @extend_schema(responses=LiveStatusOutput, examples=[examples.STATUS])
    def get(self, request: Request, session_id: uuid.UUID) -> Response:
        """Say how a live session stands, with its newest state."""
        return Response(status_of(get_live(self.user, session_id)))


class LivePictureView(APIView):
    """The film of a camera that films elsewhere."""

    renderer_classes = (PictureRenderer,)
    throttle_classes = (StreamThrottle,)

    @extend_schema(parameters=[PictureQuery], responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, session_id: uuid.UUID) -> HttpResponse:
        """Send the picture that a state was made of, as its camera sent it."""
        asked = queried(PictureQuery, request)
        live = get_live(cast(User, request.user), session_id)
        picture = picture_of(live.pk, asked["camera"], asked["seq"])
        response = HttpResponse(picture, content_type=kind_of(picture))
        response["Cache-Control"] = "private, no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response


class LiveAssignView(APIView):
    """Who is who."""

    @extend_schema(request=TrackLabelInput, responses=TrackLabelOutput, examples=examples.LABEL)
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        """Name a track of the live picture; the name stays with it in the stored session."""
        sent = parsed(TrackLabelInput, request)
        user = cast(User, request.user)
        live = get_live(user, session_id)
        player = label_track(user=user, live=live, track_id=sent["track_id"], player_id=sent["player_id"])
        named = {"session_id": str(session_id), "track_id": sent["track_id"]}
        return Response({**named, "player_id": str(player.pk) if player else None})


def _started(started: StartedLive) -> dict[str, Any]:
    live = started.live
    return {
        "session_id": str(live.pk),
        "status": live.status,
        "ws_url": f"ws{settings.PUBLIC_URL.removeprefix('http')}/ws/live/{live.pk}",
        "frame_budget": frame_budget(live),
        "cameras": [camera.name for camera in live.cameras.order_by("name")],
        "warnings": started.warnings,
    }
