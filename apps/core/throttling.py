"""Rate limits of the API's routes, told in `X-RateLimit-*` headers (`apps.core.rates` counts)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.core.network import rate_address
from apps.core.rates import Count, count_request, parse_rate

if TYPE_CHECKING:  # views read their throttles from here while they are being imported
    from rest_framework.views import APIView


class ScopeThrottle(BaseThrottle):
    """A limit of one scope: by device where one speaks, by user where somebody is logged in, else by address."""

    scope: ClassVar[str] = "ordinary"

    def __init__(self) -> None:
        self._wait: int | None = None

    def idents(self, request: Request, view: APIView) -> list[str]:
        """Return everybody this request counts for."""
        user = request.user
        if user is None or not user.is_authenticated:
            return [f"address:{rate_address(request._request)}"]
        device = getattr(user, "device", None)
        return [f"device:{device.pk}" if device is not None else f"user:{user.pk}"]

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count, remember for the headers, and decide."""
        rate = parse_rate(settings.RATE_LIMITS[self.scope])
        allowed = True
        for ident in self.idents(request, view):
            ok, count = count_request(self.scope, ident, rate)
            self._remember(request, count)
            if not ok:
                allowed, self._wait = False, count.reset_s
        return allowed

    def wait(self) -> float | None:
        """Seconds until the window ends (`Retry-After`)."""
        return self._wait

    @staticmethod
    def _remember(request: Request, count: Count) -> None:
        seen: Any = getattr(request._request, "rate_count", None)
        if seen is None or count.remaining <= seen.remaining:
            request._request.rate_count = count  # type: ignore[attr-defined]


class OrdinaryThrottle(ScopeThrottle):
    """100 a minute: everything that names no other limit."""


class UploadThrottle(ScopeThrottle):
    """10 a minute: new uploads."""

    scope = "upload"


class StreamThrottle(ScopeThrottle):
    """50 a second: video ranges, array windows, status."""

    scope = "stream"


class LoginThrottle(ScopeThrottle):
    """5 a minute, by address and by the account tried: guessing is slow from one place and from many."""

    scope = "login"

    def idents(self, request: Request, view: APIView) -> list[str]:
        """Return the address and the account named in the body."""
        found = [f"address:{rate_address(request._request)}"]
        body = request.data if isinstance(request.data, dict) else {}
        email = body.get("email")
        if isinstance(email, str) and email.strip():
            found.append(f"account:{email.strip().lower()}")
        return found
