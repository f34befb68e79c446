"""Holding a time budget: what may be looked at in a frame, by what frames cost on this machine just now.

A ladder of rungs, the first the richest. Down at once when frames cost too much; up one rung when they have been cheap
for a while. A step up that did not hold makes the next try wait twice as long, so that the picture does not flap.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypedDict


@dataclass(frozen=True, slots=True)
class Rung:
    """What a frame may cost.

    Attributes:
        input_px: longer side of the detector's input [px]; the model's nearest is taken.
        pose_every: postures are read in every so many frames; 0 for none.
        pose_players: of how many players.
    """

    input_px: int
    pose_every: int
    pose_players: int


LADDER: tuple[Rung, ...] = (
    Rung(736, 1, 4),
    Rung(736, 1, 2),
    Rung(736, 2, 2),
    Rung(736, 3, 1),
    Rung(576, 3, 1),
    Rung(576, 0, 0),
    Rung(416, 0, 0),
)
"""Postures go first: boxes carry speeds and distances. Sizes as in `detection.PROFILES`: at 416 px small far players
are lost, so that comes last."""


@dataclass(frozen=True, slots=True)
class BudgetParams:
    """Parameters.

    Attributes:
        ladder: the rungs.
        start: rung of the first frame: in the middle, so that the first seconds are neither slow nor poor.
        full: share of the budget that counts as spent; above it one rung down.
        easy: below this share for `calm_s` one rung up.
        memory: weight of the newest frame in the mean cost.
        settle: frames on a rung before it is judged; sessions are warm then.
        calm_s: see `easy` [s].
        longest_calm_s: the wait between tries to go up doubles up to this [s].
        relapse_s: a step down this soon after one up shows that the step up did not hold [s].
    """

    ladder: tuple[Rung, ...] = LADDER
    start: int = 3
    full: float = 0.9
    easy: float = 0.55
    memory: float = 0.2
    settle: int = 4
    calm_s: float = 3.0
    longest_calm_s: float = 60.0
    relapse_s: float = 10.0


class BudgetReport(TypedDict):
    """How the budget is held: see `pipeline.live_ports.LiveBudget`."""

    latency_ms: float
    spent_ms: float
    input_px: int | None
    detect_every: int
    pose_every: int
    pose_players: int
    note: str


@dataclass(slots=True)
class TimeBudget:
    """Chooses the rung of each frame, and which frames are looked at at all.

    Attributes:
        latency_ms: from a frame's arrival to its state [ms].
        frame_ms: time between two frames of all cameras together [ms]: spending more piles frames up.
        sizes: input sizes the detector has [px]; empty where it has one only.
    """

    latency_ms: float
    frame_ms: float
    sizes: Sequence[int] = ()
    has_pose: bool = True
    params: BudgetParams = field(default_factory=BudgetParams)
    rung_index: int = field(init=False)
    spent_ms: float = field(default=0.0, init=False)
    _frames: int = field(default=0, init=False)
    _easy_since: float | None = field(default=None, init=False)
    _calm_s: float = field(default=0.0, init=False)
    _stepped_up: float = field(default=-math.inf, init=False)

    def __post_init__(self) -> None:
        self.rung_index = min(self.params.start, len(self.params.ladder) - 1)
        self._calm_s = self.params.calm_s

    @property
    def allowed_ms(self) -> float:
        """What a frame may cost [ms]: half the latency (the rest is the way), and no more than keeps up with the
        cameras."""
        return min(0.5 * self.latency_ms, self.frame_ms)

    @property
    def rung(self) -> Rung:
        """What may be done now."""
        return self.params.ladder[self.rung_index]

    @property
    def input_px(self) -> int | None:
        """The detector's input size now [px]; `None` where the model fixes it."""
        return min(self.sizes, key=lambda size: abs(size - self.rung.input_px)) if self.sizes else None

    @property
    def detect_every(self) -> int:
        """One of so many frames is looked at: more than one only where the cheapest rung costs more than a frame."""
        if self.rung_index < len(self.params.ladder) - 1 or self._frames < self.params.settle:
            return 1
        return max(1, math.ceil(self.spent_ms / max(self.frame_ms, 1.0) - 0.1))

    def spend(self, cost_ms: float, now_s: float) -> None:
        """Note what a frame cost [ms], and choose the next frame's rung. `now_s`: any clock that only goes forward."""
        weight = max(self.params.memory, 1.0 / (self._frames + 1))
        self.spent_ms += weight * (cost_ms - self.spent_ms)
        self._frames += 1
        if self._frames < self.params.settle:
            return
        if self.spent_ms > self.params.full * self.allowed_ms:
            self._easy_since = None
            if self.rung_index < len(self.params.ladder) - 1:
                self._step_down(now_s)
        elif self.spent_ms < self.params.easy * self.allowed_ms and self.rung_index > 0:
            self._easy_since = now_s if self._easy_since is None else self._easy_since
            if now_s - self._easy_since >= self._calm_s:
                self._step_up(now_s)
        else:
            self._easy_since = None

    def report(self) -> BudgetReport:
        """The budget as it stands, with a sentence where something is left out."""
        rung, pose = self.rung, self.has_pose and self.rung.pose_every > 0
        return BudgetReport(
            latency_ms=self.latency_ms,
            spent_ms=round(self.spent_ms, 1),
            input_px=self.input_px,
            detect_every=self.detect_every,
            pose_every=rung.pose_every if pose else 0,
            pose_players=rung.pose_players if pose else 0,
            note=self._note(),
        )

    def _note(self) -> str:
        if self.spent_ms < self.params.easy * self.allowed_ms:
            return ""
        took = f"This computer needs {self.spent_ms:.0f} ms for a picture"
        if self.detect_every > 1:
            return f"{took}: it looks at one of {self.detect_every}. Send fewer pictures a second, or use one camera."
        if self.rung_index == len(self.params.ladder) - 1 and self.has_pose:
            return f"{took}: it reads no postures, and may miss players far away."
        if self.has_pose and self.rung.pose_players == 1:
            return f"{took}: it reads the posture of one player only."
        return ""

    def _step_down(self, now_s: float) -> None:
        self.rung_index += 1
        self._frames = 0
        if now_s - self._stepped_up < self.params.relapse_s:
            self._calm_s = min(2.0 * self._calm_s, self.params.longest_calm_s)

    def _step_up(self, now_s: float) -> None:
        if now_s - self._stepped_up > 2.0 * self.params.longest_calm_s:
            self._calm_s = self.params.calm_s
        self.rung_index -= 1
        self._frames, self._easy_since, self._stepped_up = 0, None, now_s
