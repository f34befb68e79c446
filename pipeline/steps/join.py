"""Step `join`: one film of the pieces without faces, put into the media storage; and its small picture."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from pipeline.artefacts import artefacts_of
from pipeline.errors import PipelineError
from pipeline.params import hash_of
from pipeline.plan import ArtefactName, StepName
from pipeline.reading import SharedFilm, shared_origin
from pipeline.steps.artefact_step import ArtefactStep, stamped
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.hide import STEP as HIDE
from pipeline.steps.hide import film_times, piece_key, pieces_of
from pipeline.steps.thumbnail import MAX_SIDE_PX, liveliest_frame
from pipeline.steps.timing import Span, spans
from vision.errors import VideoError
from vision.video.frame import still
from vision.video.writer import FilmJoiner

_READ_BYTES = 4 * 1024**2


class JoinStep(ArtefactStep):
    """Puts the pieces together without decoding them. Until the manifest of `shared_film` is written, last, there is no
    film for anybody.
    """

    name: ClassVar[StepName] = StepName.JOIN

    def params_hash(self, context: StepContext) -> str:
        """See `Step.params_hash`: what decides the pieces decides the film."""
        return hash_of(self.name.value, self.version, HIDE.params_hash(context))

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        key = shared_key(context)
        with context.artefacts.local_video(context.video.key) as path:
            cut = spans(film_times(context, path), context.params.window_s)
        with context.artefacts.new_video(key) as made:
            frames = self._join(context, cut, made)
            context.report(0.9)
            facts = SharedFilm(
                key=key, sha256=_digest(made), size_bytes=made.stat().st_size, origin=shared_origin(store) or ""
            )
            picture = self._picture(context, made)
        if picture is not None:
            store.write_picture(ArtefactName.SHARED_PICTURE, picture, stamped(context, params_hash))
        context.report(1.0)
        store.write_json(ArtefactName.SHARED_FILM, facts, stamped(context, params_hash))
        context.artefacts.delete(pieces_of(context))
        return StepResult(frames=frames)

    def is_done(self, context: StepContext, params_hash: str) -> bool:
        """See `Step.is_done`; a small picture may be missing, where nothing of the film can be decoded."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        return store.stands(ArtefactName.SHARED_FILM, params_hash)

    def recall(self, context: StepContext) -> StepResult:
        """See `Step.recall`; whoever was killed after the film stood left the pieces."""
        context.artefacts.delete(pieces_of(context))
        return StepResult()

    def discard(self, context: StepContext) -> None:
        """See `Step.discard`: what vouches for the film goes first."""
        super().discard(context)
        context.artefacts.drop_video(shared_key(context))
        context.artefacts.delete(pieces_of(context))

    @staticmethod
    def _join(context: StepContext, cut: Sequence[Span], made: Path) -> int:
        pieces_hash = HIDE.params_hash(context)
        with FilmJoiner(made) as joiner:
            for done, span in enumerate(cut, start=1):
                key = piece_key(context, pieces_hash, span.window)
                if context.artefacts.exists(key):  # a window whose pictures are all damaged leaves none
                    joiner.add(context.artefacts.read(key), span.t0_s)
                context.report(0.8 * done / len(cut))
        if joiner.frames == 0:
            raise PipelineError("No picture of this film can be decoded; it cannot be shown.", code="UNDECODABLE")
        return joiner.frames

    @staticmethod
    def _picture(context: StepContext, made: Path) -> bytes | None:
        store = artefacts_of(context.artefacts, context.job, context.video)
        with context.artefacts.local_video(context.video.key) as path:
            times = film_times(context, path)
        wanted = liveliest_frame(store, len(times))
        try:
            return still(made, float(times.t_s[min(wanted, len(times) - 1)]), max_side_px=MAX_SIDE_PX)
        except VideoError:
            return None


def shared_key(context: StepContext) -> str:
    """Where the film without faces lies in the media storage: beside the original."""
    return f"videos/{context.job.session_id}/{context.video.video_id}.shared.mp4"


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
    return digest.hexdigest()


STEP = JoinStep()
