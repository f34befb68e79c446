"""How steady the camera was: sampled while people are looked for, judged before anything is called metres."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pipeline.artefacts import Array, Artefacts
from pipeline.plan import ArtefactName
from vision.types import PEOPLE, Detections
from vision.video.reader import Frame
from vision.video.steadiness import SteadinessMeter


@dataclass(frozen=True, slots=True)
class CameraParams:
    """Parameters of the judgement; ways are shares of the picture's width.

    Attributes:
        sample_hz: pictures compared [1/s].
        still: a way below this is measuring noise (a third of a pixel in 640).
        moved: further than this the calibration points elsewhere: 1.5 % of a picture that shows 60 m are 0.9 m.
        share: of the samples that must be off before the camera counts as moving: one bad picture proves nothing.
    """

    sample_hz: float = 1.0
    still: float = 0.0005
    moved: float = 0.015
    share: float = 0.1


@dataclass(slots=True)
class CameraWatch:
    """Collects the samples of one window; give it the pictures in order.

    Attributes:
        before: the last sampled picture before the window, if there is one.
    """

    before: tuple[Frame, Detections] | None
    _meter: SteadinessMeter | None = None
    _rows: list[tuple[int, float, float]] = field(default_factory=list)

    def look(self, frame: Frame, detections: Detections) -> None:
        """Compare a picture with the window's first."""
        people = detections.of_classes(PEOPLE).xyxy
        if self._meter is not None:
            shift = self._meter.shift(frame.image_bgr, people)
        else:
            shift = 0.0
            if self.before is not None:
                earlier, them = self.before
                meter = SteadinessMeter(earlier.image_bgr, them.of_classes(PEOPLE).xyxy)
                shift = meter.shift(frame.image_bgr, people)
            self._meter = SteadinessMeter(frame.image_bgr, people)
        self._rows.append((frame.index, frame.t_s, shift))

    def arrays(self) -> dict[str, Array]:
        """The rows of the `camera` series."""
        return {
            "frame": np.array([row[0] for row in self._rows], np.int32),
            "t": np.array([row[1] for row in self._rows], np.float64),
            "shift": np.array([row[2] for row in self._rows], np.float32),
        }


def camera_moves(store: Artefacts, params: CameraParams | None = None) -> bool:
    """Whether the camera panned, was carried or was set up anew: positions of one calibration do not hold then."""
    params = params or CameraParams()
    so_far, off, known = 0.0, 0, 0
    for _, rows in store.iter_windows(ArtefactName.CAMERA):
        if not len(rows["shift"]):
            continue
        # The first is the way since the window before; the others count from the first.
        shift = np.where(rows["shift"] < params.still, 0.0, rows["shift"])
        start = so_far + float(np.nan_to_num(shift[0], posinf=np.inf))
        way = start + np.append(0.0, shift[1:])
        told = way[~np.isnan(way)]
        known += len(told)
        off += int((told > params.moved).sum())
        so_far = float(told[-1])
    return off > params.share * max(known, 1)
