"""Django's side of `pipeline.live_ports`: leases and checkpoints in the database, frames and states in Redis.

The database decides who works on a session. What stands in Redis beside it is a hint, so that a sender need not ask the
database at each frame whether somebody is at work.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.db.models import F, Q
from django.utils import timezone
from redis.exceptions import RedisError

from apps.live import broker, stream
from apps.live.connections import client, listening_client
from apps.live.models import OPEN, LiveCamera, LiveCheckpoint, LiveSession, LiveStatus
from apps.live.services.films import FilmPieces
from apps.live.services.records import live_record, names_of
from apps.live.services.results import fail_live, finish_live
from apps.live.stream import Keys
from apps.scan.adapters.patience import all_patient, database_now
from pipeline.live_ports import (
    LEASE_S,
    LiveClaim,
    LiveFrame,
    LivePorts,
    LiveRecord,
    LiveResult,
    LiveState,
    install_live,
)
from pipeline.ports import ArtefactStore, Lease, Machine, installed

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
"""Workers that died one after the other without a single checkpoint between: the next would too."""
LOOK_EVERY_S = 0.2
NAMES_EVERY_S = 5.0
WAIT_WITHOUT_REDIS_S = 0.2


@all_patient
class DjangoLiveStore:
    """`LiveStore` over `LiveSession`. `now` can be a test's own clock."""

    def __init__(self, now: Any = database_now) -> None:
        self._now = now

    def load(self, session_id: str) -> LiveRecord:
        """See `LiveStore.load`."""
        return live_record(session_id)

    def claim(self, session_id: str, *, worker: str, lease_s: float = LEASE_S) -> LiveClaim | None:
        """See `LiveStore.claim`. A session that killed worker after worker is failed instead."""
        now, token = self._now(), uuid.uuid4().hex
        rows = self._free(now).filter(pk=uuid.UUID(session_id))
        taken = rows.filter(attempts__lt=MAX_ATTEMPTS).update(
            token=token,
            worker=worker[:120],
            lease_until=now + timedelta(seconds=lease_s),
            attempts=F("attempts") + 1,
        )
        if taken:
            broker.hold(session_id, token, lease_s=lease_s)
            return LiveClaim(str(session_id), token, worker)
        if rows.update(token=token, lease_until=None):
            message = "The analysis stopped several times in a row and cannot go on. Its film, if recorded, is kept."
            fail_live(session_id=uuid.UUID(session_id), token=token, code="WORKER_LOST", message=message)
        return None

    def renew(self, claim: LiveClaim, *, lease_s: float = LEASE_S) -> Lease:
        """See `LiveStore.renew`."""
        until = self._now() + timedelta(seconds=lease_s)
        if _held(claim).update(lease_until=until):
            broker.hold(claim.session_id, claim.token, lease_s=lease_s)
            return Lease.HELD
        is_there = LiveSession.objects.filter(pk=_id(claim), status__in=OPEN).exists()
        return Lease.LOST if is_there else Lease.CANCELLED

    def release(self, claim: LiveClaim) -> None:
        """See `LiveStore.release`."""
        if _held(claim).update(lease_until=None):
            broker.let_go(claim.session_id, claim.token)

    def due(self) -> Sequence[str]:
        """See `LiveStore.due`."""
        return [str(pk) for pk in self._free(self._now()).order_by("started_at").values_list("pk", flat=True)]

    def close(self) -> None:
        """See `LiveStore.close`."""
        close_old_connections()

    @staticmethod
    def _free(now: datetime) -> Any:
        return LiveSession.objects.open().filter(Q(lease_until__isnull=True) | Q(lease_until__lte=now))


@all_patient
class RedisFrameSource:
    """`FrameSource` over the session's stream; keeps what it reads for the film where one is recorded."""

    def __init__(self, claim: LiveClaim, cursor: str, store: ArtefactStore) -> None:
        self._keys = Keys.of(claim.session_id)
        self._cursor = cursor or "0-0"
        self._meta = stream.read_meta({})
        self._looked_at = -LOOK_EVERY_S
        row = LiveSession.objects.filter(pk=_id(claim)).first()
        self._film = FilmPieces(store, claim.session_id) if row and row.record else None
        self._session_id, self._pk = claim.session_id, _id(claim)
        self._stop_in_row = bool(row and row.stop_requested_at)

    def read(self, limit: int, block_s: float) -> list[LiveFrame]:
        """See `FrameSource.read`. While Redis is away nothing comes."""
        try:
            wait_ms = max(1, int(block_s * 1000)) if block_s > 0 else None  # 0 would wait for ever
            found = listening_client().xread({self._keys.frames: self._cursor}, count=limit, block=wait_ms)
        except RedisError:
            log.warning("frames of live session %s cannot be read", self._session_id, exc_info=True)
            time.sleep(max(block_s, WAIT_WITHOUT_REDIS_S))
            return []
        frames = [_frame(fields) for _, entries in found for _, fields in entries]
        if frames:
            self._cursor = found[0][1][-1][0].decode()
            self._note_read()
            if self._film is not None:
                self._film.keep(frames)
        return frames

    def cursor(self) -> str:
        """See `FrameSource.cursor`."""
        return self._cursor

    def dropped(self) -> Mapping[str, int]:
        """See `FrameSource.dropped`."""
        return {name: counts.dropped for name, counts in self._look().cameras.items() if counts.dropped}

    def stop_requested(self) -> bool:
        """See `FrameSource.stop_requested`."""
        return self._look().stop or self._stop_in_row

    def close(self) -> None:
        """See `FrameSource.close`."""
        if self._film is not None:
            self._film.close()

    def _note_read(self) -> None:
        try:
            client().hset(self._keys.meta, "read", self._cursor.partition("-")[0])
        except RedisError:
            return

    def _look(self) -> stream.Meta:
        """The counts, asked for a few times a second; where Redis forgot them, the row knows whether to stop."""
        now = time.monotonic()
        if now - self._looked_at < LOOK_EVERY_S:
            return self._meta
        self._looked_at = now
        self._meta = broker.meta_of(self._session_id)
        if not self._meta.stop:
            rows = LiveSession.objects.filter(pk=self._pk, stop_requested_at__isnull=True)
            self._stop_in_row = not rows.exists()
        return self._meta


