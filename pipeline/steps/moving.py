"""Metres from a film whose camera moves: the marked pitch followed through the film, or the reason why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

import numpy as np

from pipeline.artefacts import Array, Artefacts, WindowEntry
from pipeline.errors import ArtefactError
from pipeline.plan import ArtefactName
from pipeline.steps.scale import to_metres
from vision.calibration.camera_path import FilmView, Lost, MovingParams, PathRow
from vision.calibration.homography import PitchHomography
from vision.calibration.known_views import error_m
from vision.calibration.moving import MovingCamera
from vision.calibration.pitch_model import PitchModel
from vision.calibration.plausibility import people_heights
from vision.tracking.background import NO_KEYFRAME
from vision.tracking.features import Features
from vision.types import Float64Array

REST = "positions in the picture and postures are complete."
UNMARKED = f"The camera moves. Mark the pitch in one picture of this film to get speeds and distances; {REST}"
NO_TIME = (
    "The camera moves, and it is not known in which picture of the film the pitch was marked. "
    f"Mark it in a picture of this film to get speeds and distances; {REST}"
)
OTHER_FILM = (
    "The camera moves, and the pitch was marked in another film. "
    f"Mark it in a picture of this film to get speeds and distances; {REST}"
)
NOT_FOLLOWED = (
    "The camera moves, and its movement was not recorded when this film was scanned. "
    f"Scan the film again to get speeds and distances; {REST}"
)


@dataclass(frozen=True, slots=True)
class MovingFilmParams:
    """Parameters.

    Attributes:
        moving: of the chain.
        worst_m: places at which the camera alone is less sure than this have no position [m]: speeds made of them would
            be noise.
        confirmed: share of the pitch's lines that must be found in the marked picture, unless it is known that it was
            marked in this film.
        least_coverage: less of the film than this with metres is nothing to give figures from.
        samples: pictures from which the film is judged before it is measured.
    """

    moving: MovingParams = field(default_factory=MovingParams)
    worst_m: float = 1.0
    confirmed: float = 0.25
    least_coverage: float = 0.05
    samples: int = 400


class MovingFacts(TypedDict):
    """What is told of a film whose camera moves.

    Keys: `anchor_t_s` time of the marked picture; `drift_m` error by the way from it, in nine pictures of ten at most;
    `corrected_m` by how much pitch lines set it right (RMS; `None`: never), `corrections` how often; `coverage` share
    of the pictures with metres; `lost` reason → share of the pictures.
    """

    anchor_t_s: float
    drift_m: float
    corrected_m: float | None
    corrections: int
    coverage: float
    lost: dict[str, float]


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the pitch was marked: `t_s` in the film [s], `video_id` which film, if that is known."""

    t_s: float | None
    video_id: str | None

    @classmethod
    def of(cls, calibration: Mapping[str, Any]) -> Anchor:
        """As the calibration's data say."""
        t_s, video_id = calibration.get("anchor_t_s"), calibration.get("anchor_video_id")
        return cls(float(t_s) if t_s is not None else None, str(video_id) if video_id else None)


