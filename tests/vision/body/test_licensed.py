"""Files of body models as users bring them: read without running a line of theirs, or refused with the reason."""

from __future__ import annotations

import pickle
import pickletools
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import scipy.sparse
from smplx.vertex_ids import vertex_ids

from vision.body.freedoms import JOINTS
from vision.body.licensed import read_body_file
from vision.body.model import OPEN_BODY, BodyModel, body_models
from vision.errors import ModelError

VERTICES = 60
PARENTS = [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21]


def body(vertices: int = VERTICES, joints: int = 24, shapes: int = 12) -> dict[str, object]:
    """Arrays of a small body in SMPL's own keys."""
    rng = np.random.default_rng(0)
    weights = rng.random((vertices, joints))
    regressor = rng.random((joints, vertices))
    table = np.zeros((2, joints), np.uint32)
    table[0, :24] = PARENTS
    table[0, 0] = 2**32 - 1
    table[1] = np.arange(joints)
    if joints > 24:
        table[0, 22:] = 20
    return {
        "v_template": rng.uniform(-0.9, 0.9, (vertices, 3)),
        "shapedirs": rng.normal(0, 0.01, (vertices, 3, shapes)),
        "posedirs": rng.normal(0, 0.001, (vertices, 3, 9 * (joints - 1))),
        "weights": weights / weights.sum(axis=1, keepdims=True),
        "J_regressor": regressor / regressor.sum(axis=1, keepdims=True),
        "kintree_table": table,
        "f": rng.integers(0, vertices, (100, 3)).astype(np.uint32),
    }


def saved(folder: Path, content: object, *, protocol: int = 2, name: str = "SMPL_NEUTRAL.pkl") -> Path:
    path = folder / name
    path.write_bytes(pickle.dumps(content, protocol=protocol))
    return path


@pytest.fixture
def chumpy(monkeypatch):
    """Classes that pickle under chumpy's names; gone again when the file is read."""
    ch, reordering = ModuleType("chumpy.ch"), ModuleType("chumpy.reordering")
    ch.Ch = type("Ch", (), {"__module__": "chumpy.ch"})
    reordering.Select = type("Select", (), {"__module__": "chumpy.reordering"})
    for name, module in (("chumpy", ModuleType("chumpy")), ("chumpy.ch", ch), ("chumpy.reordering", reordering)):
        monkeypatch.setitem(sys.modules, name, module)

    def made(kind: str, **state: object) -> object:
        found = (ch.Ch if kind == "Ch" else reordering.Select)()
        found.__dict__.update(state)
        return found

    return made


@pytest.mark.parametrize("protocol", [0, 1, 2, 4, 5])
def test_pickles_of_every_age_are_read(tmp_path, protocol):
    raw = body()
    model = BodyModel.load(saved(tmp_path, raw, protocol=protocol))
    assert model.name == "SMPL_NEUTRAL"
    assert np.array_equal(model.template, raw["v_template"].astype(np.float32))
    assert model.shape_directions.shape == (VERTICES, 3, 10), "ten shape parameters are kept"
    assert np.array_equal(model.pose_directions, raw["posedirs"].astype(np.float32))
    assert model.parents[0] == -1
    assert model.faces.dtype == np.int32
    assert "Max Planck" in model.licence


@pytest.mark.parametrize("protocol", [0, 2])
def test_chumpy_objects_are_read_without_chumpy(tmp_path, chumpy, monkeypatch, protocol):
    raw = body()
    plain = raw["shapedirs"].copy()
    raw["v_template"] = chumpy("Ch", x=raw["v_template"], _dirty_vars=set())  # a set has no place in a body
    path = tmp_path / "SMPL_MALE.pkl"
    if protocol:
        with pytest.raises(ModelError, match="refused"):
            read_body_file(saved(tmp_path, raw, protocol=protocol))
    raw["v_template"] = chumpy("Ch", x=body()["v_template"], _cache_info={})
    order = np.random.default_rng(1).permutation(plain.size)
    inverse = np.argsort(order)
    shuffled = chumpy("Ch", x=plain.ravel()[order])
    raw["shapedirs"] = chumpy("Select", a=shuffled, idxs=inverse, preferred_shape=plain.shape)
    path.write_bytes(pickle.dumps(raw, protocol=protocol))
    for name in ("chumpy", "chumpy.ch", "chumpy.reordering"):
        monkeypatch.delitem(sys.modules, name)
    model = BodyModel.load(path)
    assert np.array_equal(model.template, body()["v_template"].astype(np.float32))
    assert np.array_equal(model.shape_directions, plain[..., :10].astype(np.float32))


