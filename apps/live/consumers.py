"""The socket of one live session: cameras send into it, viewers look at it; one socket may do both."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import uuid
from contextlib import suppress
from typing import Any

from channels.db import database_sync_to_async
from redis.exceptions import RedisError

from apps.core.errors import DomainError
from apps.core.sockets import FORBIDDEN, ObjectConsumer, object_in
from apps.live import broker
from apps.live.budget import FrameBudget
from apps.live.errors import LiveEnded
from apps.live.events import TAKEN_OVER, TOO_MANY, ConnectedEvent, JoinedEvent, StoppedEvent, group_of
from apps.live.frames import now_us, read_base64, read_binary
from apps.live.hub import Mailbox, hub
from apps.live.models import LiveSession
from apps.live.selectors import frame_budget
from apps.live.sending import CameraSender, owner_of, sender_of
from apps.live.serializers import StartSessionInput
from apps.live.services.sessions import MAIN_CAMERA, ensure_camera, may_send

MAX_TEXT = 2 * 1024 * 1024
"""Characters of a JSON message: a frame of the largest size in base64."""
WORDS_PER_S = 20.0
"""Messages that are no frames; a page sends a handful in all."""
NORMAL = 1000


class LiveConsumer(ObjectConsumer):
    """`/ws/live/<session_id>`, for cameras and viewers.

    Hears `start_session {camera?, calibration_id?}`, `join_session`, `frame_data` (binary, or `{timestamp, frame}` with
    base64), `leave_session`; says `connected`, `joined`, `metrics_update`, `session_stopped`, `error`.
    """

    purpose = "live"
    device_scopes = frozenset({"live"})

    def find(self, user: Any, object_id: str) -> LiveSession | None:
        """Return the session if the user staffs its team."""
        try:
            rows = LiveSession.objects.visible_to(user).filter(pk=uuid.UUID(object_id))
        except ValueError:
            return None
        found: LiveSession | None = rows.select_related("session").prefetch_related("cameras").first()
        return found

    def group_name(self, found: LiveSession) -> str:
        """Return the group of the session."""
        return group_of(found.pk)

    async def connect(self) -> None:
        """Nobody sends or looks yet."""
        self.sender: CameraSender | None = None
        self.viewer: asyncio.Task[None] | None = None
        self.box: Mailbox | None = None
        self.words = FrameBudget(WORDS_PER_S)
        self.camera_group = ""
        self.is_let_in = self.can_send = False
        await super().connect()

    async def opened(self, found: LiveSession) -> None:
        """Say what this is about; a session that is over says how it ended, and that is all."""
        self.session_id, self.is_let_in = str(found.pk), True
        self.can_send = await database_sync_to_async(may_send)(self.scope["user"], found)
        await self.send_json(
            ConnectedEvent(
                type="connected",
                session_id=self.session_id,
                status=found.status,
                can_send=self.can_send,
                cameras=[camera.name for camera in found.cameras.all()],
                frame_budget=frame_budget(found),
                server_time_us=now_us(),
            )
        )
        if not found.is_open:
            await self.send_json(stopped_event(found))
            await self.close(code=NORMAL)

    async def disconnect(self, code: int) -> None:
        """Stop looking and sending; the session goes on."""
        await self._stop_looking()
        await self._stop_sending()
        await super().disconnect(code)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """A frame, or a word; what comes while the socket is being refused is not heard."""
        if not self.is_let_in:
            return
        try:
            if bytes_data is not None:
                await self._frame(functools.partial(_read_binary, bytes_data))
            else:
                await self._hear(text_data or "")
        except LiveEnded:
            await self._end()
        except DomainError as error:
            await self._refuse(error.code, error.message)

    async def camera_taken(self, event: dict[str, Any]) -> None:
        """This camera is sent from another socket now: the phone came back on a new line."""
        if event["by"] != self.channel_name and self.sender is not None and self.sender.camera == event["camera"]:
            await self._refuse("CAMERA_TAKEN_OVER", "This camera is sent from another connection now.", fatal=True)
            await self.close(code=TAKEN_OVER)

    async def _hear(self, text: str) -> None:
        is_frame = '"frame_data"' in text[:200]
        if not is_frame and not self.words.allows(asyncio.get_running_loop().time()):
            if self.words.is_abused:
                await self.close(code=TOO_MANY)
            return
        content = object_in(text, MAX_TEXT)
        kind = content.get("type") if content else None
        handler = _WORDS.get(kind) if isinstance(kind, str) else None
        if content is None or handler is None:
            known = ", ".join(_WORDS)
            await self._refuse("VALIDATION_ERROR", f"A message is JSON with a `type` out of {known}.")
            return
        await handler(self, content)

    async def _on_start(self, content: dict[str, Any]) -> None:
        """Become a camera of the session; one that was there before goes on."""
        if not self.can_send:
            await self._refuse("PERMISSION_DENIED", "Your role in this team may watch, not film.")
            return
        wish = StartSessionInput(data=content)
        if not await database_sync_to_async(wish.is_valid)():
            await self._refuse("VALIDATION_ERROR", _first_error(wish.errors))
            return
        await self._stop_sending()
        await self._start_sending(wish.validated_data["camera"], wish.validated_data["calibration_id"])

    async def _start_sending(self, camera: str, calibration_id: uuid.UUID | None = None) -> None:
        live = await self._live()
        row = await database_sync_to_async(ensure_camera)(live, camera, calibration_id)
        try:
            is_mine = await asyncio.to_thread(broker.take_camera, self.session_id, camera, owner_of(self.scope["user"]))
        except RedisError:
            is_mine = True  # who else sends is known again when Redis is
        if not is_mine:
            message = f"Another device sends as camera “{camera}”. Choose another name for this one."
            await self._refuse("CAMERA_TAKEN", message)
            return
        self.sender = sender_of(
            self.session_id, camera, live.fps, say=self.send_json, close=self._close_with, seq=row.frames_in
        )
        self.camera_group = f"{group_of(self.session_id)}.{hashlib.sha256(camera.encode()).hexdigest()[:16]}"
        await self._join(self.camera_group)
        taken = {"type": "camera.taken", "camera": camera, "by": self.channel_name}
        await self.channel_layer.group_send(self.camera_group, taken)
        await self._say_joined("sender", live, camera)

    async def _on_join(self, content: dict[str, Any]) -> None:
        """Become a viewer: the newest state at once, then every change."""
        live = await self._live()
        if self.box is None:
            self.box = Mailbox()
            await hub().join(self.session_id, self.box)
            self.viewer = asyncio.create_task(self._look(self.box))
        await self._say_joined("viewer", live)

    async def _on_frame(self, content: dict[str, Any]) -> None:
        await self._frame(
            lambda at: read_base64(content.get("frame"), content.get("timestamp"), received_us=at),
        )

    async def _on_leave(self, content: dict[str, Any]) -> None:
        """Stop sending and looking; the session goes on without this socket."""
        await self.close(code=NORMAL)

    async def _frame(self, read: Any) -> None:
        if self.sender is None:
            if not self.can_send:
                await self._refuse("PERMISSION_DENIED", "Your role in this team may watch, not film.")
                return
            await self._start_sending(MAIN_CAMERA)
        if self.sender is not None:
            await self.sender.take(read)

    async def _look(self, box: Mailbox) -> None:
        """Hand on what comes into the box, one at a time: a socket that does not drain waits here, alone."""
        while True:
            text = await box.take()
            await self.send(text_data=text)
            if text.startswith('{"type": "session_stopped"'):
                await self.close(code=NORMAL)
                return

    async def _live(self) -> LiveSession:
        """The session as it is now.

        Raises:
            LiveEnded: it is over, or not to be seen any more.
        """
        live = await self._found()
        if live is None or not live.is_open:
            raise LiveEnded
        found: LiveSession = live
        return found

    async def _say_joined(self, role: Any, live: LiveSession, camera: str | None = None) -> None:
        budget = frame_budget(live)
        await self.send_json(
            JoinedEvent(type="joined", session_id=self.session_id, role=role, camera=camera, frame_budget=budget)
        )

    async def _end(self) -> None:
        """The session takes no more: a sender is told how it ended, or that it is being stored, and may go."""
        found = await self._found()
        if found is None:
            await self.close(code=FORBIDDEN)
        elif found.is_open:
            await self._stop_sending()
            await self._refuse("SESSION_STOPPING", "The session was stopped; it is being stored.")
        else:
            await self.send_json(stopped_event(found))
            await self.close(code=NORMAL)

    async def _refuse(self, code: str, message: str, *, fatal: bool = False) -> None:
        said = {"type": "error", "code": code, "message": message, "count": 1, "dropped": 0, "fatal": fatal}
        await self.send_json(said)

    async def _close_with(self, code: int) -> None:
        await self.close(code=code)

    async def _stop_sending(self) -> None:
        sender, self.sender = self.sender, None
        if sender is not None:
            await sender.leave()
        if self.camera_group:
            await self.channel_layer.group_discard(self.camera_group, self.channel_name)
            self.camera_group = ""

    async def _stop_looking(self) -> None:
        viewer, self.viewer = self.viewer, None
        if viewer is not None:
            viewer.cancel()
            with suppress(asyncio.CancelledError):
                await viewer
        box, self.box = self.box, None
        if box is not None:
            await hub().leave(self.session_id, box)


_WORDS: dict[str, Any] = {
    "start_session": LiveConsumer._on_start,
    "join_session": LiveConsumer._on_join,
    "frame_data": LiveConsumer._on_frame,
    "leave_session": LiveConsumer._on_leave,
}


def stopped_event(live: LiveSession) -> StoppedEvent:
    """How a session ended."""
    failed = {"code": live.error_code, "message": live.error_message} if live.error_code else None
    return StoppedEvent(
        type="session_stopped", session_id=str(live.pk), status=live.status, summary=live.summary or None, error=failed
    )


def _read_binary(message: bytes, received_us: int) -> Any:
    return read_binary(message, received_us=received_us)


def _first_error(errors: Any) -> str:
    field, said = next(iter(errors.items()))
    return f"Field '{field}': {said[0]}"
