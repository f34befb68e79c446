"""Suppression against a plain twin that does one box after the other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.detection.nms import area, covered, drop_contained, iou, nms
from vision.types import Float32Array


def _overlap(a: Float32Array, b: Float32Array) -> float:
    width = max(0.0, float(min(a[2], b[2]) - max(a[0], b[0])))
    height = max(0.0, float(min(a[3], b[3]) - max(a[1], b[1])))
    return width * height


def _size(a: Float32Array) -> float:
    return max(0.0, float(a[2] - a[0])) * max(0.0, float(a[3] - a[1]))


def _plain_nms(xyxy: Float32Array, score: Float32Array, class_id: np.ndarray, iou_max: float) -> list[int]:
    kept: list[int] = []
    for i in sorted(range(len(score)), key=lambda i: (-score[i], i)):
        clear = True
        for j in kept:
            shared = _overlap(xyxy[i], xyxy[j])
            union = _size(xyxy[i]) + _size(xyxy[j]) - shared
            if class_id[i] == class_id[j] and union > 0 and shared / union > iou_max:
                clear = False
        if clear:
            kept.append(i)
    return kept


@st.composite
def boxes(draw: st.DrawFn) -> tuple[Float32Array, Float32Array, np.ndarray]:
    """Boxes on a coarse grid, so that equal boxes, equal scores and empty boxes are common."""
    count = draw(st.integers(0, 25))
    corner = st.integers(0, 8)
    rows = draw(st.lists(st.tuples(corner, corner, corner, corner), min_size=count, max_size=count))
    scores = draw(st.lists(st.sampled_from([0.1, 0.3, 0.5, 0.9]), min_size=count, max_size=count))
    classes = draw(st.lists(st.sampled_from([0, 32]), min_size=count, max_size=count))
    xyxy = np.asarray(rows, np.float32).reshape(count, 4)
    return xyxy, np.asarray(scores, np.float32), np.asarray(classes, np.int16)


@settings(max_examples=150)
@given(case=boxes(), iou_max=st.sampled_from([0.0, 0.31, 0.6, 0.7]))
def test_equals_the_plain_twin(case: tuple[Float32Array, Float32Array, np.ndarray], iou_max: float) -> None:
    xyxy, score, class_id = case
    assert nms(xyxy, score, class_id, iou_max).tolist() == _plain_nms(xyxy, score, class_id, iou_max)


@given(case=boxes())
def test_contained_boxes_are_those_inside_a_better_kept_one(
    case: tuple[Float32Array, Float32Array, np.ndarray],
) -> None:
    xyxy, score, class_id = case
    kept = drop_contained(xyxy, score, class_id, 0.8).tolist()
    for i in set(range(len(score))) - set(kept):
        holders = [j for j in kept if class_id[j] == class_id[i] and score[j] >= score[i]]
        assert any(_overlap(xyxy[i], xyxy[j]) > 0.8 * _size(xyxy[i]) for j in holders)
    for i in kept:
        better = [j for j in kept if score[j] > score[i] and class_id[j] == class_id[i]]
        assert not any(_size(xyxy[i]) > 0 and _overlap(xyxy[i], xyxy[j]) > 0.8 * _size(xyxy[i]) for j in better)


def test_measures_of_two_known_boxes() -> None:
    first = np.asarray([[0, 0, 4, 4]], np.float32)
    second = np.asarray([[2, 0, 6, 4], [4, 4, 5, 5], [3, 3, 3, 3]], np.float32)
    assert area(second).tolist() == [16, 1, 0]
    np.testing.assert_allclose(iou(first, second), [[8 / 24, 0, 0]])
    np.testing.assert_allclose(covered(second, first), [[0.5], [0], [0]])


def test_a_torso_inside_its_person_goes_but_the_ball_at_his_feet_stays() -> None:
    person, torso, ball = [10, 10, 50, 110], [15, 20, 45, 70], [20, 95, 30, 105]
    xyxy = np.asarray([torso, person, ball], np.float32)
    kept = drop_contained(xyxy, np.float32([0.4, 0.8, 0.3]), np.int16([0, 0, 32]), 0.8)
    assert kept.tolist() == [1, 2]


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_to_suppress(count: int) -> None:
    xyxy = np.asarray([[0, 0, 1, 1]] * count, np.float32).reshape(count, 4)
    assert len(nms(xyxy, np.ones(count, np.float32), np.zeros(count, np.int16), 0.5)) == count
