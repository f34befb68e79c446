"""Rigs in the files that people have."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from tests.vision.multiview.rigs import ring
from vision.calibration.camera_files import CameraParams, write_calib_toml
from vision.calibration.rig_file import answer, read_rig
from vision.multiview.cameras import CameraRig


def as_json(params: dict[str, dict[str, Any]]) -> str:
    plain = {
        name: {key: np.asarray(value).tolist() for key, value in camera.items()} for name, camera in params.items()
    }
    return json.dumps({"cameras": plain})


def test_json_and_toml_give_the_same_rig() -> None:
    import cv2

    cameras = [
        CameraParams(
            name,
            (1920, 1080),
            params["K"],
            np.asarray(params["dist"]),
            cv2.Rodrigues(params["R"])[0].reshape(3),
            params["t"],
        )
        for name, params in ring(3).items()
    ]
    from_toml = read_rig(write_calib_toml(cameras))
    from_json = read_rig(as_json(ring(3)))
    for name, params in ring(3).items():
        for found in (from_toml["cameras"][name], from_json["cameras"][name]):
            assert np.asarray(found["R"]) == pytest.approx(params["R"], abs=1e-6)
            assert np.asarray(found["t"]) == pytest.approx(params["t"], abs=1e-6)
    assert from_toml["cameras"]["camera0"]["size"] == [1920, 1080]
    assert json.loads(json.dumps(from_toml)) == from_toml
    CameraRig.from_params(from_toml["cameras"])


def mirrored() -> dict[str, dict[str, Any]]:
    params = ring(3)
    params["camera1"]["R"] = params["camera1"]["R"] @ np.diag([1.0, 1.0, -1.0])
    return params


def stacked() -> dict[str, dict[str, Any]]:
    params = ring(3)
    params["camera2"] = params["camera0"]
    return params


def in_millimetres() -> dict[str, dict[str, Any]]:
    return {name: {**camera, "t": 1000 * np.asarray(camera["t"])} for name, camera in ring(3).items()}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no camera"),
        ("][", "not a Calib.toml"),
        ("{", "must be a Calib.toml, or JSON"),
        ('{"cameras": [1]}', "must be a Calib.toml, or JSON"),
        ('{"cameras": {"a": 1}}', "must be a Calib.toml, or JSON"),
        (as_json({"camera0": ring(3)["camera0"]}), "two cameras or more"),
        (as_json({"a": {"K": 1}, "b": {}}), "missing"),
        (as_json(mirrored()), "camera1: R mirrors the world"),
        (as_json(stacked()), "'camera0' and 'camera2' stand 0.00 m apart"),
        (as_json(in_millimetres()), "m apart: too far to see one pitch. Are the places in metres?"),
        (as_json(ring(3) | {"camera1": {**ring(3)["camera1"], "t": [1e300, 0.0, 9.0]}}), "too far to see one pitch"),
        (as_json({f"c{n}": camera for n, camera in enumerate(ring(17).values())}), "16 at most"),
        (as_json(ring(3)).replace("1500.0", '"wide"'), "cannot be read"),
    ],
)
def test_what_is_no_rig_is_refused_with_a_reason(text: str, says: str) -> None:
    found = answer(text)
    assert found["ok"] is False
    assert says in found["message"]
