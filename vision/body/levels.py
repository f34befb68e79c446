"""The order in which the chain of joints is walked: levels as far from the pelvis, and their free turns one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vision.body.freedoms import HABIT_SPREAD, JOINT_COUNT


@dataclass(frozen=True, slots=True)
class Slot:
    """Turns that are worked on together: one of the three of all joints as far from the pelvis, where it is free.

    Attributes:
        joints: which of the level.
        turns: how many.
    """

    joints: slice
    turns: int


@dataclass(frozen=True, slots=True)
class Level:
    """Joints as far from the pelvis as each other: neighbours in SMPL's order.

    Attributes:
        joints: how many.
        parents: of each, among the joints of the level before.
        slots: their free turns, first to last.
    """

    joints: int
    parents: list[int]
    slots: list[Slot]

    @property
    def apart(self) -> bool:
        """Whether no two of the joints hang on one, and they stand as their parents do."""
        return self.parents == list(range(self.parents[0], self.parents[0] + self.joints))


@dataclass(frozen=True, slots=True)
class Freedoms:
    """The free turns, in the order in which the chain is walked from the pelvis outwards.

    Attributes:
        joint: `(F,)` joint of each.
        turn: `(F,)` which of its three.
        levels: of the joints but the pelvis.
    """

    joint: list[int]
    turn: list[int]
    levels: list[Level]

    @classmethod
    def of_habits(cls, parents: Sequence[int]) -> Freedoms:
        """Those turns that have a spread."""
        made = cls([], [], [])
        before, first = 0, 1
        while first < JOINT_COUNT:
            last = first
            while last < JOINT_COUNT and parents[last] < first:
                last += 1
            level = Level(last - first, [parents[joint] - before for joint in range(first, last)], [])
            for turn in range(3):
                free = [joint for joint in range(first, last) if HABIT_SPREAD[joint, turn] > 0]
                if free:
                    level.slots.append(Slot(slice(free[0] - first, free[-1] + 1 - first), len(free)))
                    made.joint.extend(free)
                    made.turn.extend([turn] * len(free))
            made.levels.append(level)
            before, first = first, last
        return made
