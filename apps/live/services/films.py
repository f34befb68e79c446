"""Recorded films: kept in pieces while a session runs, made into files when it is over."""

from __future__ import annotations

import hashlib
import struct
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from apps.live.models import FilmState, LiveCamera, LiveSession
from apps.scan.media import put_file
from apps.scan.probe import ProbedVideo
from apps.scan.services.live import attach_live_film, film_key
from apps.scan.services.uploads import sha256_of
from pipeline.live_ports import LiveFrame
from pipeline.ports import ArtefactStore, installed

if TYPE_CHECKING:  # loads the video library
    from pipeline.live_film import WrittenFilm

FLUSH_BYTES = 4 * 1024 * 1024
FLUSH_US = 4_000_000
"""A killed worker costs the film what it had not put down: seconds; the figures lose nothing."""
HEAD = struct.Struct(">QQI")


def film_folder(session_id: object, camera: str) -> str:
    """Where the pieces of a camera lie among the artefacts; names of cameras are people's, so they are not paths."""
    return f"sessions/{session_id}/live/{hashlib.sha256(camera.encode()).hexdigest()[:16]}"


@dataclass
class FilmPieces:
    """Takes the frames that a worker reads and puts them down piece by piece."""

    store: ArtefactStore
    session_id: str
    _waiting: dict[str, list[LiveFrame]] = field(default_factory=dict)

    def keep(self, frames: list[LiveFrame]) -> None:
        """Take frames; puts a piece down where enough have come."""
        for frame in frames:
            waiting = self._waiting.setdefault(frame.camera, [])
            waiting.append(frame)
            size = sum(len(kept.data) for kept in waiting)
            if size >= FLUSH_BYTES or frame.captured_us - waiting[0].captured_us >= FLUSH_US:
                self._put_down(frame.camera)

    def close(self) -> None:
        """Put down what is left."""
        for camera in list(self._waiting):
            self._put_down(camera)

    def _put_down(self, camera: str) -> None:
        frames = self._waiting.pop(camera, [])
        if not frames:
            return
        body = b"".join(HEAD.pack(frame.captured_us, frame.seq, len(frame.data)) + frame.data for frame in frames)
        key = f"{film_folder(self.session_id, camera)}/{frames[0].captured_us:016d}-{uuid.uuid4().hex[:8]}.bin"
        self.store.write(key, body)


def read_pieces(store: ArtefactStore, session_id: object, camera: str) -> Iterator[tuple[int, bytes]]:
    """Time [µs since 1970] and picture of each frame, each once and in order.

    A worker that took over has read some frames again, so pieces may overlap.
    """
    newest = -1
    for key in store.list(film_folder(session_id, camera)):
        body, at = store.read(key), 0
        while at + HEAD.size <= len(body):
            captured_us, _, size = HEAD.unpack_from(body, at)
            at += HEAD.size
            if captured_us > newest:
                newest = captured_us
                yield captured_us, body[at : at + size]
            at += size


def make_films(session_id: uuid.UUID) -> int:
    """Make each camera's film and put it to its row; answers how many. Made again it replaces itself."""
    from pipeline.live_film import write_film  # loads the video library: workers only

    live = LiveSession.objects.filter(pk=session_id, film=FilmState.WAITING).first()
    if live is None or live.is_open:
        return 0
    store, made = installed().artefacts, 0
    with TemporaryDirectory(dir=_scratch()) as folder:
        for camera in live.cameras.filter(first_us__isnull=False):
            pieces = read_pieces(store, session_id, camera.name)
            zero_us = camera.first_us or 0
            timed = (((captured_us - zero_us) / 1e6, data) for captured_us, data in pieces)
            path = Path(folder) / f"{camera.artefact_id}.mp4"
            film = write_film(timed, path, fps=live.fps)
            if film is not None:
                made += _put_in_place(live, camera, path, _facts(film, live.fps))
    LiveSession.objects.filter(pk=live.pk).update(film=FilmState.MADE if made else FilmState.MISSING)
    store.delete(f"sessions/{session_id}/live")
    return made


def _facts(film: WrittenFilm, fps: float) -> ProbedVideo:
    """What a probe would find; a film of our own making is not held to what an upload needs (10 pictures a second)."""
    rate = film.frames / film.duration_s if film.duration_s > 0 else fps
    return ProbedVideo(
        container="mp4",
        codec="h264",
        width=film.width,
        height=film.height,
        fps=Fraction(rate).limit_denominator(1000),
        frames=film.frames,
        duration_s=film.duration_s + 1.0 / rate,
        rotation_deg=0,
        playable=True,
        warnings=[],
    )


def _put_in_place(live: LiveSession, camera: LiveCamera, path: Path, probed: ProbedVideo) -> bool:
    """Store a film and its facts; without its row (the session was deleted) it is dropped."""
    stored = film_key(live.pk, camera.artefact_id)
    size, digest = path.stat().st_size, sha256_of(path)
    with transaction.atomic():
        if not attach_live_film(
            video_id=camera.artefact_id, stored=stored, probed=probed, size_bytes=size, sha256=digest
        ):
            return False
        put_file(path, stored)
    return True


def _scratch() -> Path:
    """A folder on the disk of the films, so that putting one in place is a move."""
    folder = Path(settings.UPLOAD_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def ask_for_films(session_id: str) -> None:
    """Have the films of a finished session made, in the background."""
    from apps.live.tasks import make_films

    make_films.apply_async((session_id,), queue="background_tasks", ignore_result=True)
