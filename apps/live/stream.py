"""Frames, states and who works on what, in Redis: bounded by count and bytes, whatever senders and workers do.

A session has one stream of frames (`…frames`, read by cursor, so that whoever takes over reads on from a checkpoint).
Each camera has its own share of it: the oldest frames of the camera that is over its share go first, and those nobody
had read are counted. The newest state lies under `…state` and is published on `…news`. All of it ends by itself some
minutes after the last frame.

| field of `…meta` | what |
|---|---|
| `id`, `read` | number of the newest frame, and of the newest that a worker has read |
| `in:`, `seq:`, `captured:`, `received:`, `bytes:`, `dropped:`, `late:`, `refused:` + camera | counts and times |
| `owner:` + camera | who sends as this camera |
| `stop`, `closed` | somebody pressed stop; it is over |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from apps.live.frames import Picture

MAX_CAMERAS = 8
FRAMES_PER_CAMERA = 64
"""Six seconds at 10 a second: a killed worker is replaced within five."""
BYTES_PER_CAMERA = 6 * 1024 * 1024
"""With `MAX_CAMERAS` a session holds at most 48 MB of Redis."""
KEPT_S = 900
RING_EVERY_MS = 2000
STATE, EVENT = b"S", b"E"
"""How a message on `…news` begins: a state (the newest replaces all) or an event (each counts)."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Names of one session's keys."""

    base: str

    @classmethod
    def of(cls, session_id: object) -> Keys:
        """The keys of a session."""
        return cls(f"{settings.REDIS_PREFIX}.live.{session_id}")

    @property
    def frames(self) -> str:
        """Stream of frames."""
        return f"{self.base}.frames"

    @property
    def meta(self) -> str:
        """Hash of counts."""
        return f"{self.base}.meta"

    @property
    def state(self) -> str:
        """The newest state, as it is sent."""
        return f"{self.base}.state"

    @property
    def news(self) -> str:
        """Channel of states and events."""
        return f"{self.base}.news"

    @property
    def worker(self) -> str:
        """Token of the worker that holds the session; gone with its lease."""
        return f"{self.base}.worker"

    @property
    def bell(self) -> str:
        """There while a worker was rung for."""
        return f"{self.base}.bell"

    def camera(self, name: str) -> str:
        """Which frames of the stream are this camera's, with their sizes."""
        return f"{self.base}.camera.{name}"


PUSH = """
local frames, meta, mine, worker, bell = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local cam, captured, received, data = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local most, most_bytes, floor = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[9])
local kept_s, ring_ms = ARGV[7], ARGV[8]
local function total() return tonumber(redis.call('HGET', meta, 'dropped:' .. cam) or '0') end
if redis.call('HEXISTS', meta, 'closed') == 1 or redis.call('HEXISTS', meta, 'stop') == 1 then
  return {'closed', 0, total(), 0}
end
redis.call('HINCRBY', meta, 'in:' .. cam, 1)
redis.call('HSET', meta, 'received:' .. cam, received)
redis.call('EXPIRE', meta, kept_s)
local last = tonumber(redis.call('HGET', meta, 'captured:' .. cam) or '-1')
if tonumber(captured) <= last then
  redis.call('HINCRBY', meta, 'late:' .. cam, 1)
  return {tonumber(captured) == last and 'twice' or 'late', 0, total(), 0}
end
redis.call('HSET', meta, 'captured:' .. cam, captured)
local id = math.max(tonumber(received), tonumber(redis.call('HGET', meta, 'id') or '0') + 1)
local number = string.format('%.0f', id)
local seq = math.max(tonumber(redis.call('HGET', meta, 'seq:' .. cam) or '0'), floor) + 1
redis.call('HSET', meta, 'id', number, 'seq:' .. cam, string.format('%.0f', seq))
redis.call('XADD', frames, number .. '-0', 'c', cam, 's', string.format('%.0f', seq), 't', captured, 'r', received,
  'd', data)
redis.call('RPUSH', mine, number .. ':' .. #data)
local bytes = redis.call('HINCRBY', meta, 'bytes:' .. cam, #data)
local count = redis.call('LLEN', mine)
local read = tonumber(redis.call('HGET', meta, 'read') or '0')
while count > most or bytes > most_bytes do
  local oldest, size = string.match(redis.call('LPOP', mine), '(%d+):(%d+)')
  redis.call('XDEL', frames, oldest .. '-0')
  bytes = redis.call('HINCRBY', meta, 'bytes:' .. cam, -tonumber(size))
  count = count - 1
  if tonumber(oldest) > read then redis.call('HINCRBY', meta, 'dropped:' .. cam, 1) end
end
redis.call('EXPIRE', frames, kept_s)
redis.call('EXPIRE', mine, kept_s)
local ring = 0
if redis.call('EXISTS', worker) == 0 and redis.call('SET', bell, '1', 'NX', 'PX', ring_ms) then ring = 1 end
return {'taken', seq, total(), ring}
"""
"""Takes one frame, trims the camera's share, and says whether a worker must be rung for: all at once, so that several
web processes and a camera that changes between them keep one order."""

