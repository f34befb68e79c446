"""A body written as glTF, played back by the rules of the format, stands where the model says it does."""

from __future__ import annotations

import io
import json
import struct
from typing import Any

import numpy as np
import pytest
import trimesh

from tests.vision.body.bodies import clip
from vision.body.freedoms import JOINTS, from_quaternions
from vision.body.gltf import linear_colours, skin_bytes, vertex_normals, write_glb
from vision.body.kit import Kit, kit_colours
from vision.body.model import open_body
from vision.errors import ShapeError, VisionError

COMPONENTS = {5126: np.float32, 5121: np.uint8, 5123: np.uint16}
WIDTHS = {"SCALAR": 1, "VEC3": 3, "VEC4": 4, "MAT4": 16}
Z_UP_TO_Y_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])


class Player:
    """A small reader of skinned glTF after its specification (3.7.3 skins, 3.11 animations, C interpolation)."""

    def __init__(self, content: bytes) -> None:
        magic, version, length = struct.unpack_from("<III", content)
        assert (magic, version, length) == (0x46546C67, 2, len(content))
        size, kind = struct.unpack_from("<II", content, 12)
        assert kind == 0x4E4F534A
        self.json: dict[str, Any] = json.loads(content[20 : 20 + size])
        binary_size, kind = struct.unpack_from("<II", content, 20 + size)
        assert kind == 0x004E4942
        self.binary = content[28 + size :]
        assert len(self.binary) == binary_size == self.json["buffers"][0]["byteLength"]

    def read(self, number: int) -> np.ndarray:
        accessor = self.json["accessors"][number]
        view = self.json["bufferViews"][accessor["bufferView"]]
        dtype, width = np.dtype(COMPONENTS[accessor["componentType"]]), WIDTHS[accessor["type"]]
        assert view["byteOffset"] % 4 == 0
        assert view["byteLength"] == accessor["count"] * width * dtype.itemsize
        values = np.frombuffer(self.binary, dtype, accessor["count"] * width, view["byteOffset"]).reshape(-1, width)
        return values / 255.0 if accessor.get("normalized") else values

    def vertices(self, at_s: float) -> np.ndarray:
        """`(V, 3)` at a time of the animation."""
        attributes = self.json["meshes"][0]["primitives"][0]["attributes"]
        skin = self.json["skins"][0]
        globals_ = self.places(at_s)
        inverse = self.read(skin["inverseBindMatrices"]).reshape(-1, 4, 4).transpose(0, 2, 1)
        matrices = np.stack([globals_[node] for node in skin["joints"]]) @ inverse
        joints, weights = self.read(attributes["JOINTS_0"]), self.read(attributes["WEIGHTS_0"])
        blended = np.einsum("vk,vkij->vij", weights, matrices[joints])
        rest = self.read(attributes["POSITION"]).astype(np.float64)
        return np.einsum("vij,vj->vi", blended[:, :3, :3], rest) + blended[:, :3, 3]

    def places(self, at_s: float) -> dict[int, np.ndarray]:
        nodes = [dict(node) for node in self.json["nodes"]]
        animation = self.json["animations"][0]
        for channel in animation["channels"]:
            sampler = animation["samplers"][channel["sampler"]]
            times, values = self.read(sampler["input"])[:, 0].astype(float), self.read(sampler["output"]).astype(float)
            assert (np.diff(times) > 0).all(), "glTF wants times that ascend strictly"
            nodes[channel["target"]["node"]][channel["target"]["path"]] = _sampled(
                times, values, at_s, sampler["interpolation"], channel["target"]["path"] == "rotation"
            )
        found: dict[int, np.ndarray] = {}

        def walk(number: int, above: np.ndarray) -> None:
            node, local = nodes[number], np.eye(4)
            x, y, z, w = node.get("rotation", (0.0, 0.0, 0.0, 1.0))
            local[:3, :3] = from_quaternions(np.array([w, x, y, z])) * np.asarray(node.get("scale", (1.0, 1.0, 1.0)))
            local[:3, 3] = node.get("translation", (0.0, 0.0, 0.0))
            found[number] = above @ local
            for child in node.get("children", ()):
                walk(child, found[number])

        for root in self.json["scenes"][0]["nodes"]:
            walk(root, np.eye(4))
        return found

    def joints(self, at_s: float) -> np.ndarray:
        places = self.places(at_s)
        return np.stack([places[node][:3, 3] for node in self.json["skins"][0]["joints"]])