class MovingFilm:
    """A film with its camera's movement; `read` makes it, `follow` must say yes before the rest is asked."""

    def __init__(
        self, store: Artefacts, calibration: PitchHomography, pitch: PitchModel, params: MovingFilmParams
    ) -> None:
        self.calibration = calibration
        self._store, self._params = store, params
        self._views = _Views(store)
        keys = _keyframes(store)
        rows = {row.frame: row for _, rows in path_windows(store) for row in rows.values() if row.frame in keys}
        self._camera = MovingCamera(calibration, pitch, rows, self._views.of, params.moving)

    @classmethod
    def read(cls, store: Artefacts, data: Mapping[str, Any], video_id: str) -> MovingFilm | str:
        """The film whose calibration has these data, chained to the marked picture; or why that cannot be."""
        params = MovingFilmParams()
        anchor = Anchor.of(data)
        if anchor.t_s is None or not data.get("pitch"):
            return NO_TIME
        if anchor.video_id not in (None, video_id):
            return OTHER_FILM
        if not was_followed(store):
            return NOT_FOLLOWED
        film = cls(store, PitchHomography.from_dict(data), PitchModel(**data["pitch"]), params)  # type: ignore[arg-type]
        return film._follow(anchor.t_s, sure=anchor.video_id is not None) or film

    def _follow(self, t_s: float, *, sure: bool) -> str | None:
        around = _around(self._store, t_s)
        if not self._camera.anchor(t_s, around):
            return (
                f"The camera moves, and around the marked picture ({_clock(t_s)}) the background cannot be followed. "
                f"Mark the pitch in another picture of this film to get speeds and distances; {REST}"
            )
        support = self._camera.report.anchor_support
        if not sure and not support >= self._params.confirmed:
            return (
                f"The camera moves, and in the picture at {_clock(t_s)} the pitch's lines are not seen where the marks "
                f"say. Mark the pitch in a picture of this film to get speeds and distances; {REST}"
            )
        return None

    def judge(self, t_s: float) -> tuple[MovingFacts, Float64Array]:
        """What is told of the film, and the heights [m] that a sample of its people would have.

        Args:
            t_s: time of the marked picture [s].
        """
        errors: list[float] = []
        heights: list[Float64Array] = [np.zeros(0)]
        lost: Counter[str] = Counter()
        for row, boxes in self._sample():
            placed = self._homography(row)
            if isinstance(placed, Lost):
                lost[placed.value] += 1
                continue
            homography, error = placed
            errors.append(error)
            heights.append(people_heights(homography, boxes))
        count = max(1, len(errors) + sum(lost.values()))
        corrections = self._camera.report.corrections_m[1:]
        least = min(errors, default=0.0)
        drift = np.sqrt(np.maximum(np.square(errors) - least**2, 0.0))
        facts = MovingFacts(
            anchor_t_s=t_s,
            drift_m=round(max(0.01, float(np.percentile(drift, 90))), 3) if errors else 0.0,
            corrected_m=round(float(np.sqrt(np.mean(np.square(corrections)))), 3) if corrections else None,
            corrections=len(corrections),
            coverage=round(len(errors) / count, 3),
            lost={reason: round(number / count, 3) for reason, number in sorted(lost.items())},
        )
        return facts, np.concatenate(heights)

    def told(self, facts: MovingFacts) -> str | None:
        """Why there is too little for any figure, or `None`."""
        if facts["coverage"] >= self._params.least_coverage:
            return None
        return (
            "The camera moves, and almost nowhere in the film the pitch can be followed from the marked picture. "
            f"Mark the pitch in another picture, or film from a tripod, to get speeds and distances; {REST}"
        )

    def doubt(self) -> str | None:
        """What a coach should check before believing metres, or `None`."""
        if self._camera.report.anchor_support >= self._params.confirmed:
            return None
        return (
            "No lines of the pitch were seen where the marks say, so nothing but the background checks the camera's "
            "way: look at the players' places on the pitch map before you believe speeds and distances."
        )

    def metres(
        self, window: int, tracks: Mapping[str, Array], points: Float64Array, sigma_px: Float64Array
    ) -> tuple[Float64Array, Float64Array]:
        """Metres and 1σ of foot points `(N, 2)` [px] of a window's rows; NaN where the camera is not known."""
        rows = _rows_of(self._store.read_window(ArtefactName.CAMERA_PATH, window))
        xy, sigma = np.full((len(points), 2), np.nan), np.full(len(points), np.nan)
        for frame in np.unique(tracks["frame"]):
            row = rows.get(int(frame))
            placed = Lost.BACKGROUND if row is None else self._homography(row)
            if isinstance(placed, Lost):
                continue
            own = np.flatnonzero(tracks["frame"] == frame)
            _, alone = placed[0].to_pitch(points[own])
            good = own[alone <= self._params.worst_m]
            xy[good], sigma[good] = to_metres(placed[0], points[good], sigma_px[good])
        return xy, sigma

    def _homography(self, row: PathRow) -> tuple[PitchHomography, float] | Lost:
        state = self._camera.camera_at(row)
        if isinstance(state, Lost):
            return state
        homography, error = state.homography(), error_m(state)
        if homography is None or not np.isfinite(error):
            return Lost.SKY
        return (homography, error) if error <= self._params.worst_m else Lost.DRIFT

    def _sample(self) -> Iterator[tuple[PathRow, Array]]:
        """Pictures spread over the film, with the boxes of their people."""
        entries = self._store.manifest(ArtefactName.CAMERA_PATH)["windows"]
        per_window = max(1, self._params.samples // max(1, len(entries)))
        for entry, rows in path_windows(self._store):
            tracks = self._store.read_window(ArtefactName.TRACKS, entry["window"])
            frames = sorted(rows)
            for frame in frames[:: max(1, -(-len(frames) // per_window))]:
                seen = (tracks["frame"] == frame) & ~tracks["interpolated"]
                yield rows[frame], tracks["xyxy"][seen]


def sentence(facts: MovingFacts) -> str:
    """What a coach should know of metres under a moving camera."""
    text = (
        f"The camera moves: metres are carried from the picture marked at {_clock(facts['anchor_t_s'])} through the "
        f"film, with a drift of up to {facts['drift_m']:.2f} m."
    )
    if facts["coverage"] < 0.995:
        text += f" {facts['coverage']:.0%} of the film has metres; elsewhere the pitch could not be followed."
    return text


class _Views:
    """Views by frame, read a window at a time."""

    def __init__(self, store: Artefacts) -> None:
        self._store = store
        self._window_of: dict[int, int] = {}
        self._read: dict[int, dict[int, FilmView]] = {}
        for entry, arrays in store.iter_windows(ArtefactName.CAMERA_VIEWS):
            self._window_of.update(dict.fromkeys(arrays["frame"].tolist(), entry["window"]))

    def of(self, frame: int) -> FilmView | None:
        """The view that a frame is, if it was kept."""
        window = self._window_of.get(frame)
        if window is None:
            return None
        if window not in self._read:
            while len(self._read) > 1:
                self._read.pop(next(iter(self._read)))
            self._read[window] = _views_of(self._store.read_window(ArtefactName.CAMERA_VIEWS, window))
        return self._read[window].get(frame)


def _views_of(arrays: Mapping[str, Array]) -> dict[int, FilmView]:
    found: dict[int, FilmView] = {}
    for number, frame in enumerate(arrays["frame"].tolist()):
        xy, lines = arrays["features"][number], arrays["lines"][number]
        kept = np.isfinite(xy[:, 0])
        found[frame] = FilmView(Features(xy[kept], arrays["codes"][number][kept]), lines[np.isfinite(lines[:, 0])])
    return found


def path_windows(store: Artefacts) -> Iterator[tuple[WindowEntry, dict[int, PathRow]]]:
    """The rows of `camera_path` by frame, a window at a time."""
    for entry, arrays in store.iter_windows(ArtefactName.CAMERA_PATH):
        yield entry, _rows_of(arrays)


def _rows_of(arrays: Mapping[str, Array]) -> dict[int, PathRow]:
    rows: dict[int, PathRow] = {}
    for frame, t_s, keyframe, points in zip(
        arrays["frame"].tolist(), arrays["t"].tolist(), arrays["keyframe"].tolist(), arrays["points"], strict=True
    ):
        rows[frame] = PathRow(frame, t_s, keyframe, points[np.isfinite(points[:, 0])])
    return rows


def _keyframes(store: Artefacts) -> set[int]:
    """Frames that others refer to."""
    found: set[int] = set()
    for _, arrays in store.iter_windows(ArtefactName.CAMERA_PATH):
        found |= set(np.unique(arrays["keyframe"]).tolist())
    return found - {NO_KEYFRAME}


def _around(store: Artefacts, t_s: float) -> Sequence[PathRow]:
    """The last picture up to a time, and the first from it on."""
    before: PathRow | None = None
    for entry, rows in path_windows(store):
        if entry["t1"] < t_s - 60.0:
            continue
        for row in rows.values():
            if row.t_s >= t_s:
                return [row] if before is None or row.t_s == t_s else [before, row]
            before = row
    return [] if before is None else [before]


def was_followed(store: Artefacts) -> bool:
    """Whether the movement was recorded together with what was seen of the camera's steadiness."""
    try:
        return store.stands(ArtefactName.CAMERA_PATH, store.manifest(ArtefactName.CAMERA)["params_hash"])
    except ArtefactError:
        return False


def _clock(t_s: float) -> str:
    return f"{int(t_s) // 60}:{int(t_s) % 60:02d}"
