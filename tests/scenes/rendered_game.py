"""How near a scan of the rendered game comes to what is true in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.artefacts import Artefacts
from pipeline.links import Links
from pipeline.plan import ArtefactName
from pipeline.ports import PlayerResult
from tests.vision.tracking.scenes import Truth, pairwise_iou
from tests.vision.tracking.scoring import Score, score
from vision.calibration.homography import PitchHomography
from vision.synthetic.rendered.film import FilmTruth

SURE = 0.3
"""Score from which a keypoint counts."""
SMPL_OF_COCO = (16, 17, 18, 19, 20, 21, 1, 2, 4, 5, 7, 8)
"""Joints of the body for COCO's shoulders, elbows, wrists, hips, knees and ankles."""
SEEN = 0.5
"""A player counts as visible from this share of the figure on."""


def calibrated(truth: FilmTruth, rng: np.random.Generator, sigma_px: float = 1.0) -> PitchHomography:
    """A calibration from the marks in the picture, clicked with an error."""
    marks = truth.marks_px()
    pixels = np.array([pixel for pixel, _ in marks.values()])
    metres = np.array([place for _, place in marks.values()])
    return PitchHomography.fit(
        pixels + rng.normal(0.0, sigma_px, pixels.shape),
        metres,
        image_size=truth.camera.image_size,
        estimate_lens=True,
        names=list(marks),
    )


@dataclass(frozen=True)
class Measured:
    """What the scan publishes of one linked track, and of which player most of it is.

    Attributes:
        xy_error_m: `(N,)` distance from the player's true places.
        speed_mps, true_mps: `(M,)` at the times of the published curve, gaps left out.
        distance_m, true_m: covered between the track's first and last frame.
        coverage: share of the film's frames in which the track was seen.
        purity: share of its boxes that show that player; below it the track went over to somebody else for a while.
        grade: of its figures.
        identity_doubt: the scan's own estimate that it mixes two players.
    """

    track_id: int
    team: str
    player: int
    xy_error_m: NDArray[np.float64]
    speed_mps: NDArray[np.float64]
    true_mps: NDArray[np.float64]
    distance_m: float
    true_m: float
    coverage: float
    purity: float
    grade: str
    identity_doubt: float


class Comparison:
    """The scan of a rendered film beside its truth."""

    def __init__(self, truth: FilmTruth, store: Artefacts, players: Sequence[PlayerResult]) -> None:
        self.truth, self.store, self.players = truth, store, players
        self.links = Links.read(store)
        rows = store.read_range(ArtefactName.TRACKS)
        linked = self.links.linked(rows["track_id"], rows["frame"])
        kept = linked >= 0
        self.frame, self.box, self.linked = rows["frame"][kept], rows["xyxy"][kept], linked[kept]

    def recall(self) -> float:
        """Share of the visible players in the analysed frames that the detector found."""
        rows = self.store.read_range(ArtefactName.DETECTIONS)
        found = wanted = 0
        for frame in np.unique(rows["frame"]):
            boxes = self.truth.xyxy[self.truth.visible[:, frame] >= SEEN, frame]
            near = pairwise_iou(boxes, rows["xyxy"][rows["frame"] == frame].astype(np.float64))
            found, wanted = found + int((near.max(axis=1) > 0.5).sum()), wanted + len(boxes)
        return found / wanted

    def pose_errors(self) -> NDArray[np.float64]:
        """`(N, 12)` errors of shoulders to ankles that are sure, as a share of the figure's height; NaN for unsure."""
        rows, found = self.store.read_range(ArtefactName.POSES), []
        for frame, keypoints in zip(rows["frame"], rows["keypoints"].astype(np.float64), strict=True):
            boxes = self.truth.xyxy[:, frame]
            inside = np.nanmedian(keypoints[:, :2], axis=0)
            near = np.linalg.norm((boxes[:, :2] + boxes[:, 2:]) / 2 - inside, axis=1)
            player = int(near.argmin())
            true = self.truth.camera.project(self.truth.joints_m[player, frame][list(SMPL_OF_COCO)].astype(np.float64))
            error = np.linalg.norm(keypoints[5:, :2] - true, axis=1) / (boxes[player, 3] - boxes[player, 1])
            found.append(np.where(keypoints[5:, 2] >= SURE, error, np.nan))
        return np.array(found)

    def identity(self) -> Score:
        """HOTA, IDF1 and switches of the linked tracks over the analysed frames."""
        frames = np.unique(self.store.read_range(ArtefactName.DETECTIONS)["frame"])
        seen = [np.flatnonzero(self.truth.visible[:, frame] >= SEEN) for frame in frames]
        boxes = [self.truth.xyxy[players, frame] for players, frame in zip(seen, frames, strict=True)]
        true = Truth(self.truth.game.t_s[frames], seen, boxes, self.truth.camera.image_size, {})
        ours = [np.flatnonzero(self.frame == frame) for frame in frames]
        return score(true, [self.linked[rows] for rows in ours], [self.box[rows] for rows in ours])

    def measured(self) -> list[Measured]:
        """Every published track beside its player."""
        return [self._measured(result) for result in self.players]

    def _measured(self, result: PlayerResult) -> Measured:
        number = result["track_id"]
        track = next(track for track in self.links.tracks if track["track_id"] == number)
        (player, purity), game = self._shown(number), self.truth.game
        rows = self.store.read_range(ArtefactName.WORLD)
        own = rows["track_id"] == number
        error = np.linalg.norm(rows["xy"][own] - game.xy_m[player, rows["frame"][own]], axis=1)
        series = result["series"] or {"t_s": [], "speed_mps": []}
        t_s, speed = (np.array(series[name], np.float64) for name in ("t_s", "speed_mps"))
        told = np.isfinite(speed)
        true = np.interp(t_s[told], game.t_s, game.speed_mps[player])
        distance = result["groups"]["distance"]["total_distance_m"].get("value", np.nan)
        covered = np.interp([track["start_s"], track["end_s"]], game.t_s, game.distance_m[player])
        return Measured(
            number, track["team"], player, error, speed[told], true, distance, float(np.diff(covered)[0]),
            track["coverage"], purity, result["grade"], result["quality"]["identity_doubt"],
        )  # fmt: skip

    def _shown(self, number: int) -> tuple[int, float]:
        own = np.flatnonzero(self.linked == number)
        votes = np.zeros(len(self.truth.xyxy))
        for row in own:
            near = pairwise_iou(self.truth.xyxy[:, self.frame[row]], self.box[row : row + 1].astype(np.float64))
            votes[int(near.argmax())] += near.max() > 0.3
        return int(votes.argmax()), float(votes.max() / max(votes.sum(), 1))
