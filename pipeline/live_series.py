"""One camera's recording of a live session, turned into the series that a scan of its film would have left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, cast

import numpy as np

from pipeline.artefacts import Array, Artefacts, Stamp, WindowEntry
from pipeline.live_ports import LiveCamera
from pipeline.live_recording import Rows, join_rows, piece_prefix, read_pieces
from pipeline.params import hash_of
from pipeline.plan import ArtefactName
from pipeline.ports import ArtefactStore
from pipeline.steps.timing import in_batches
from vision.calibration.homography import PitchHomography
from vision.tracking import KIT_SIZE
from vision.types import CLASS_BALL, Float64Array, ModelInfo
from vision.video.timebase import NO_PTS

PIECES_A_WINDOW = 4
"""Twenty seconds, as a scan's windows."""
_SKELETON = "coco17"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A camera's recording as it is turned into artefacts.

    Attributes:
        models: that found people and read postures.
        skeleton: of the postures.
    """

    camera: LiveCamera
    models: Sequence[ModelInfo]
    skeleton: str = _SKELETON


@dataclass(frozen=True, slots=True)
class RecordedFilm:
    """One camera's recording, read again.

    Attributes:
        t_s: `(F,)` times of its frames since its first [s].
        way: `(F,)` `vision.live.Sight.camera_way` of each.
        start_s: time of its first frame in the session [s].
        size: width, height of that [px].
    """

    recorded: Recorded
    session_id: str
    store: ArtefactStore
    t_s: Float64Array
    way: Float64Array
    start_s: float
    size: tuple[int, int] = (0, 0)

    @classmethod
    def read(cls, store: ArtefactStore, session_id: str, recorded: Recorded) -> RecordedFilm:
        columns = ("frame.t", "frame.way", "frame.size")
        pieces = [[piece[column] for column in columns] for piece in cls._pieces(store, session_id, recorded)]
        if not pieces:
            return cls(recorded, session_id, store, np.zeros(0), np.zeros(0), 0.0)
        t_s, way, size = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
        start = float(t_s[0])
        return cls(recorded, session_id, store, t_s - start, way, start, (int(size[0, 0]), int(size[0, 1])))

    @staticmethod
    def _pieces(store: ArtefactStore, session_id: str, recorded: Recorded) -> Iterator[Rows]:
        return read_pieces(store, piece_prefix(session_id, recorded.camera.artefact_id))

    @property
    def zoom(self) -> float:
        """Pixels of the marked picture per recorded pixel: a calibration holds for its own size only."""
        marked = self.marked
        return marked.image_size[0] / self.size[0] if marked is not None else 1.0

    @property
    def marked(self) -> PitchHomography | None:
        """The camera's calibration."""
        data = self.recorded.camera.calibration
        return PitchHomography.from_dict(cast(Any, data)) if data else None

    def windows(self) -> Iterator[tuple[WindowEntry, Rows]]:
        """The recording in time windows, one in memory at a time; rows keep the numbers of their frames."""
        pieces = self._pieces(self.store, self.session_id, self.recorded)
        start = 0
        for window, some in enumerate(in_batches(pieces, PIECES_A_WINDOW)):
            rows = join_rows(some)
            stop = start + len(rows["frame.t"])
            t0, t1 = float(self.t_s[start]), float(self.t_s[stop - 1])
            yield WindowEntry(window=window, start=start, stop=stop, t0=t0, t1=t1), rows
            start = stop

    def write(self, store: ArtefactStore, artefact_id: str) -> None:
        """Put the series that a scan of this camera's film would have left."""
        artefacts = Artefacts(store, f"sessions/{self.session_id}/{artefact_id}")
        stamp, looks = self.stamp(), _Looks(self.t_s, self.way)
        entries: list[WindowEntry] = []
        for entry, rows in self.windows():
            series = _series(rows, self.t_s, self.zoom)
            series[ArtefactName.CAMERA] = looks.rows(entry["start"], entry["stop"])
            for name, arrays in series.items():
                artefacts.write_window(name, entry["window"], arrays, stamp)
            entries.append(entry)
        for name in (ArtefactName.DETECTIONS, ArtefactName.CAMERA, ArtefactName.TRACKS, ArtefactName.POSES):
            artefacts.write_manifest(name, stamp, entries)
        write_timebase(artefacts, self.t_s, self.shown_size, stamp)

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width, height [px] of the picture that the artefacts are in."""
        marked = self.marked
        return marked.image_size if marked is not None else self.size

    def stamp(self) -> Stamp:
        """What the artefacts are signed with."""
        made = hash_of("live", self.session_id, self.recorded.camera.name, self.t_s.tolist()[:1], len(self.t_s))
        return Stamp(made, models=self.recorded.models, facts={"skeleton": self.recorded.skeleton})


def write_timebase(
    artefacts: Artefacts, t_s: np.ndarray[Any, np.dtype[np.float64]], size: tuple[int, int], stamp: Stamp
) -> None:
    """Put the times of the frames, with the facts that a probe would have found in a film."""
    step = float(np.median(np.diff(t_s))) if len(t_s) > 1 else 0.1
    fps = Fraction(1.0 / step).limit_denominator(1001)
    facts = {
        "width": size[0],
        "height": size[1],
        "rotation": 0,
        "fps": float(fps),
        "fps_fraction": f"{fps.numerator}/{fps.denominator}",
        "frames": len(t_s),
        "frames_declared": 0,
        "duration_s": float(t_s[-1]) + step,
        "declared_s": 0.0,
        "start_s": 0.0,
        "codec": "live",
        "container": "live",
        "pixel_format": "",
        "has_audio": False,
        "variable_rate": True,
        "warnings": [],
    }
    arrays: dict[str, Array] = {
        "frame": np.arange(len(t_s), dtype=np.int32),
        "t": t_s,
        "pts": np.full(len(t_s), NO_PTS, np.int64),
        "keyframe": np.ones(len(t_s), np.bool_),
    }
    artefacts.write_series(ArtefactName.TIMEBASE, arrays, replace(stamp, facts=facts))


def _series(rows: Rows, t_s: Float64Array, zoom: float) -> dict[ArtefactName, Rows]:
    """The series of one window. `t_s`: times of all frames; `zoom`: pixels that are stored per pixel recorded."""
    tracks = {column: rows[f"tracks.{column}"] for column in ("frame", "track_id", "score", "cls", "interpolated")}
    kit = rows["tracks.kit"] if rows["tracks.kit"].shape[1] else np.zeros((0, KIT_SIZE), np.float32)
    scale = np.array([zoom, zoom, 1.0], np.float32)
    balls = len(rows["balls.frame"])
    return {
        ArtefactName.TRACKS: {
            **tracks,
            "t": t_s[rows["tracks.frame"]],
            "xyxy": rows["tracks.xyxy"] * np.float32(zoom),
            "detected": rows["tracks.detected"] * np.float32(zoom),
            "kit": kit,
        },
        ArtefactName.POSES: {
            "frame": rows["poses.frame"],
            "t": t_s[rows["poses.frame"]],
            "track_id": rows["poses.track_id"],
            "keypoints": rows["poses.keypoints"] * scale if len(rows["poses.frame"]) else rows["poses.keypoints"],
            "interpolated": np.zeros(len(rows["poses.frame"]), np.bool_),
        },
        ArtefactName.DETECTIONS: {
            "frame": rows["balls.frame"],
            "t": t_s[rows["balls.frame"]],
            "xyxy": rows["balls.xyxy"] * np.float32(zoom),
            "score": rows["balls.score"],
            "cls": np.full(balls, CLASS_BALL, np.int16),
            "kit": np.full((balls, KIT_SIZE), np.nan, np.float32),
        },
    }


@dataclass(slots=True)
class _Looks:
    """How far the camera was moved, in the form that the `camera` series has.

    A single look that stands out is a bad picture (median of three); what remains since the camera's first picture is
    told as the way since the window before and then since the window's first.
    """

    t_s: Float64Array
    way: Float64Array
    so_far: float = 0.0

    def __post_init__(self) -> None:
        looked = np.flatnonzero(~np.isnan(self.way))
        ways = np.minimum(self.way[looked], 1.0)
        if len(ways) > 2:
            ways[1:-1] = np.median([ways[:-2], ways[1:-1], ways[2:]], axis=0)
        self.way = np.full(len(self.way), np.nan)
        self.way[looked] = ways

    def rows(self, start: int, stop: int) -> Rows:
        """The looks of one window."""
        frame = start + np.flatnonzero(~np.isnan(self.way[start:stop]))
        ways = self.way[frame]
        shift = np.maximum(ways - self.so_far, 0.0)
        if len(shift):
            first = self.so_far + shift[0]
            shift[1:] = np.maximum(ways[1:] - first, 0.0)
            self.so_far = first + (shift[-1] if len(shift) > 1 else 0.0)
        return {"frame": frame.astype(np.int32), "t": self.t_s[frame], "shift": shift.astype(np.float32)}
