"""The direction of a question: kept from before, made here (workers, commands), or asked of a worker.

The web process loads no model. It sends a message to the queue `critical` and looks for the answer for a moment; where
none comes, the search goes by words alone and says so.
"""

from __future__ import annotations

import hashlib
import time

import numpy as np
import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

from apps.search import messages
from apps.search.vectors import DIMENSIONS, MODEL, Vector

log = structlog.get_logger(__name__)

WAIT_S = 0.3
"""How long a search waits for a worker; longer would be felt."""
LOOK_EVERY_S = 0.01
KEPT_S = 3600
UNAVAILABLE_KEPT_S = 30
UNAVAILABLE = b""
"""A worker's word that it has no model: nobody need wait for it."""

_makes_itself: list[bool] = []


def make_here() -> None:
    """From now on this process makes directions itself: it is a worker or a command, and may load the model."""
    _makes_itself[:] = [True]


def direction_of(question: str) -> Vector | None:
    """Return a question's direction; `None` where nobody made it in time.

    Returns:
        `(384,)` float32 of unit length.
    """
    if not question.strip():
        return None
    known = _known(question)
    if known is None and _makes_itself:
        known = make(question)
    elif known is None and messages.send(messages.EMBED_QUERY, [question], queue="critical", expires_s=KEPT_S):
        known = _wait(question)
    return np.frombuffer(known, "<f4").astype(np.float32) if known else None


def make(question: str) -> bytes:
    """Make a question's direction here and keep it for whoever asks; `UNAVAILABLE` where there is no model."""
    from apps.search.embedding import EmbeddingUnavailable, embed

    try:
        stored: bytes = embed([question])[0].astype("<f4").tobytes()
    except EmbeddingUnavailable as error:
        log.warning("search.no_model", error=str(error))
        stored = UNAVAILABLE
    try:
        cache.set(_key(question), stored, timeout=KEPT_S if stored else UNAVAILABLE_KEPT_S)
    except RedisError as error:
        log.warning("search.redis_down", error=str(error))
    return stored


def _wait(question: str) -> bytes | None:
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        time.sleep(LOOK_EVERY_S)
        known = _known(question)
        if known is not None:
            return known
    log.info("search.nobody_answered", waited_s=WAIT_S)
    return None


def _known(question: str) -> bytes | None:
    """What is kept; anything that is no direction counts as nothing."""
    try:
        found: object = cache.get(_key(question))
    except RedisError as error:
        log.warning("search.redis_down", error=str(error))
        return None
    return found if isinstance(found, bytes) and len(found) in (0, DIMENSIONS * 4) else None


def _key(question: str) -> str:
    return f"search:direction:{MODEL}:{hashlib.sha256(question.encode()).hexdigest()}"