@pytest.mark.parametrize("kind", ["csc_matrix", "csr_matrix", "csc_array"])
@pytest.mark.parametrize("protocol", [0, 2, 5])
def test_sparse_regressors_become_plain_ones(tmp_path, kind, protocol):
    raw = body()
    thin = raw["J_regressor"] * (np.random.default_rng(2).random((24, VERTICES)) < 0.2)
    thin /= thin.sum(axis=1, keepdims=True)
    raw["J_regressor"] = getattr(scipy.sparse, kind)(thin)
    model = BodyModel.load(saved(tmp_path, raw, protocol=protocol))
    assert np.array_equal(model.joint_regressor, thin.astype(np.float32))


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    """A file of kilobytes whose list of contents promises gigabytes; nothing of it is read."""
    monkeypatch.setattr("vision.body.licensed.MAX_UNPACKED_BYTES", 1_000_000)
    monkeypatch.setattr("numpy.load", lambda *_, **__: pytest.fail("it was opened"))
    np.savez_compressed(tmp_path / "bomb.npz", **(body() | {"f": np.zeros((400_000, 3), np.uint32)}))
    with pytest.raises(ModelError, match="would unpack to"):
        read_body_file(tmp_path / "bomb.npz")


def test_a_sparse_matrix_that_would_fill_the_memory_is_refused(tmp_path):
    huge = scipy.sparse.csr_matrix((24, 10**9))
    with pytest.raises(ModelError, match="a sparse matrix of"):
        read_body_file(saved(tmp_path, body() | {"J_regressor": huge}))


class Payload:
    """Would write a file when unpickled carelessly."""

    def __init__(self, call: tuple[object, tuple[object, ...]]) -> None:
        self.call = call

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_a_malicious_pickle_runs_nothing(tmp_path, protocol):
    mark = tmp_path / "mark"
    for call in (
        (eval, (f"open({str(mark)!r}, 'w')",)),
        (exec, (f"open({str(mark)!r}, 'w')",)),
        (Path.touch, (mark,)),
        (getattr, (np, "save")),
        (np.save, (str(mark), np.zeros(1))),
        (np.load, (str(mark),)),
        (__import__, ("os",)),
    ):
        raw = body() | {"v_template": Payload(call)}
        with pytest.raises(ModelError, match="is refused as a body model"):
            read_body_file(saved(tmp_path, raw, protocol=protocol))
    assert [path.name for path in tmp_path.iterdir()] == ["SMPL_NEUTRAL.pkl"]


def test_names_with_dots_do_not_lead_around_the_list(tmp_path):
    """Protocol 4 resolves `a.b.c` inside an allowed module unless the whole name is compared."""
    path = tmp_path / "SMPL_NEUTRAL.pkl"
    path.write_bytes(
        pickle.PROTO + b"\x04" + b"\x8c\x05numpy" + b"\x8c\x11ndarray.__class__" + pickle.STACK_GLOBAL + pickle.STOP
    )
    assert "STACK_GLOBAL" in {op.name for op, *_ in pickletools.genops(path.read_bytes())}
    with pytest.raises(ModelError, match=r"numpy\.ndarray\.__class__ is not part of a body model"):
        read_body_file(path)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.999])
@pytest.mark.parametrize("suffix", [".pkl", ".npz"])
def test_a_file_cut_short_says_so(tmp_path, share, suffix):
    whole = tmp_path / "whole"
    if suffix == ".pkl":
        whole.write_bytes(pickle.dumps(body(), protocol=2))
    else:
        with whole.open("wb") as file:
            np.savez(file, **body())
    path = tmp_path / f"SMPL_NEUTRAL{suffix}"
    content = whole.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ModelError, match=r"cut short|is refused"):
        read_body_file(path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"v_template": np.zeros((VERTICES, 2))}, r"v_template should be \(N, 3\), it is \(60, 2\)"),
        ({"weights": np.ones((VERTICES, 23)) / 23}, r"weights should be \(60, 24\)"),
        ({"weights": np.ones((VERTICES, 24))}, "rows of weights should sum to 1"),
        ({"J_regressor": np.ones((24, 10))}, r"J_regressor should be \(24, 60\)"),
        ({"shapedirs": np.full((VERTICES, 3, 10), np.nan)}, "shapedirs holds numbers that are not finite"),
        ({"f": np.full((5, 3), VERTICES)}, "f names vertices that are not there"),
        ({"posedirs": np.ones((VERTICES, 3, 9))}, r"posedirs should be \(60, 3, 207\)"),
        ({"v_template": 100 * np.random.default_rng(0).random((VERTICES, 3))}, "in metres with y up"),
        ({"kintree_table": np.stack([np.arange(24), np.arange(24)])}, "parent that does not come before its joint"),
        ({"v_template": "a body"}, "not a body model"),
        ({"kintree_table": np.zeros(0)}, "not a body model"),
    ],
)
@pytest.mark.parametrize("suffix", [".pkl", ".npz"])
def test_what_is_wrong_in_a_file_is_named(tmp_path, changes, said, suffix):
    path = tmp_path / f"SMPL_NEUTRAL{suffix}"
    if suffix == ".pkl":
        path.write_bytes(pickle.dumps(body() | changes, protocol=2))
    else:
        np.savez(path, **(body() | changes))
    with pytest.raises(ModelError, match=said):
        read_body_file(path)