def _sampled(times: np.ndarray, values: np.ndarray, at_s: float, how: str, turns: bool) -> np.ndarray:
    after = int(np.searchsorted(times, at_s, side="right"))
    if after == 0 or after == len(times) or how == "STEP":
        return values[max(after - 1, 0)]
    share = (at_s - times[after - 1]) / (times[after] - times[after - 1])
    start, end = values[after - 1], values[after]
    if not turns:
        return (1 - share) * start + share * end
    cosine = start @ end
    assert cosine >= 0, "neighbouring keys go the short way"
    angle = np.arccos(min(cosine, 1.0))
    if angle < 1e-6:
        return start
    return (np.sin((1 - share) * angle) * start + np.sin(share * angle) * end) / np.sin(angle)


def test_played_back_joints_and_vertices_are_the_models():
    model, fit = open_body(), clip(25, rate_hz=12.5, start_s=300.0)
    player = Player(write_glb(model, fit))
    posed = model.posed(fit.pose, fit.betas, fit.translation)
    for row in (0, 7, 24):
        at_s = fit.t_s[row] - 300.0
        assert np.abs(player.joints(at_s) - posed.joints[row] @ Z_UP_TO_Y_UP.T).max() < 1e-4
        # Weights are rounded to 255ths: a vertex 1 m from the joint moves by millimetres at most.
        assert np.abs(player.vertices(at_s) - posed.vertices[row] @ Z_UP_TO_Y_UP.T).max() < 4e-3
    extras = player.json["scenes"][0]["extras"]
    assert extras == {"start_s": 300.0, "body": "open"}
    assert player.json["animations"][0]["extras"] == extras


def test_between_keys_the_body_moves_smoothly():
    model, fit = open_body(), clip(61, rate_hz=60.0)
    player = Player(write_glb(model, fit, rate_hz=12.5))
    posed = model.joints(fit.pose, fit.betas, fit.translation) @ Z_UP_TO_Y_UP.T
    keys = player.json["accessors"][player.json["animations"][0]["samplers"][0]["input"]]["count"]
    assert 13 <= keys <= 15
    worst = max(np.abs(player.joints(t) - joints).max() for t, joints in zip(fit.t_s, posed, strict=True))
    assert worst < 0.02


def test_without_a_body_nothing_is_shown():
    model, fit = open_body(), clip(100, rate_hz=25.0)
    fit.valid[:10] = False
    fit.valid[40:60] = False
    fit.pose[~fit.valid] = np.nan
    fit.translation[~fit.valid] = np.nan
    player = Player(write_glb(model, fit))
    assert player.json["scenes"][0]["extras"]["start_s"] == pytest.approx(0.4)

    def extent(t_s: float) -> float:
        return float(np.ptp(player.vertices(t_s - 0.4)[:, 1]))

    assert extent(0.4) > 1.0
    assert extent(39 / 25) > 1.0
    assert all(extent(row / 25) == 0 for row in (40, 50, 59))
    assert extent(60 / 25) > 1.0
    text = json.dumps(player.json)
    assert "NaN" not in text


def test_a_hole_in_time_is_not_bridged_either():
    model, fit = open_body(), clip(50, rate_hz=25.0)
    fit.t_s[25:] += 4.0
    player = Player(write_glb(model, fit))
    assert np.ptp(player.vertices(3.0)[:, 1]) == 0
    assert np.ptp(player.vertices(5.5)[:, 1]) > 1.0


@pytest.mark.parametrize("valid", [[0], [49], [10, 20, 30]])
def test_single_frames_make_valid_files(valid):
    fit = clip(50, rate_hz=25.0)
    fit.valid[:] = False
    fit.valid[valid] = True
    player = Player(write_glb(open_body(), fit))
    first = fit.t_s[valid[0]]
    for row in valid:
        assert np.ptp(player.vertices(fit.t_s[row] - first + 1e-4)[:, 1]) > 1.0


def test_ten_seconds_cost_less_than_a_megabyte():
    assert len(write_glb(open_body(), clip(125, rate_hz=12.5))) < 1.0e6


