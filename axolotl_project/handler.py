"""Django's ASGI handler, by fewer hops between event loop and threads."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class OneHopHandler(ASGIHandler):
    """Runs middleware and view of a request in its thread, one after the other.

    Our views are synchronous, and so are most of Django's middlewares: Django's handler takes each of these across on
    its own, there and back, which came to 17 hops a request.
    """

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002  (Django's)
        """Load the middlewares as they run under WSGI; what is asynchronous among them runs either way."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)
