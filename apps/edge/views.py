"""Routes of edge boxes: register, heartbeat, sync, process; and of the staff that looks at them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.core.idempotency import Answer, fingerprint, key_of, run_once
from apps.core.parsing import parsed
from apps.edge import examples
from apps.edge.models import HEARTBEAT_S, EdgeNode, SyncCursor
from apps.edge.parsers import ExtractFormParser, PackedBodyParser
from apps.edge.selectors import get_node, list_nodes, pending_of
from apps.edge.serializers import (
    HeartbeatInput,
    HeartbeatOutput,
    NodeOutput,
    NodeRegisteredOutput,
    NodeRegisterInput,
    ProcessInput,
    ProcessOutput,
    SyncInput,
    SyncOutput,
    registered,
)
from apps.edge.services import films, nodes, sync
from apps.edge.throttling import NodeThrottle
from apps.pairing.models import DeviceUser
from apps.scan.models import ProcessingJob
from apps.scan.services.scans import ScanWish

KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key and body give the same answer."
)
PACKED = OpenApiParameter(
    "Content-Encoding", str, OpenApiParameter.HEADER, enum=["gzip"], description="The body may be packed."
)


class NodeView(APIView):
    """A route of edge boxes."""

    device_scopes = frozenset({"edge"})
    parser_classes: Any = (PackedBodyParser,)
    throttle_classes = (NodeThrottle,)

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        """Note when the request came in, for the node's clock."""
        self.received_at = timezone.now()
        return super().initialize_request(request, *args, **kwargs)

    @property
    def user(self) -> DeviceUser:
        """The device's user; `own_node` refuses everybody else."""
        return cast(DeviceUser, self.request.user)

    def clock(self) -> dict[str, datetime]:
        """The server's two of the four times."""
        return {"received_at": self.received_at, "sent_at": timezone.now()}

    def once(self, scope: str, digest: str, work: Callable[[], Answer]) -> Answer:
        """Do the work once for the request's `Idempotency-Key`."""
        user: Any = self.request.user
        return run_once(user=user, scope=scope, key=key_of(self.request), body_digest=digest, work=work)

    def timed(self, scope: str, work: Callable[[], Answer]) -> Response:
        """The same for a JSON body, and tell the time: that of this request, also where the answer is an old one."""
        digest = fingerprint({"path": self.request.path, "body": self.request.data})
        answer = self.once(scope, digest, work)
        return replace(answer, data={**answer.data, "clock": self.clock()}).response()


class RegisterView(NodeView):
    """Become a node."""

    @extend_schema(
        request=NodeRegisterInput,
        responses={200: NodeRegisteredOutput, 201: NodeRegisteredOutput},
        parameters=[KEY],
        examples=[examples.REGISTER, examples.REGISTERED],
    )
    def post(self, request: Request) -> Response:
        """Say what this computer is; saying it again brings it up to date."""
        sent = nodes.NodeFields(**parsed(NodeRegisterInput, request))

        def work() -> Answer:
            node, is_new = nodes.register(user=request.user, fields=sent)
            node.cursor = SyncCursor.objects.get(node=node)
            answer = registered(node, max_changes=sync.MAX_CHANGES, heartbeat_s=HEARTBEAT_S)
            return Answer(answer, status=201 if is_new else 200)

        return self.timed("edge.register", work)


class HeartbeatView(NodeView):
    """Be there."""

    @extend_schema(request=HeartbeatInput, responses=HeartbeatOutput, examples=[examples.HEARTBEAT, examples.BEATEN])
    def post(self, request: Request) -> Response:
        """Say that the node is there, every 15 seconds, and how its queue stands."""
        node = nodes.own_node(request.user)
        sent = parsed(HeartbeatInput, request)
        nodes.heartbeat(node=node, state=sent["state"], leaving=sent["leaving"])
        pending = pending_of(get_node(self.user, node.pk))
        return Response({"node_id": str(node.pk), "pending": pending, "clock": self.clock()})


