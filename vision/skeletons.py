"""Skeletons as data: which keypoints a pose has, and how they hang together.

Sources: COCO keypoints (cocodataset.org), Halpe-26 (github.com/Fang-Haoshu/Halpe-FullBody, body with feet). Left and
right are the person's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vision.errors import VisionError


@dataclass(frozen=True, slots=True)
class Skeleton:
    """One keypoint layout.

    Attributes:
        name: as models and artefacts name it.
        joints: names by index.
        limbs: pairs of indices that are joined by a bone or drawn as if.
        mirror_pairs: (left, right) indices of the same joint.
        oks_sigma: per joint, spread of human annotation as a share of the person's size (COCO's; for Halpe's other
            joints those of MMPose).
    """

    name: str
    joints: tuple[str, ...]
    limbs: tuple[tuple[int, int], ...]
    mirror_pairs: tuple[tuple[int, int], ...]
    oks_sigma: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.joints)

    def index(self, joint: str) -> int:
        """Index of a joint by name.

        Raises:
            VisionError: the skeleton has no such joint.
        """
        if joint not in self.joints:
            raise VisionError(f"skeleton {self.name} has no {joint!r}; it has {', '.join(self.joints)}")
        return self.joints.index(joint)

    @property
    def ankles(self) -> tuple[int, int]:
        """Indices of the left and right ankle, from which the foot point is taken."""
        return self.index("left_ankle"), self.index("right_ankle")


_COCO_JOINTS = (
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
)
_COCO_SIGMA = (0.026, 0.025, 0.025, 0.035, 0.035, *(0.079, 0.079), *(0.072, 0.072), *(0.062, 0.062))
_COCO_LEG_SIGMA = (0.107, 0.107, 0.087, 0.087, 0.089, 0.089)
_LIMBS = ((5, 7), (7, 9), (6, 8), (8, 10), (11, 13), (13, 15), (12, 14), (14, 16))
_FACE = ((0, 1), (0, 2), (1, 3), (2, 4))
_TORSO = ((5, 6), (5, 11), (6, 12), (11, 12))
_MIRROR = tuple((left, left + 1) for left in range(1, 17, 2))

COCO17 = Skeleton(
    name="coco17",
    joints=_COCO_JOINTS,
    limbs=(*_FACE, *_TORSO, *_LIMBS),
    mirror_pairs=_MIRROR,
    oks_sigma=(*_COCO_SIGMA, *_COCO_LEG_SIGMA),
)

HALPE26 = Skeleton(
    name="halpe26",
    joints=(
        *_COCO_JOINTS,
        "head",
        "neck",
        "hip",
        "left_big_toe",
        "right_big_toe",
        "left_small_toe",
        "right_small_toe",
        "left_heel",
        "right_heel",
    ),
    limbs=(
        *_FACE,
        *((17, 18), (18, 5), (18, 6), (18, 19), (19, 11), (19, 12)),
        *_LIMBS,
        *((15, 20), (15, 22), (15, 24), (16, 21), (16, 23), (16, 25)),
    ),
    mirror_pairs=(*_MIRROR, (20, 21), (22, 23), (24, 25)),
    oks_sigma=(*_COCO_SIGMA, *_COCO_LEG_SIGMA, 0.026, 0.026, 0.066, *(0.079,) * 6),
)

SKELETONS: Mapping[str, Skeleton] = {skeleton.name: skeleton for skeleton in (COCO17, HALPE26)}


def skeleton_of(joint_count: int) -> Skeleton:
    """The skeleton with this many joints.

    Raises:
        VisionError: none has.
    """
    for skeleton in SKELETONS.values():
        if len(skeleton) == joint_count:
            return skeleton
    known = ", ".join(f"{len(skeleton)} ({skeleton.name})" for skeleton in SKELETONS.values())
    raise VisionError(f"no skeleton has {joint_count} keypoints; known: {known}")
