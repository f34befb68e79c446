"""What a team may use of the language model a day, and a pause for a cloud that fails: kept in the shared cache.

Both are for all workers together. Where the cache is down nothing is known, so nothing is spent.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.core.cache import caches
from django.utils import timezone
from redis.exceptions import RedisError

from apps.feedback.engine.cloud_errors import DOWN, MISCONFIGURED, CloudError, Trouble

log = structlog.get_logger(__name__)

DAY_S = 86_400
KEPT_S = 2 * DAY_S
"""A day's account outlives the day, so that one opened before midnight can be settled after it."""


@dataclass(slots=True)
class Reservation:
    """Tokens set aside for a call; `settle` makes the account right once they are known."""

    key: str
    tokens: int

    def settle(self, used: int) -> None:
        """Give back what was not used, or take what was used beyond."""
        difference, self.tokens = used - self.tokens, used
        if difference:
            try:
                caches["default"].incr(self.key, difference)
            except (RedisError, ValueError):
                log.warning("assistant.budget_not_settled", key=self.key, tokens=difference)


def reserve(team_id: uuid.UUID, tokens: int) -> Reservation:
    """Set tokens aside for a call.

    Raises:
        CloudError: the team's tokens of today would be exceeded, or the account cannot be read.
    """
    key = _account(team_id)
    try:
        caches["default"].add(key, 0, timeout=KEPT_S)
        used = caches["default"].incr(key, tokens)
        if used <= settings.ASSISTANT_TOKENS_PER_DAY:
            return Reservation(key, tokens)
        caches["default"].decr(key, tokens)
    except (RedisError, ValueError) as error:
        log.warning("assistant.budget_unknown", error=str(error))
    raise CloudError(Trouble.NO_BUDGET)


def used_today(team_id: uuid.UUID) -> int:
    """Tokens that a team has used or set aside today (UTC)."""
    return int(caches["default"].get(_account(team_id)) or 0)


def _account(team_id: uuid.UUID) -> str:
    return f"assistant:tokens:{team_id}:{timezone.now().date().isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerParams:
    """When the cloud is paused.

    Attributes:
        failures: failed calls in a row; three, because one or two are an ordinary hiccup.
        pause_s: how long [s] nobody asks; then one call tries, and the others wait for what it says.
        longest_pause_s: a service that asks for more [s] is tried again after this.
        forget_s: failures further apart [s] than this are not one outage.
    """

    failures: int = 3
    pause_s: int = 60
    longest_pause_s: int = 900
    forget_s: int = 600


FAILED, PAUSED, TRYING = "assistant:failed", "assistant:paused", "assistant:trying"


class Breaker:
    """Keeps a dead cloud from delaying every feedback: closed → paused → one try → closed or paused again."""

    def __init__(self, params: BreakerParams | None = None) -> None:
        self._params = params or BreakerParams()

    def require_closed(self) -> None:
        """Let a call through, or say at once that it would fail.

        Raises:
            CloudError: the cloud is paused, or another call is just trying it.
        """
        cache, params = caches["default"], self._params
        try:
            if cache.get(PAUSED):
                raise CloudError(Trouble.PAUSED)
            if (cache.get(FAILED) or 0) >= params.failures and not cache.add(TRYING, 1, timeout=params.pause_s):
                raise CloudError(Trouble.PAUSED)
        except RedisError:
            raise CloudError(Trouble.PAUSED) from None

    def succeeded(self) -> None:
        """The cloud lives: forget what failed."""
        try:
            caches["default"].delete_many([FAILED, PAUSED, TRYING])
        except RedisError as error:
            log.warning("assistant.breaker_unknown", error=str(error))

    def failed(self, error: CloudError) -> None:
        """Count a call that failed with all its retries; the last one too many pauses the cloud."""
        params = self._params
        if error.trouble not in DOWN | MISCONFIGURED:
            return
        try:
            cache = caches["default"]
            cache.add(FAILED, 0, timeout=params.forget_s)
            step = params.failures if error.trouble in MISCONFIGURED else 1
            count = cache.incr(FAILED, step)
            cache.delete(TRYING)
            if count >= params.failures:
                pause = min(max(error.retry_after_s or 0.0, params.pause_s), params.longest_pause_s)
                cache.set(PAUSED, error.trouble.value, timeout=int(pause))
                log.warning("assistant.paused", trouble=error.trouble.value, seconds=int(pause))
        except (RedisError, ValueError) as broken:
            log.warning("assistant.breaker_unknown", error=str(broken))
