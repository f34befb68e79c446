"""System checks: what can be known to be wrong before the first request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from apps.core.rates import parse_rate

SCOPES = frozenset({"ordinary", "upload", "login", "pairing", "wrong_codes", "stream"})


@register("axolotl")
def rate_limits_are_readable(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """E001: a rate nobody can read; E002: a scope that does not exist."""
    found: list[CheckMessage] = []
    for scope, rate in settings.RATE_LIMITS.items():
        if scope not in SCOPES:
            hint = f"One of {', '.join(sorted(SCOPES))}."
            found.append(Error(f"RATE_LIMITS names the unknown scope {scope!r}.", hint=hint, id="axolotl.E002"))
        try:
            parse_rate(rate)
        except ValueError as error:
            found.append(Error(f"RATE_LIMITS, {scope}: {error}", hint="For example 100/min.", id="axolotl.E001"))
    return found


@register("axolotl", deploy=True)
def production_has_its_own_services(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """W001: SQLite, W002: the embedded Redis, in a deployment."""
    found: list[CheckMessage] = []
    if str(settings.DATABASES["default"]["ENGINE"]).endswith("sqlite3"):
        found.append(Warning("The database is SQLite.", hint="Set DATABASE_URL=postgres://…", id="axolotl.W001"))
    if settings.REDIS_EMBEDDED:
        found.append(Warning("Redis is the embedded one.", hint="Set REDIS_URL=redis://…", id="axolotl.W002"))
    return found
