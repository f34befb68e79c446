"""Is it alive, and is it ready: each part that matters is tried, not assumed.

Other apps register their own parts (workers per queue, models) when Django is ready.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from typing import TypedDict

import structlog
from asgiref.sync import async_to_sync
from channels import DEFAULT_CHANNEL_LAYER
from channels.layers import channel_layers
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.db import connection
from redis import Redis

log = structlog.get_logger(__name__)

PART_TIMEOUT_S = 5.0
"""A part that does not answer within this time is down for whoever waits for it."""


class PartState(TypedDict):
    """One line of the readiness answer."""

    ok: bool
    detail: str
    matters: bool


class PartDown(Exception):
    """A part is down; its message is shown to whoever asks, so it names no address and no secret."""


Probe = Callable[[], str]
"""Returns a few words on how the part is; raises where it is down."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part that is tried; one that does not `matter` is reported, but does not make us unready."""

    probe: Probe
    matters: bool = True


_parts: dict[str, Part] = {}


def register_part(name: str, probe: Probe, *, matters: bool = True) -> None:
    """Add a part to readiness; registering again replaces it."""
    _parts[name] = Part(probe, matters)


def readiness() -> tuple[bool, dict[str, PartState]]:
    """Try every part at the same time.

    Returns:
        Whether everything that matters works, and each part's state.
    """
    pool = ThreadPoolExecutor(max_workers=max(1, len(_parts)))
    try:
        waiting = {name: pool.submit(_in_thread, part.probe) for name, part in _parts.items()}
        states = {name: _state(_parts[name], future.result) for name, future in waiting.items()}
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return all(state["ok"] or not state["matters"] for state in states.values()), states


def _in_thread(probe: Probe) -> str:
    try:
        return probe()
    finally:
        connection.close()  # the thread's own


def _state(part: Part, result: Callable[[float], str]) -> PartState:
    try:
        return {"ok": True, "detail": result(PART_TIMEOUT_S), "matters": part.matters}
    except FutureTimeout:
        return {"ok": False, "detail": f"no answer in {PART_TIMEOUT_S:g} s", "matters": part.matters}
    except PartDown as error:
        return {"ok": False, "detail": str(error), "matters": part.matters}
    except Exception as error:  # noqa: BLE001  (whatever it is, the part is down)
        log.warning("health.part_down", error=str(error))
        return {"ok": False, "detail": type(error).__name__, "matters": part.matters}


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return connection.vendor


def _broker() -> str:
    return _redis(settings.REDIS_URL)


def _live_frames() -> str:
    return _redis(settings.LIVE_REDIS_URL)


def _redis(url: str) -> str:
    client = Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)
    try:
        client.ping()
    finally:
        client.close()
    return "redis"


def _channel_layer() -> str:
    """Send a message to ourselves through a layer of our own.

    The process' layer receives in the event loop of its open sockets, and refuses to receive in a second one.
    """
    layer = channel_layers.make_backend(DEFAULT_CHANNEL_LAYER)

    async def round_trip() -> None:
        try:
            name = await layer.new_channel()
            await layer.send(name, {"type": "health"})
            await layer.receive(name)
        finally:
            await layer.close_pools()

    async_to_sync(round_trip)()
    return type(layer).__name__


def _storage() -> str:
    name = default_storage.save("health/probe", ContentFile(b"ok"))
    default_storage.delete(name)
    return type(storages["default"]).__name__


def register_own_parts() -> None:
    """Register the parts that every installation has."""
    probes = {"database": _database, "broker": _broker, "channel_layer": _channel_layer, "storage": _storage}
    for name, probe in probes.items():
        register_part(name, probe)
    if settings.LIVE_REDIS_URL != settings.REDIS_URL:
        register_part("live_frames", _live_frames, matters=False)
