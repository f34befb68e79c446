"""Refuses a request by its headers before a byte of its body is stored.

Django spools a whole body to disk before any of its own code runs. So what can be judged by headers alone is judged
here, around it: too large a body, and an upload without a valid token.
"""

from __future__ import annotations

import asyncio
import errno
import json
import re
import shutil
import sys
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.core.envelope import error_body
from apps.core.errors import Unavailable
from apps.scan.errors import FileTooLarge, size_words
from apps.scan.services.uploads import LIMITS
from apps.scan.uploads import MAX_PIECE_BYTES, form_limit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

FORM_OVERHEAD_BYTES = 1024 * 1024
"""Multipart boundaries and the text fields beside the video."""
DRAIN_BYTES = 16 * 1024 * 1024
DRAIN_S = 3.0
"""After a refusal this much is read and dropped: closing at once resets the line before a browser reads the answer."""

_FILMS = re.compile(r"^/api/scan/(quick|multiview)/?$")
_UPLOADS = re.compile(r"^/api/scan/uploads(/|$)")
_ATTACHMENTS = re.compile(r"^/api/sessions/[^/]+/attachments/?$")
_EXTRACTS = re.compile(r"^/api/local-edge/process/?$")
EXTRACT_BYTES = 32 * 1024 * 1024
"""What an edge box may send of a film that it looked at itself (`pipeline.extracted`)."""
SMALL_BYTES = 1024 * 1024
"""Less is held in memory."""
FORM_COPIES = 2
"""A body is spooled, then its film is copied out of the form."""


def body_limit(path: str) -> int:
    """How many bytes a request to `path` may carry."""
    if _FILMS.match(path):
        return form_limit() + FORM_OVERHEAD_BYTES
    if _UPLOADS.match(path):
        return MAX_PIECE_BYTES
    if _ATTACHMENTS.match(path):
        return int(settings.MAX_ATTACHMENT_SIZE) + FORM_OVERHEAD_BYTES
    if _EXTRACTS.match(path):
        return EXTRACT_BYTES + FORM_OVERHEAD_BYTES
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name), "")


def _announced(scope: Scope) -> int:
    text = _header(scope, b"content-length")
    return int(text) if text.isdigit() else 0


def _has_token(scope: Scope) -> bool:
    """Whether the request carries something that may be a valid credential; rights are judged by the view."""
    from rest_framework_simplejwt.exceptions import TokenError
    from rest_framework_simplejwt.tokens import AccessToken

    from apps.pairing.auth import is_device_credential

    kind, _, token = _header(scope, b"authorization").partition(" ")
    if kind.lower() != "bearer" or not token:
        return False
    if is_device_credential(token.strip()):
        return True
    try:
        AccessToken(token.strip())  # type: ignore[arg-type]
    except TokenError:
        return False
    return True


class UploadGate:
    """ASGI application around Django's: bounds every body and turns strangers' uploads away unread."""

    def __init__(self, app: App) -> None:
        self._app = app
        if settings.FILE_UPLOAD_TEMP_DIR:
            Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 401, 411 or 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = body_limit(scope["path"])
        uploads = any(route.match(scope["path"]) for route in (_FILMS, _UPLOADS, _ATTACHMENTS))
        if uploads and scope["method"] in ("POST", "PATCH") and not _has_token(scope):
            message = "Sign in first: this upload carries no valid access token."
            await _refuse(receive, send, 401, "AUTH_ERROR", message)
        elif _announced(scope) > limit:
            await _refuse(receive, send, 413, "FILE_TOO_LARGE", _too_large(scope["path"], limit))
        elif _FILMS.match(scope["path"]) and scope["method"] == "POST" and not _header(scope, b"content-length"):
            message = "Send the film's Content-Length, or use a resumable upload (POST /api/scan/uploads)."
            await _refuse(receive, send, 411, "VALIDATION_ERROR", message)  # Django reads no form without it
        elif _is_large_form(scope) and _room_bytes() < FORM_COPIES * _announced(scope):
            await _refuse(receive, send, 503, Unavailable.code, _disk_full(_announced(scope)))
        else:
            await self._with_room(scope, receive, send, limit)

    async def _with_room(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        """Pass on; a disk that fills up while the body comes is told as such."""
        began = False

        async def sending(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self._counted(scope, receive, sending, limit)
        except OSError as error:
            if began or error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            await _refuse(receive, send, 503, Unavailable.code, _disk_full(_announced(scope)))

    async def _counted(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        """Pass on, but cut a body that announces no length (or a false one) at the limit."""
        came = 0
        over = False

        async def counting() -> Message:
            nonlocal came, over
            message = await receive()
            came += len(message.get("body", b""))
            if came <= limit:
                return message
            over = True
            return {"type": "http.disconnect"}  # Django drops what it spooled and answers nothing

        await self._app(scope, counting, send)
        if over:
            await _refuse(receive, send, 413, "FILE_TOO_LARGE", _too_large(scope["path"], limit))


def _is_large_form(scope: Scope) -> bool:
    """Whether a form with a film or an attachment comes; for the pieces of an upload room was kept when it began."""
    return _announced(scope) > SMALL_BYTES and any(form.match(scope["path"]) for form in (_FILMS, _ATTACHMENTS))


def _room_bytes() -> int:
    """Free where bodies are spooled and uploads grow, beside what stays free for artefacts and the database."""
    root = Path(settings.UPLOAD_ROOT)
    return shutil.disk_usage(root).free - LIMITS.spare_bytes if root.is_dir() else sys.maxsize


def _disk_full(announced: int) -> str:
    return f"The server's disk has no room for these {size_words(announced)}. Ask whoever runs it to make room."


def _too_large(path: str, limit: int) -> str:
    if _FILMS.match(path):
        return FileTooLarge.for_form(form_limit(), settings.MAX_UPLOAD_SIZE).message
    return f"The request is larger than {limit / 1024**2:.0f} MB, the most that is accepted here."


async def _refuse(receive: Receive, send: Send, status: int, code: str, message: str) -> None:
    body = json.dumps(error_body(code, message)).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", str(uuid.uuid4()).encode()),
        (b"connection", b"close"),
    ]
    if status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="api"'))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    await _drain(receive)
    await send({"type": "http.response.body", "body": b""})


async def _drain(receive: Receive) -> None:
    """Read and drop what is still coming, for a while, so that the client gets to read the answer."""
    left = DRAIN_BYTES
    try:
        async with asyncio.timeout(DRAIN_S):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    return
    except TimeoutError:
        return
