"""The body model against the smplx library, against itself, and against what bodies are."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import smplx
import torch

from tests.vision.body.bodies import poses_within_limits
from vision.body.freedoms import JOINTS
from vision.body.model import FRAMES_AT_ONCE, OPEN_BODY, BodyModel, body_models, open_body
from vision.errors import ModelError, ShapeError, VisionError
from vision.skeletons import HALPE26

VERTEX_IDS = dict.fromkeys(
    [
        *("nose", "reye", "leye", "rear", "lear", "LBigToe", "LSmallToe", "LHeel", "RBigToe", "RSmallToe", "RHeel"),
        *(side + finger for side in "lr" for finger in ("thumb", "index", "middle", "ring", "pinky")),
    ],
    0,
)


def reference(raw: SimpleNamespace, pose: np.ndarray, betas: np.ndarray, translation: np.ndarray):
    """Vertices and joints as the smplx library makes them from the same arrays."""
    body = smplx.SMPL("", data_struct=raw, vertex_ids=VERTEX_IDS, batch_size=len(pose), num_betas=10)
    made = body(
        betas=torch.tensor(np.tile(betas, (len(pose), 1)), dtype=torch.float32),
        global_orient=torch.tensor(pose[:, 0], dtype=torch.float32),
        body_pose=torch.tensor(pose[:, 1:].reshape(len(pose), -1), dtype=torch.float32),
        transl=torch.tensor(translation, dtype=torch.float32),
    )
    return made.vertices.detach().numpy(), made.joints.detach().numpy()[:, :24]


@pytest.fixture(scope="module")
def case():
    rng = np.random.default_rng(4)
    return poses_within_limits(6, seed=1), rng.normal(0, 1, 10), rng.normal(0, 5, (6, 3))


def test_equals_the_smplx_library_reading_the_same_file(case):
    pose, betas, translation = case
    with np.load(OPEN_BODY) as file:
        raw = SimpleNamespace(**{key: file[key] for key in file.files})
    vertices, joints = reference(raw, pose, betas, translation)
    posed = open_body().posed(pose, betas, translation)
    assert np.abs(posed.vertices - vertices).max() < 1e-4
    assert np.abs(posed.joints - joints).max() < 1e-4


def test_corrections_by_pose_equal_the_smplx_library_too(case):
    pose, betas, translation = case
    with np.load(OPEN_BODY) as file:
        raw = SimpleNamespace(**{key: file[key] for key in file.files})
    bent = np.random.default_rng(8).normal(0, 2e-3, raw.posedirs.shape).astype(np.float32)
    raw.posedirs = bent
    arrays = {name: getattr(open_body(), name) for name in open_body().__dataclass_fields__}
    model = BodyModel(**(arrays | {"pose_directions": bent}))
    vertices, joints = reference(raw, pose, betas, translation)
    posed = model.posed(pose, betas, translation)
    assert np.abs(posed.vertices - vertices).max() < 1e-4
    assert np.abs(posed.joints - joints).max() < 1e-4


def test_joints_and_keypoints_need_no_vertices_and_agree_with_them(case):
    pose, betas, translation = case
    model = open_body()
    posed = model.posed(pose, betas, translation)
    assert np.array_equal(model.joints(pose, betas, translation), posed.joints)
    for name, regressor in model.keypoint_regressors.items():
        found = model.keypoints(pose, betas, translation, name)
        assert found.shape == (6, len(regressor), 3)
        assert np.allclose(found, regressor @ posed.vertices, atol=2e-5)


def test_many_frames_equal_frame_by_frame():
    count = FRAMES_AT_ONCE + 3
    pose, model = poses_within_limits(count, seed=2), open_body()
    whole = model.joints(pose, np.zeros(10))
    assert np.allclose(whole[[0, 63, 64, 66]], np.concatenate([model.joints(pose[[i]], []) for i in (0, 63, 64, 66)]))
    assert model.posed(pose[:0], np.zeros(10)).vertices.shape == (0, len(model.template), 3)
    assert model.keypoints(pose, np.zeros(10), None, "coco17").shape == (count, 17, 3)


def test_turning_the_pelvis_turns_the_whole_body():
    model, pose = open_body(), poses_within_limits(1, seed=5)
    pose[:, 0] = 0
    turned = pose.copy()
    turned[:, 0] = [0.0, np.pi / 2, 0.0]
    quarter = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]])
    before, after = model.posed(pose, []), model.posed(turned, [])
    pelvis = before.joints[:, :1]
    assert np.allclose((before.vertices - pelvis) @ quarter.T + pelvis, after.vertices, atol=1e-5)


def test_bones_keep_their_length_in_every_pose():
    model, betas = open_body(), np.linspace(-1, 1, 10)
    rest, joints = model.rest_joints(betas), model.joints(poses_within_limits(20, seed=6), betas)
    child, parent = np.arange(1, 24), model.parents[1:]
    lengths = np.linalg.norm(joints[:, child] - joints[:, parent], axis=2)
    assert np.allclose(lengths, np.linalg.norm(rest[child] - rest[parent], axis=1), atol=1e-5)


def test_joint_regressor_finds_the_joints_of_posed_bodies():
    """The rest-pose regressor of the source is 24 mm off here."""
    model, rng = open_body(), np.random.default_rng(11)
    errors = []
    for seed in range(8):
        posed = model.posed(poses_within_limits(5, seed=20 + seed), rng.normal(0, 1, 10))
        errors.append(np.linalg.norm(model.joint_regressor @ posed.vertices - posed.joints, axis=2))
    by_joint = 1000 * np.concatenate(errors).mean(axis=0)
    assert by_joint.mean() < 2.0
    assert by_joint.max() < 6.0
    legs = [
        JOINTS.index(f"{side}_{part}") for side in ("left", "right") for part in ("knee", "ankle", "elbow", "wrist")
    ]
    assert by_joint[legs].max() < 1.0


def test_shape_reaches_from_young_players_to_tall_grown_ups():
    model = open_body()
    small, large = (model.height([size]) for size in (-2.0, 2.0))
    assert 1.1 < small < 1.35
    assert 1.85 < large < 2.1
    assert 1.5 < model.height([]) < 1.7
    child, adult = model.rest_joints([-2.0]), model.rest_joints([2.0])
    heads = [(j[JOINTS.index("head"), 1] - j[JOINTS.index("neck"), 1]) / h for j, h in ((child, small), (adult, large))]
    assert heads[0] > heads[1], "a child's head is larger for its size"


def test_t_pose_is_one():
    model = open_body()
    joints = dict(zip(JOINTS, model.rest_joints(np.zeros(10)), strict=True))
    for side, sign in (("left", 1), ("right", -1)):
        arm = np.array([joints[f"{side}_{part}"] for part in ("shoulder", "elbow", "wrist", "hand")])
        leg = np.array([joints[f"{side}_{part}"] for part in ("hip", "knee", "ankle")])
        assert (np.diff(arm[:, 0]) * sign > 0).all()
        assert np.ptp(arm[:, 1]) < 0.015
        assert np.ptp(arm[:, 2]) < 0.015
        assert (np.diff(leg[:, 1]) < -0.3).all()
        assert np.ptp(leg[:, 2]) < 0.015
    assert joints["left_foot"][2] > joints["left_ankle"][2] + 0.08, "feet point forward"
    assert np.abs(joints["pelvis"]).max() < 0.01, "the pelvis is the origin, so a translation is where it is"


def test_left_and_right_are_mirror_images():
    model = open_body()
    rest = model.rest_joints(np.zeros(10))
    for row, name in enumerate(JOINTS):
        if name.startswith("left_"):
            other = rest[JOINTS.index(name.replace("left_", "right_"))] * [-1, 1, 1]
            assert np.linalg.norm(rest[row] - other) < 0.005, name


def test_keypoints_lie_where_people_have_them():
    model = open_body()
    joints = dict(zip(JOINTS, model.rest_joints([]), strict=True))
    points = dict(zip(HALPE26.joints, model.keypoints(np.zeros((1, 24, 3)), [], None, "halpe26")[0], strict=True))
    for name in ("knee", "elbow", "wrist", "ankle", "hip", "shoulder"):
        assert np.linalg.norm(points[f"left_{name}"] - joints[f"left_{name}"]) < 0.035, name
    top, bottom = model.shaped([])[:, 1].max(), model.shaped([])[:, 1].min()
    assert top - points["head"][1] < 0.01
    for name in ("left_heel", "left_big_toe", "left_small_toe"):
        assert 0 <= points[name][1] - bottom < 0.04, name
    assert points["left_big_toe"][2] > points["left_ankle"][2] + 0.1
    assert points["left_heel"][2] < points["left_ankle"][2]
    assert points["left_big_toe"][0] < points["left_small_toe"][0]
    assert points["nose"][2] > points["left_ear"][2] + 0.05


def test_mesh_is_closed_and_looks_outwards():
    model = open_body()
    corners = model.template[model.faces].astype(np.float64)
    volume = np.einsum("fi,fi->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) / 6
    assert 0.04 < volume < 0.09, "litres of a 1.6 m person, positive: faces look outwards"
    edges = np.sort(np.concatenate([model.faces[:, pair] for pair in ([0, 1], [1, 2], [2, 0])]), axis=1)
    _, uses = np.unique(edges, axis=0, return_counts=True)
    assert (uses == 2).mean() > 0.999


def test_weights_are_shares():
    model = open_body()
    assert np.allclose(model.skin_weights.sum(axis=1), 1, atol=1e-5)
    assert (np.count_nonzero(model.skin_weights, axis=1) <= 4).all()
    assert np.allclose(model.joint_regressor.sum(axis=1), 1, atol=1e-5)
    assert (model.joint_regressor >= 0).all()
    assert OPEN_BODY.stat().st_size < 2.5e6
    assert "Apache-2.0" in model.licence
    assert open_body() is model


@pytest.mark.parametrize(
    ("pose", "betas", "translation", "said"),
    [
        (np.zeros((2, 23, 3)), np.zeros(10), None, r"pose: expected \(N, 24, 3\)"),
        (np.zeros((2, 24, 3)), np.zeros(10), np.zeros((3, 3)), r"translation: expected \(2, 3\)"),
    ],
)
def test_wrong_shapes_are_named(pose, betas, translation, said):
    with pytest.raises(ShapeError, match=said):
        open_body().posed(pose, betas, translation)


def test_too_many_betas_and_unknown_skeletons_are_refused():
    with pytest.raises(VisionError, match=r"betas of the body open: expected up to \(10,\)"):
        open_body().shaped(np.zeros(11))
    with pytest.raises(VisionError, match="it has coco17, halpe26"):
        open_body().keypoints(np.zeros((1, 24, 3)), [], None, "body25")


def test_bodies_by_gender_fall_back_to_the_open_one(tmp_path):
    assert set(body_models(None)) == {"neutral", "female", "male"}
    assert all(body is open_body() for body in body_models(None).values())
    (tmp_path / "SMPL_FEMALE.npz").write_bytes(OPEN_BODY.read_bytes())
    found = body_models(tmp_path)
    assert found["female"] is not open_body()
    assert found["male"] is open_body()
    with pytest.raises(ModelError, match="does not exist"):
        body_models(tmp_path / "nowhere")