@all_patient
class ChannelLiveSink:
    """`LiveSink`: states to Redis, checkpoints and the result to the database, each fenced by the claim."""

    def __init__(self, claim: LiveClaim) -> None:
        self._claim = claim
        self._names: dict[str, str] = {}
        self._names_at = -NAMES_EVERY_S
        self._seen: set[str] = set()

    def publish(self, state: LiveState) -> None:
        """See `LiveSink.publish`."""
        self._note_first(state)
        try:
            text = json.dumps(self._named(state), separators=(",", ":"), allow_nan=False)
            broker.publish(self._claim.session_id, state["version"], text, token=self._claim.token)
        except (RedisError, ValueError):
            log.warning("a state of live session %s could not be told", self._claim.session_id, exc_info=True)

    def save(self, checkpoint: bytes) -> bool:
        """See `LiveSink.save`."""
        now = timezone.now()
        if not _held(self._claim).update(processed_at=now, attempts=0):
            return False
        LiveSession.objects.filter(pk=_id(self._claim), status=LiveStatus.WAITING).update(status=LiveStatus.RUNNING)
        kept = {"data": checkpoint, "saved_at": now}
        LiveCheckpoint.objects.update_or_create(live_id=_id(self._claim), defaults=kept)
        return True

    def load(self) -> bytes | None:
        """See `LiveSink.load`."""
        data = LiveCheckpoint.objects.filter(live_id=_id(self._claim)).values_list("data", flat=True).first()
        return bytes(data) if data is not None else None

    def finish(self, result: LiveResult) -> bool:
        """See `LiveSink.finish`."""
        return finish_live(session_id=_id(self._claim), token=self._claim.token, result=result)

    def fail(self, code: str, message: str) -> None:
        """See `LiveSink.fail`."""
        fail_live(session_id=_id(self._claim), token=self._claim.token, code=code, message=message)

    def _note_first(self, state: LiveState) -> None:
        """Keep when and how large a camera's first picture was; of several workers the first one's word counts."""
        for name, facts in state["metrics"]["frame"].items():
            if name not in self._seen:
                self._seen.add(name)
                rows = LiveCamera.objects.filter(live_id=_id(self._claim), name=name, first_us__isnull=True)
                rows.update(first_us=facts["t_us"], width=facts["width"], height=facts["height"])

    def _named(self, state: LiveState) -> dict[str, Any]:
        """The state with the players' names, read anew every few seconds."""
        metrics = state["metrics"]
        wanted = {player["player_id"] for player in metrics["players"] if player["player_id"]}
        now = time.monotonic()
        if wanted - self._names.keys() or now - self._names_at > NAMES_EVERY_S:
            self._names, self._names_at = names_of(self._claim.session_id), now
        players = [{**player, "name": self._names.get(player["player_id"] or "")} for player in metrics["players"]]
        head = {"type": "metrics_update", "version": state["version"]}
        return {**head, "metrics": {**metrics, "players": players}, "timestamp": state["timestamp"]}


def install_ports() -> None:
    """Make these the live ports of this process. Opens no connection and reads no file."""
    machine = Machine(Path(settings.MODEL_DIR), settings.WORKER_DEVICE, settings.WORKER_THREADS)
    store = installed().artefacts
    install_live(
        LivePorts(
            store=DjangoLiveStore(),
            source=lambda claim, cursor: RedisFrameSource(claim, cursor, store),
            sink=ChannelLiveSink,
            artefacts=store,
            machine=machine,
        )
    )


def _id(claim: LiveClaim) -> uuid.UUID:
    return uuid.UUID(claim.session_id)


def _held(claim: LiveClaim) -> Any:
    return LiveSession.objects.open().filter(pk=_id(claim), token=claim.token)


def _frame(fields: Mapping[bytes, bytes]) -> LiveFrame:
    return LiveFrame(
        camera=fields[b"c"].decode(),
        seq=int(fields[b"s"]),
        captured_us=int(fields[b"t"]),
        received_us=int(fields[b"r"]),
        data=fields[b"d"],
    )
