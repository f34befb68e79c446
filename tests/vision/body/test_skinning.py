"""Chains of rigid parts, and vertices that hang on two of them."""

from __future__ import annotations

import numpy as np

from vision.body.freedoms import rotation_matrices
from vision.body.skinning import joint_places, skin

ARM = np.array([[0.0, 0, 0], [1.0, 0, 0], [2.0, 0, 0]], np.float32)
PARENTS = np.array([-1, 0, 1], np.int32)


def turned(*axis_angles: tuple[float, float, float]) -> np.ndarray:
    return rotation_matrices(np.array([axis_angles])).astype(np.float32)


def test_an_elbow_bends_what_lies_beyond_it():
    quarter = (0.0, 0.0, np.pi / 2)
    _, places = joint_places(turned((0, 0, 0), quarter, (0, 0, 0)), ARM, PARENTS)
    assert np.allclose(places[0], [[0, 0, 0], [1, 0, 0], [1, 1, 0]], atol=1e-6)
    parts, places = joint_places(turned(quarter, quarter, (0, 0, 0)), ARM, PARENTS)
    assert np.allclose(places[0], [[0, 0, 0], [0, 1, 0], [-1, 1, 0]], atol=1e-6)
    assert np.allclose(parts[0, 2] @ [1, 0, 0], [-1, 0, 0], atol=1e-6)


def test_vertices_follow_their_part_and_the_middle_of_two():
    parts, places = joint_places(turned((0, 0, 0), (0.0, 0.0, np.pi / 2), (0, 0, 0)), ARM, PARENTS)
    moved = places - (parts @ ARM[..., None])[..., 0]
    vertices = np.array([[0.5, 0.1, 0], [1.5, 0.1, 0], [1.2, 0, 0]], np.float32)
    weights = np.array([[1, 0, 0], [0, 1, 0], [0.5, 0.5, 0]], np.float32)
    found = skin(vertices, weights, parts, moved)[0]
    assert np.allclose(found, [[0.5, 0.1, 0], [0.9, 0.5, 0], [1.1, 0.1, 0]], atol=1e-6)


def test_each_frame_may_have_vertices_of_its_own():
    parts, places = joint_places(np.concatenate([turned((0, 0, 0), (0, 0, 0), (0, 0, 0))] * 2), ARM, PARENTS)
    moved = places - (parts @ ARM[..., None])[..., 0]
    vertices = np.random.default_rng(0).random((2, 4, 3)).astype(np.float32)
    assert np.allclose(skin(vertices, np.full((4, 3), 1 / 3, np.float32), parts, moved), vertices, atol=1e-6)
