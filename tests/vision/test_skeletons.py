"""Skeletons are consistent data."""

from __future__ import annotations

import pytest

from vision.errors import VisionError
from vision.skeletons import COCO17, HALPE26, SKELETONS, Skeleton, skeleton_of


@pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=SKELETONS)
def test_every_table_speaks_of_the_same_joints(skeleton: Skeleton) -> None:
    count = len(skeleton)
    assert len(set(skeleton.joints)) == count
    assert len(skeleton.oks_sigma) == count
    assert {index for limb in skeleton.limbs for index in limb} == set(range(count))
    assert len(set(skeleton.limbs)) == len(skeleton.limbs)


@pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=SKELETONS)
def test_mirror_pairs_are_left_and_right_of_one_joint(skeleton: Skeleton) -> None:
    for left, right in skeleton.mirror_pairs:
        assert skeleton.joints[left] == skeleton.joints[right].replace("right_", "left_")
        assert skeleton.oks_sigma[left] == skeleton.oks_sigma[right]
    sided = [name for name in skeleton.joints if name.startswith(("left_", "right_"))]
    assert len(sided) == 2 * len(skeleton.mirror_pairs)


@pytest.mark.parametrize("skeleton", SKELETONS.values(), ids=SKELETONS)
def test_limbs_are_the_same_on_both_sides(skeleton: Skeleton) -> None:
    other = dict(skeleton.mirror_pairs) | {right: left for left, right in skeleton.mirror_pairs}
    limbs = {frozenset(limb) for limb in skeleton.limbs}
    assert {frozenset(other.get(index, index) for index in limb) for limb in limbs} == limbs


def test_known_indices() -> None:
    assert COCO17.ankles == HALPE26.ankles == (15, 16)
    assert COCO17.joints[:17] == HALPE26.joints[:17]
    assert HALPE26.index("left_heel") == 24
    assert skeleton_of(17) is COCO17
    assert skeleton_of(26) is HALPE26


def test_unknown_joint_and_count_are_told() -> None:
    with pytest.raises(VisionError, match="coco17 has no 'left_heel'"):
        COCO17.index("left_heel")
    with pytest.raises(VisionError, match=r"no skeleton has 18 keypoints; known: 17 \(coco17\), 26 \(halpe26\)"):
        skeleton_of(18)
