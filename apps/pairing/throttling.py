"""Limits of joining: guessing a code is hopeless from one place and from many."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from rest_framework.request import Request

from apps.core.network import rate_address
from apps.core.rates import Rate, count_request, parse_rate, take_back
from apps.core.throttling import ScopeThrottle
from apps.pairing.codes import read_code

if TYPE_CHECKING:
    from rest_framework.views import APIView

EVERYBODY = "everybody"


class Counted(NamedTuple):
    """One count that this request was given."""

    scope: str
    ident: str
    rate: Rate


class JoinThrottle(ScopeThrottle):
    """Failed tries to join: 5 a minute by address and by what was tried, and 300 wrong codes a minute of all callers.

    Every try is counted before it is judged, so that parallel guesses do not slip through, and a device that joins gets
    its counts back, so that a team's phones behind one address need not queue. The limit for all callers bounds what
    many addresses can guess together: within a code's ten minutes 3,000 of 6.6e11. While it is used up, typed codes
    wait; QR codes carry a signed token and are never guessed, so they go on.
    """

    scope = "pairing"

    def idents(self, request: Request, view: APIView) -> list[str]:
        """Return the address and what it tries, which is never kept as it is."""
        found = [f"address:{rate_address(request._request)}"]
        tried = _field(request, "token") or read_code(_field(request, "code")) or ""
        if tried:
            found.append(f"tried:{hashlib.sha256(tried.encode()).hexdigest()}")
        return found

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count, and remember what to give back."""
        allowed = super().allow_request(request, view)
        rate = parse_rate(settings.RATE_LIMITS[self.scope])
        counted = [Counted(self.scope, ident, rate) for ident in self.idents(request, view)]
        if allowed and not _field(request, "token"):  # what is refused already is no guess
            all_rate = parse_rate(settings.RATE_LIMITS["wrong_codes"])
            allowed, count = count_request("wrong_codes", EVERYBODY, all_rate)
            counted.append(Counted("wrong_codes", EVERYBODY, all_rate))
            self._wait = None if allowed else count.reset_s
        request._request.join_counts = counted  # type: ignore[attr-defined]
        return allowed


def give_back(request: Request) -> None:
    """Forget the counts of a request that joined."""
    counted: list[Counted] = getattr(request._request, "join_counts", [])
    for one in counted:
        take_back(one.scope, one.ident, one.rate)


def _field(request: Request, name: str) -> str:
    body: Any = request.data
    value = body.get(name) if isinstance(body, dict) else None
    return value.strip() if isinstance(value, str) else ""
