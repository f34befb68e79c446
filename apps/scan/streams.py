"""Answers that are made while they are sent, on either kind of server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import chain

from django.http import StreamingHttpResponse


class PiecesResponse(StreamingHttpResponse):
    """Sends what `pieces` yields, as the client takes it.

    The first piece is made at once, so that what cannot be made at all is still refused with a proper answer. Django
    joins a plain iterator in memory under ASGI and an asynchronous one under WSGI, so both are offered.
    """

    def __init__(self, pieces: Iterator[bytes], **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._pieces = chain([next(pieces, b"")], pieces)

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (piece := await asyncio.to_thread(next, self._pieces, None)) is not None:
            yield piece