class SyncView(NodeView):
    """Exchange edits."""

    @extend_schema(
        request=SyncInput, responses=SyncOutput, parameters=[KEY, PACKED], examples=[examples.BATCH, examples.SYNCED]
    )
    def post(self, request: Request) -> Response:
        """Take the node's edits, answer the team's. Last writer wins, field by field; a loser is kept for the record.

        The same batch again changes nothing. Changes that cannot be taken are refused one by one.
        """
        node = nodes.own_node(request.user)
        sent = parsed(SyncInput, request)
        batch = sync.Batch(sent.get("cursor"), sent["changes"], sent["pending"])

        def work() -> Answer:
            return Answer(sync.sync(user=self.user, node=node, batch=batch))

        return self.timed(f"edge.sync.{node.pk}", work)


class ProcessView(NodeView):
    """Hand in a film."""

    parser_classes = (ExtractFormParser, PackedBodyParser)

    @extend_schema(
        request={"multipart/form-data": ProcessInput, "application/json": ProcessInput},
        responses=ProcessOutput,
        parameters=[KEY],
        examples=examples.PROCESS,
    )
    def post(self, request: Request) -> Response:
        """Start a scan from a finished upload, or continue one from what the node found in the film itself."""
        node = nodes.own_node(request.user)
        sent = parsed(ProcessInput, request)
        film, digest = _film_of(sent)
        if "upload_id" in sent:
            job, is_new = films.process_upload(
                user=self.user, node=node, film=film, upload_id=sent["upload_id"], key=key_of(request)
            )
            return Response(_started(job, is_new=is_new))

        def work() -> Answer:
            job, is_new = films.process_extracted(user=self.user, node=node, film=film)
            return Answer(_started(job, is_new=is_new), message="The scan waits for a worker.")

        return self.once(f"edge.process.{node.pk}", digest, work).response()


class StatusListView(ListAPIView[EdgeNode]):
    """The nodes of one's teams; of a device its own."""

    device_scopes = frozenset({"edge"})
    queryset = EdgeNode.objects.none()
    serializer_class = NodeOutput
    filter_backends: Any = ()

    def get_queryset(self) -> Any:
        """Those that the user may see."""
        return list_nodes(cast(User, self.request.user))

    @extend_schema(responses=NodeOutput(many=True))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the nodes with how they stand."""
        return super().get(request, *args, **kwargs)


class StatusView(APIView):
    """One node."""

    device_scopes = frozenset({"edge"})

    @extend_schema(responses=NodeOutput, examples=[examples.NODE])
    def get(self, request: Request, node_id: uuid.UUID) -> Response:
        """Say how a node stands."""
        return Response(NodeOutput(get_node(cast(User, request.user), node_id)).data)


def _film_of(sent: Mapping[str, Any]) -> tuple[films.HandedFilm, str]:
    """The film as the service takes it, and the digest of all that was said of it."""
    file = sent.get("extracted")
    packed = Path(file.temporary_file_path()).read_bytes() if file is not None else b""
    wish = ScanWish(
        player_id=sent["player_id"],
        session_type=sent["session_type"],
        preset=sent["preset"],
        title=sent["title"],
        description=sent["description"],
        calibration_id=sent.get("calibration_id"),
    )
    film = films.HandedFilm(
        sha256=sent.get("sha256", ""),
        name=Path(sent["name"]).name[-255:] or "film.mp4",
        size_bytes=sent["size_bytes"],
        wish=wish,
        session_id=sent.get("session_id"),
        packed=packed,
        lists=sent.get("document"),
    )
    said = {name: value for name, value in sent.items() if name != "extracted"}
    return film, fingerprint({**said, "packed": hashlib.sha256(packed).hexdigest()})


def _started(job: ProcessingJob, *, is_new: bool) -> dict[str, Any]:
    ids = {"job_id": str(job.pk), "session_id": str(job.session_id)}
    return {**ids, "status": job.status, "known": not is_new}
