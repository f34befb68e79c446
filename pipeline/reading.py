"""What a scan left, for those who show it: light (NumPy only), by time, with the linked numbers that people see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict, cast

import numpy as np

from pipeline.artefacts import Array, Artefacts, concatenate
from pipeline.bodies import READY, Bodies
from pipeline.errors import ArtefactError
from pipeline.links import LinkedTrack, Links
from pipeline.other_camera import SEEN_BY_EACH, seen_by
from pipeline.plan import ArtefactName
from pipeline.ports import installed
from vision.skeletons import SKELETONS

READABLE: Mapping[str, ArtefactName] = {
    "tracks": ArtefactName.TRACKS,
    "poses": ArtefactName.POSES,
    "ball": ArtefactName.BALL,
    "world": ArtefactName.WORLD,
    "points3d": ArtefactName.POINTS3D,
    "body": ArtefactName.BODY,
}
"""Series that can be asked for."""

_SHOWN: Mapping[str, tuple[str, ...]] = {
    "tracks": ("frame", "t", "track_id", "xyxy", "score", "interpolated"),
    "poses": ("frame", "t", "track_id", "keypoints", "interpolated"),
    "ball": ("frame", "t", "xy", "score", "interpolated"),
    "world": ("frame", "t", "track_id", "xy", "sigma"),
    "points3d": ("frame", "t", "track_id", "xyz", "sigma", "reprojection_error", "cameras_used"),
    "body": ("frame", "t", "track_id", "joints", "angles", "error", "sigma", "valid"),
}
_RAW_NUMBERS = frozenset({"tracks", "poses"})
"""Series that hold the tracker's numbers; `world` has linked ones."""

DECIMALS: Mapping[str, Mapping[str, int]] = {
    "tracks": {"xyxy": 1, "score": 3, "t": 4},
    "poses": {"keypoints": 1, "t": 4},
    "ball": {"xy": 1, "score": 3, "t": 4},
    "world": {"xy": 3, "sigma": 3, "t": 4},
    "points3d": {"xyz": 4, "sigma": 4, "reprojection_error": 2, "t": 4},
    "body": {"joints": 4, "angles": 1, "error": 4, "sigma": 4, "t": 4},
}
_SCORE_DECIMALS = 3
_HEADS = (ArtefactName.DETECTIONS, ArtefactName.TRACKS, ArtefactName.POSES)
"""By these heads are found."""


class SkeletonShape(TypedDict):
    """How the keypoints of a pose are called and joined."""

    name: str
    keypoints: list[str]
    limbs: list[list[int]]


class SharedFilm(TypedDict):
    """A film without faces that stands.

    `key`: in the media storage; `origin`: names the boxes and postures by which heads were found.
    """

    key: str
    sha256: str
    size_bytes: int
    origin: str


