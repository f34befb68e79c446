"""Step `hide`: the film without faces and sound, one piece a time window."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import numpy as np

from pipeline.artefacts import artefacts_of
from pipeline.heads import HeadParams, Heads
from pipeline.plan import ArtefactName, StepName
from pipeline.steps.artefact_step import ArtefactStep
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.timing import Span, read_stored_timebase, spans
from vision.render.faces import hide
from vision.video.reader import VideoReader
from vision.video.timebase import NO_PTS, Timebase, read_timebase
from vision.video.writer import VideoWriter

_NAME_DIGITS = 16
"""Of the hash, in a piece's name: enough that no other choice has the same."""


class HideStep(ArtefactStep):
    """Writes pieces of the film in which heads are unreadable. A piece's name holds the hash of all that decides it, so
    a piece that is there is done; a killed worker costs one.
    """

    name: ClassVar[StepName] = StepName.HIDE

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        return HeadParams(), context.params.window_s

    def windows(self, context: StepContext) -> Sequence[int]:
        """See `Step.windows`."""
        with context.artefacts.local_video(context.video.key) as path:
            return [span.window for span in spans(film_times(context, path), context.params.window_s)]

    def is_done(self, context: StepContext, params_hash: str) -> bool:
        """See `Step.is_done`."""
        return context.artefacts.exists(piece_key(context, params_hash, context.key.window))

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""
        with context.artefacts.local_video(context.video.key) as path, TemporaryDirectory(prefix="axolotl-") as folder:
            reader = VideoReader(path, film_times(context, path))
            cut = spans(reader.timebase, context.params.window_s)
            span = next(span for span in cut if span.window == context.key.window)
            piece = Path(folder) / "piece.mp4"
            self._write(context, reader, span, piece)
            context.report(1.0)
            if piece.exists():
                context.artefacts.write(piece_key(context, params_hash, span.window), piece.read_bytes())
        return StepResult(frames=reader.report.delivered, warnings=reader.report.warnings)

    def recall(self, context: StepContext) -> StepResult:
        """See `Step.recall`: nothing is kept beside a piece."""
        del context
        return StepResult()

    def discard(self, context: StepContext) -> None:
        """See `Step.discard`."""
        prefix = f"{pieces_of(context)}/{context.key.window:06d}-"
        for key in list(context.artefacts.list(pieces_of(context))):
            if key.startswith(prefix):
                context.artefacts.delete(key)

    @staticmethod
    def _write(context: StepContext, reader: VideoReader, span: Span, piece: Path) -> None:
        store = artefacts_of(context.artefacts, context.job, context.video)
        facts = read_stored_timebase(store)[1]
        size = (int(facts["width"]), int(facts["height"]))
        heads = Heads.read(store, span.t0_s, span.t1_s)
        with VideoWriter(piece, size, Fraction(facts["fps_fraction"])) as writer:
            for done, frame in enumerate(reader.frames(span.start, span.stop), start=1):
                writer.write(hide(frame.image_bgr, heads.at(frame.t_s)), frame.t_s - span.t0_s)
                context.report(done / (span.stop - span.start))


def pieces_of(context: StepContext) -> str:
    """Where the pieces of a film lie among the artefacts."""
    return f"{artefacts_of(context.artefacts, context.job, context.video).prefix}/{ArtefactName.HIDDEN}"


def piece_key(context: StepContext, params_hash: str, window: int) -> str:
    """Name of a piece."""
    return f"{pieces_of(context)}/{window:06d}-{params_hash[:_NAME_DIGITS]}.mp4"


def film_times(context: StepContext, path: Path) -> Timebase:
    """The film's own times: as its scan read them, or, of a film that was made after its scan (a live session's), as
    the file has them.
    """
    stored, _ = read_stored_timebase(artefacts_of(context.artefacts, context.job, context.video))
    return read_timebase(path) if bool(np.all(stored.pts == NO_PTS)) else stored


STEP = HideStep()