def test_trimesh_reads_the_same_mesh():
    model, fit = open_body(), clip(5, rate_hz=12.5)
    scene = trimesh.load(io.BytesIO(write_glb(model, fit)), file_type="glb", process=False)
    (mesh,) = scene.geometry.values()
    assert np.allclose(mesh.vertices, model.shaped(fit.betas), atol=1e-6)
    assert np.array_equal(mesh.faces, model.faces)
    assert mesh.is_winding_consistent
    assert np.allclose(np.linalg.norm(mesh.vertex_normals, axis=1), 1, atol=1e-4)
    assert set(JOINTS) <= set(scene.graph.nodes)
    pelvis = scene.graph.get("pelvis")[0][:3, 3]
    expected = model.joints(fit.pose[:1], fit.betas, fit.translation[:1])[0, 0] @ Z_UP_TO_Y_UP.T
    assert np.allclose(pelvis, expected, atol=1e-5)


def test_a_body_in_the_cameras_frame_stands_upright():
    fit = clip(5, rate_hz=12.5)
    fit.pose[:] = 0
    fit.pose[:, 0] = [np.pi, 0, 0]  # y down, as cameras have it
    fit.translation[:] = [0.0, 0.0, 8.0]
    places = Player(write_glb(open_body(), fit, frame="camera")).joints(0.0)
    assert places[JOINTS.index("head"), 1] > places[JOINTS.index("left_ankle"), 1] + 1.0
    assert places[:, 2].mean() == pytest.approx(-8.0, abs=0.1), "glTF's cameras look along -z"


def test_wrong_input_is_refused():
    fit = clip(5, rate_hz=12.5)
    with pytest.raises(VisionError, match="rate_hz should be more than 0"):
        write_glb(open_body(), fit, rate_hz=0)
    fit.valid[:] = False
    with pytest.raises(VisionError, match="no frame has a body"):
        write_glb(open_body(), fit)
    fit.translation = fit.translation[:3]
    with pytest.raises(ShapeError, match=r"translation: expected \(5, 3\)"):
        write_glb(open_body(), fit)


def test_weights_as_bytes_sum_to_255():
    weights = np.random.default_rng(0).dirichlet(np.full(24, 0.1), 500).astype(np.float32)
    joints, shares = skin_bytes(weights)
    assert (shares.astype(int).sum(axis=1) == 255).all()
    assert (joints[shares == 0] == 0).all()
    largest = np.argmax(weights, axis=1)
    assert np.array_equal(np.take_along_axis(joints, np.argmax(shares, axis=1)[:, None], axis=1)[:, 0], largest)
    halves = skin_bytes(np.array([[0.5, 0.5, 0, 0, 0]], np.float32))[1][0]
    assert sorted(halves) == [0, 0, 127, 128]


def test_normals_of_a_tetrahedron_point_outwards():
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [5, 5, 5]], np.float32)
    faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.int32)
    normals = vertex_normals(corners, faces)
    outwards = corners[:4] - corners[:4].mean(axis=0)
    assert (np.sum(normals[:4] * outwards, axis=1) > 0).all()
    assert np.allclose(np.linalg.norm(normals, axis=1), 1)
    assert np.array_equal(normals[4], [0, 1, 0]), "a vertex without faces"


def test_kit_dresses_every_part():
    model, kit = open_body(), Kit(shirt=(200, 0, 0), shorts=(0, 200, 0), socks=(0, 0, 200), boots=(9, 9, 9))
    shaped = model.shaped([])
    colours = kit_colours(model, shaped, kit)
    assert colours.shape == (len(shaped), 4)
    assert (colours[:, 3] == 255).all()
    joints = dict(zip(JOINTS, model.rest_joints([]), strict=True))

    def worn(place: np.ndarray) -> tuple[int, ...]:
        return tuple(int(c) for c in colours[np.argmin(np.linalg.norm(shaped - place, axis=1)), :3])

    assert worn(joints["spine2"] + [0, 0, 0.12]) == kit.shirt
    assert worn(joints["left_shoulder"]) == kit.shirt
    assert worn((joints["right_elbow"] + joints["right_wrist"]) / 2) == kit.skin
    assert worn((2 * joints["left_hip"] + joints["left_knee"]) / 3) == kit.shorts
    assert worn((joints["right_knee"] + joints["right_ankle"]) / 2) == kit.socks
    assert worn(joints["left_foot"]) == kit.boots
    assert worn(joints["head"] + [0, 0.1, 0.1]) == kit.skin


def test_colours_become_linear_light():
    made = linear_colours(np.array([[0, 255, 188, 255], [10, 128, 1, 77]], np.uint8))
    assert made.tolist() == [[0, 255, 128, 255], [1, 55, 0, 77]]
