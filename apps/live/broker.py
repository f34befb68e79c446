"""What threads (routes, workers, commands) do with a session's keys; `apps.live.stream` has the rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from redis.exceptions import RedisError

from apps.live import stream
from apps.live.connections import client
from apps.live.frames import Picture, now_us
from apps.live.stream import Keys, Meta, Pushed


def push(session_id: object, camera: str, picture: Picture, *, floor: int = 0) -> Pushed:
    """Put a frame into the session's stream.

    Raises:
        redis.exceptions.RedisError: Redis is away.
    """
    names, arguments = stream.push_arguments(Keys.of(session_id), camera, picture, floor=floor)
    return stream.pushed(client().register_script(stream.PUSH)(keys=names, args=arguments))


def take_camera(session_id: object, camera: str, owner: str) -> bool:
    """Become the one who sends as this camera; False where somebody else is at it."""
    arguments = [camera, owner, now_us(), stream.SILENT_US, stream.KEPT_S]
    return bool(client().register_script(stream.TAKE_CAMERA)(keys=[Keys.of(session_id).meta], args=arguments))


def publish(session_id: object, version: int, text: str, *, token: str = "") -> bool:
    """Set and tell the newest state; False where another worker holds the session."""
    keys = Keys.of(session_id)
    arguments = [stream.state_message(version, text), stream.KEPT_S, token, keys.news]
    return bool(client().register_script(stream.PUBLISH)(keys=[keys.state, keys.worker], args=arguments))


def tell(session_id: object, event: Mapping[str, Any]) -> None:
    """Tell every open socket of the session something that must not be coalesced away; Redis may be down."""
    try:
        client().publish(Keys.of(session_id).news, stream.EVENT + json.dumps(event).encode())
    except RedisError:
        return


def meta_of(session_id: object) -> Meta:
    """The counts of a session; nothing known while Redis is down."""
    try:
        return stream.read_meta(client().hgetall(Keys.of(session_id).meta))
    except RedisError:
        return stream.read_meta({})


def state_of(session_id: object) -> dict[str, Any] | None:
    """The newest state, `None` where there is none or Redis is down."""
    try:
        found = stream.read_state(client().get(Keys.of(session_id).state))
    except RedisError:
        return None
    return json.loads(found[1]) if found else None


def hold(session_id: object, token: str, *, lease_s: float) -> None:
    """Note that a worker holds the session; a hint for senders, so Redis may be down."""
    try:
        client().set(Keys.of(session_id).worker, token, px=int(lease_s * 1000))
    except RedisError:
        return


def let_go(session_id: object, token: str) -> None:
    """Note that it does no longer."""
    keys = Keys.of(session_id)
    try:
        if client().get(keys.worker) == token.encode():
            client().delete(keys.worker)
    except RedisError:
        return


def request_stop(session_id: object) -> None:
    """Take no more frames; what is there is worked off."""
    _mark(session_id, "stop")


def close(session_id: object) -> None:
    """Take no more frames and forget those that are there; counts and the newest state stay a while."""
    _mark(session_id, "closed")
    keys = Keys.of(session_id)
    try:
        cameras = stream.read_meta(client().hgetall(keys.meta)).cameras
        client().delete(keys.frames, keys.worker, keys.bell, *(keys.camera(name) for name in cameras))
    except RedisError:
        return


def forget(session_id: object) -> None:
    """Remove everything but the mark that it is over; what is sent meanwhile is refused."""
    close(session_id)
    forget_state(session_id)


def forget_state(session_id: object) -> None:
    """Remove the newest state, which names the players; a session that runs publishes another at once."""
    try:
        client().delete(Keys.of(session_id).state)
    except RedisError:
        return


def _mark(session_id: object, field: str) -> None:
    key = Keys.of(session_id).meta
    try:
        with client().pipeline() as pipe:
            pipe.hset(key, field, "1")
            pipe.expire(key, stream.KEPT_S)
            pipe.execute()
    except RedisError:
        return