@dataclass(frozen=True, slots=True)
class ScanReader:
    """Reads the artefacts of one video of a session; what is not made yet reads as nothing."""

    store: Artefacts

    @classmethod
    def of(cls, session_id: str, video_id: str) -> ScanReader:
        """The artefacts of this video in the installed store."""
        return cls(Artefacts(installed().artefacts, f"sessions/{session_id}/{video_id}"))

    def tracks(self) -> Sequence[LinkedTrack]:
        """The people of the film; none before `link` is done."""
        links = self._links()
        return links.tracks if links else ()

    def scale_source(self) -> str | None:
        """Where the metres come from (`none`: there are none); `None` before `world` is done."""
        facts = self._facts(ArtefactName.WORLD)
        return str(facts["scale_source"]) if facts else None

    def clock_offsets_s(self) -> Mapping[str, float]:
        """Camera → how far its clock is ahead of the first one's [s]; none for one camera, or before `sync` is done."""
        try:
            offsets: Mapping[str, float] = self.store.read_json(ArtefactName.SYNC)["offsets_s"]
        except ArtefactError:
            return {}
        return offsets

    def skeleton(self) -> SkeletonShape | None:
        """The keypoints' names and limbs; `None` before `pose` is done."""
        facts = self._facts(ArtefactName.POSES)
        if facts is None:
            return None
        skeleton = SKELETONS[str(facts["skeleton"])]
        return SkeletonShape(
            name=skeleton.name, keypoints=list(skeleton.joints), limbs=[list(limb) for limb in skeleton.limbs]
        )

    def read(self, series: str, t0_s: float, t1_s: float) -> dict[str, Array]:
        """Rows of a series with `t0_s <= t < t1_s`, people's rows only, with linked numbers.

        A series that is not made yet has no rows.
        """
        name = READABLE[series]
        if name is ArtefactName.BODY:
            return self._body_rows(t0_s, t1_s)
        try:
            rows = self.store.read_range(name, t0_s, t1_s)
        except ArtefactError as error:
            if error.code != ArtefactError.code:
                raise
            return {}
        if series in _RAW_NUMBERS:
            rows = self._of_people(rows)
        elif name is ArtefactName.POINTS3D:
            rows = self._of_people(rows, in_space=True)
        return {column: rows[column] for column in _SHOWN[series]}

    def read_beside(self, camera: str, other: ScanReader, series: str, t0_s: float, t1_s: float) -> dict[str, Array]:
        """The same of another camera's film, by this one's clock: boxes and postures; no other series is its own."""
        if series not in SEEN_BY_EACH:
            return {}
        rows = seen_by(self.store, other.store, camera, READABLE[series], (t0_s, t1_s))
        return {column: rows[column] for column in _SHOWN[series]} if rows else {}

    def bodies(self) -> Bodies:
        """The bodies that were fitted to the film's people."""
        return Bodies(self.store)

    def _body_rows(self, t0_s: float, t1_s: float) -> dict[str, Array]:
        """Rows of everybody whose body stands."""
        bodies = self.bodies()
        standing = [report["facts"]["track_id"] for report in bodies.reports() if report["status"] == READY]
        parts = [bodies.rows(track_id, t0_s, t1_s) for track_id in standing]
        shown = [{column: part[column] for column in _SHOWN["body"]} for part in parts]
        most = max((part["angles"].shape[1] for part in shown), default=0)
        for part in shown:
            part["angles"] = _widened(part["angles"], most)
        return concatenate(shown) if shown else {}

    def shared_film(self) -> SharedFilm | None:
        """The film without faces; `None` before it is made whole."""
        try:
            self.store.manifest(ArtefactName.SHARED_FILM)
            return cast(SharedFilm, self.store.read_json(ArtefactName.SHARED_FILM))
        except ArtefactError:
            return None

    def shared_picture(self) -> bytes | None:
        """Its small picture (JPEG); `None` where there is none."""
        try:
            self.store.manifest(ArtefactName.SHARED_PICTURE)
            return self.store.store.read(self.store.key(ArtefactName.SHARED_PICTURE))
        except ArtefactError:
            return None

    def shared_origin(self) -> str | None:
        """Names the boxes and postures by which a film without faces would be made now; `None`: there are none."""
        return shared_origin(self.store)

    def spans(self) -> Sequence[tuple[float, float]]:
        """Stretches of time [s], end exclusive, that cover the film: one window of rows in memory at a time.

        None before `track` is done.
        """
        if self._facts(ArtefactName.TRACKS) is None:
            return []
        starts = [entry["t0"] for entry in self.store.manifest(ArtefactName.TRACKS)["windows"]]
        return list(zip(starts, [*starts[1:], np.inf], strict=True))

    def frame_at(self, track_id: int, t_s: float) -> int | None:
        """The first frame of a person from `t_s` on; `None` when they are not in the film from then on."""
        track = next((track for track in self.tracks() if track["track_id"] == track_id), None)
        if track is None or t_s > track["end_s"]:
            return None
        for entry in self.store.manifest(ArtefactName.TRACKS)["windows"]:
            if entry["t1"] < t_s:
                continue
            rows = self._of_people(self.store.read_window(ArtefactName.TRACKS, entry["window"]))
            mine = rows["frame"][(rows["track_id"] == track_id) & (rows["t"] >= t_s)]
            if len(mine):
                return int(mine.min())
        return None

    def _of_people(self, rows: dict[str, Array], *, in_space: bool = False) -> dict[str, Array]:
        links = self._links()
        if links is None:
            return rows
        links = links.of_points() if in_space else links
        linked = links.linked(rows["track_id"], rows["frame"])
        kept = linked >= 0
        return {column: linked[kept] if column == "track_id" else array[kept] for column, array in rows.items()}

    def _links(self) -> Links | None:
        try:
            return Links.read(self.store)
        except ArtefactError:
            return None

    def _facts(self, name: ArtefactName) -> dict[str, object] | None:
        try:
            return self.store.manifest(name)["facts"]
        except ArtefactError:
            return None


def shared_origin(store: Artefacts) -> str | None:
    """See `ScanReader.shared_origin`."""
    try:
        return "-".join(store.manifest(name)["params_hash"][:16] for name in _HEADS)
    except ArtefactError:
        return None


def _widened(angles: Array, width: int) -> Array:
    """Angles `(N, width)`: a body of an older table of angles has fewer, and NaN behind them."""
    return np.pad(angles, ((0, 0), (0, width - angles.shape[1])), constant_values=np.nan)


def rounded(series: str, rows: Mapping[str, Array]) -> dict[str, Array]:
    """The same rows with no more digits than they carry: a tenth of a pixel, a millimetre, a tenth of a millisecond.

    Floats come back as float64, so that a writer's shortest form is the rounded one; NaN stays NaN.
    """
    shown: dict[str, Array] = {}
    for column, array in rows.items():
        decimals = DECIMALS[series].get(column)
        shown[column] = array if decimals is None else np.round(array.astype(np.float64), decimals)
    if series == "poses" and "keypoints" in rows:
        shown["keypoints"][..., 2] = np.round(rows["keypoints"][..., 2].astype(np.float64), _SCORE_DECIMALS)
    return shown