def test_files_of_other_kinds_are_refused(tmp_path):
    with pytest.raises(ModelError, match="is missing"):
        read_body_file(tmp_path / "SMPL_NEUTRAL.pkl")
    with pytest.raises(ModelError, match="holds a list, not named arrays"):
        read_body_file(saved(tmp_path, [1, 2]))
    with pytest.raises(ModelError, match="it lacks v_template, shapedirs"):
        read_body_file(saved(tmp_path, {"x": 1}))
    np.savez(tmp_path / "objects.npz", **(body() | {"J_regressor": np.array(scipy.sparse.eye(3), object)}))
    with pytest.raises(ModelError, match="save J_regressor as a plain array"):
        read_body_file(tmp_path / "objects.npz")


def test_smplx_is_read_as_smpl(tmp_path):
    raw = body(joints=55, shapes=400)
    np.savez(tmp_path / "SMPLX_NEUTRAL.npz", **raw)
    model = body_models(tmp_path)["neutral"]
    assert model.name == "SMPLX_NEUTRAL"
    assert np.allclose(model.skin_weights.sum(axis=1), 1, atol=1e-5)
    fingers = raw["weights"][:, 25:37].sum(axis=1)
    assert np.allclose(model.skin_weights[:, JOINTS.index("left_hand")], fingers, atol=1e-6)
    thumb = raw["weights"][:, 20] + raw["weights"][:, 37:40].sum(axis=1)
    assert np.allclose(model.skin_weights[:, JOINTS.index("left_wrist")], thumb, atol=1e-6)
    assert np.allclose(model.joint_regressor[22:], raw["J_regressor"][[28, 43]], atol=1e-6)
    assert list(model.parents[20:]) == [18, 19, 20, 21]
    assert model.pose_directions.shape == (VERTICES, 3, 207)
    assert not model.pose_directions[..., 9 * 21 :].any()
    assert np.allclose(model.pose_directions[..., : 9 * 21], raw["posedirs"][..., : 9 * 21], atol=1e-9)


def test_smpl_goes_before_smplx_and_npz_before_pickle(tmp_path):
    np.savez(tmp_path / "SMPLX_MALE.npz", **body(joints=55))
    saved(tmp_path, body(), name="SMPL_MALE.pkl")
    assert body_models(tmp_path)["male"].name == "SMPL_MALE"
    np.savez(tmp_path / "SMPL_MALE.npz", **body(vertices=61))
    assert len(body_models(tmp_path)["male"].template) == 61


def test_published_meshes_get_keypoints_and_others_none(tmp_path):
    raw = body(vertices=6890, shapes=2) | {"posedirs": np.zeros((6890, 3, 207), np.float32)}
    np.savez(tmp_path / "SMPL_NEUTRAL.npz", **raw)
    model = BodyModel.load(tmp_path / "SMPL_NEUTRAL.npz")
    assert {name: len(rows) for name, rows in model.keypoint_regressors.items()} == {"coco17": 17, "halpe26": 26}
    assert model.pose_directions is None
    points = model.keypoints(np.zeros((1, 24, 3)), [], None, "coco17")[0]
    assert np.allclose(points[0], raw["v_template"][vertex_ids["smplh"]["nose"]], atol=1e-5)
    assert np.allclose(points[13], model.rest_joints([])[JOINTS.index("left_knee")], atol=1e-5)
    np.savez(tmp_path / "SMPL_NEUTRAL.npz", **body())
    assert BodyModel.load(tmp_path / "SMPL_NEUTRAL.npz").keypoint_regressors == {}


def test_a_file_larger_than_any_body_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setattr("vision.body.licensed.MAX_FILE_BYTES", 1000)
    with pytest.raises(ModelError, match="more than"):
        read_body_file(OPEN_BODY)