PUBLISH = """
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[3] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
redis.call('PUBLISH', ARGV[4], ARGV[1])
return 1
"""
"""Sets and tells the newest state, unless another worker holds the session."""

TAKE_CAMERA = """
local owner = redis.call('HGET', KEYS[1], 'owner:' .. ARGV[1])
local seen = tonumber(redis.call('HGET', KEYS[1], 'received:' .. ARGV[1]) or '0')
if owner and owner ~= ARGV[2] and tonumber(ARGV[3]) - seen < tonumber(ARGV[4]) then return 0 end
redis.call('HSET', KEYS[1], 'owner:' .. ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[5])
return 1
"""
"""Gives a camera's name to whoever asks, unless somebody else is sending as it."""

SILENT_US = 5_000_000
"""A camera that sent nothing for this long may be taken over by another person's device."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of a frame.

    Attributes:
        outcome: `taken`, `late` (older than one that was there), `twice`, or `closed`.
        seq: the camera's count of frames, 0 where it was not taken.
        dropped: frames of the camera that went unread so far.
        ring: whether nobody works on the session, and this caller is to ring.
    """

    outcome: str
    seq: int
    dropped: int
    ring: bool


def push_arguments(keys: Keys, camera: str, picture: Picture, *, floor: int) -> tuple[list[str], list[Any]]:
    """Keys and arguments of `PUSH`. `floor`: the camera's count goes on from here, should Redis have lost it."""
    names = [keys.frames, keys.meta, keys.camera(camera), keys.worker, keys.bell]
    limits = [FRAMES_PER_CAMERA, BYTES_PER_CAMERA, KEPT_S, RING_EVERY_MS, floor]
    return names, [camera, picture.captured_us, picture.received_us, picture.data, *limits]


def pushed(answer: Any) -> Pushed:
    """Read the answer of `PUSH`."""
    outcome, seq, dropped, ring = answer
    return Pushed(outcome.decode(), int(seq), int(dropped), bool(ring))


@dataclass(frozen=True, slots=True)
class CameraCounts:
    """One camera as Redis counts it. `received_us`: of the newest frame, 0 for none."""

    received: int = 0
    dropped: int = 0
    late: int = 0
    refused: int = 0
    seq: int = 0
    received_us: int = 0


@dataclass(frozen=True, slots=True)
class Meta:
    """The counts of a session. `is_known`: False where Redis has nothing (yet, or any more)."""

    cameras: Mapping[str, CameraCounts]
    stop: bool
    closed: bool
    is_known: bool

    @property
    def last_received_us(self) -> int:
        """When the newest frame came, 0 for none."""
        return max((camera.received_us for camera in self.cameras.values()), default=0)


_COUNTS = {"in": "received", "dropped": "dropped", "late": "late", "refused": "refused", "seq": "seq"}


def read_meta(raw: Mapping[bytes, bytes]) -> Meta:
    """Read the hash of counts."""
    found: dict[str, dict[str, int]] = {}
    for key, value in raw.items():
        kind, _, camera = key.decode().partition(":")
        if camera and (kind in _COUNTS or kind == "received"):
            found.setdefault(camera, {})["received_us" if kind == "received" else _COUNTS[kind]] = int(value)
    cameras = {name: CameraCounts(**counts) for name, counts in sorted(found.items())}
    return Meta(cameras, stop=b"stop" in raw, closed=b"closed" in raw, is_known=bool(raw))


def state_message(version: int, text: str) -> bytes:
    """A state as it lies in Redis: the version first, so that a web process need not read the rest."""
    return STATE + str(version).encode() + b"\n" + text.encode()


def read_state(message: bytes | None) -> tuple[int, str] | None:
    """Version and text of a state; `None` where there is none."""
    if not message or not message.startswith(STATE):
        return None
    version, _, text = message[1:].partition(b"\n")
    return int(version), text.decode()
