"""The picture that a state was made of, as it came: so that people who watch another camera see film, not only boxes.

A camera's newest frames lie in Redis anyway, for a worker that takes over (`apps.live.stream`); nothing more is kept
for this, and nothing is decoded.
"""

from __future__ import annotations

import uuid

from redis.exceptions import RedisError

from apps.core.errors import NotFound
from apps.live.connections import client
from apps.live.errors import LiveBusy
from apps.live.stream import Keys

_KINDS = {b"\xff\xd8": "image/jpeg", b"\x89P": "image/png", b"RI": "image/webp"}


def picture_of(session_id: uuid.UUID, camera: str, seq: int) -> bytes:
    """The frame number `seq` of a camera.

    Raises:
        NotFound: it was never there, or newer ones took its place.
        LiveBusy: Redis is away.
    """
    try:
        found = _find(Keys.of(session_id), camera, seq)
    except RedisError as error:
        raise LiveBusy("Pictures cannot be read just now; they will be in a moment.") from error
    if found is None:
        raise NotFound("This picture is not there any more; a newer one is.")
    return found


def kind_of(picture: bytes) -> str:
    """Media type of a picture, by how it begins (`apps.live.frames.is_picture` let it in)."""
    return _KINDS[picture[:2]]


def _find(keys: Keys, camera: str, seq: int) -> bytes | None:
    """By its place from the end of the camera's list; the entry itself says whether it is the one."""
    newest = int(client().hget(keys.meta, f"seq:{camera}") or 0)
    place = client().lindex(keys.camera(camera), seq - newest - 1) if 0 < seq <= newest else None
    if place is None:
        return None
    number = place.split(b":")[0].decode()
    for _, fields in client().xrange(keys.frames, f"{number}-0", f"{number}-0"):
        if fields[b"c"].decode() == camera and int(fields[b"s"]) == seq:
            return bytes(fields[b"d"])
    return None
