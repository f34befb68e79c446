"""Read a rig of cameras from text, for processes that talk JSON.

`python -m vision.calibration.rig_file` reads a text from standard input, a `Calib.toml` as Pose2Sim writes it or JSON
`{"cameras": {name: {"K", "R", "t", "dist"?, "size"?}}}`, and prints one JSON answer with the rig's JSON form.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np

from vision.calibration.camera_files import CameraParams, read_calib_toml
from vision.errors import VisionError
from vision.multiview.cameras import CameraError, CameraRig
from vision.types import Float64Array

RIG = "rig"
MAX_CAMERAS = 16
NEAREST_M = 0.1
"""Cameras nearer together than this are one camera twice, or not in metres."""
FARTHEST_M = 1000.0
"""Cameras farther apart than this do not see one pitch."""


def read_rig(text: str) -> dict[str, Any]:
    """The rig's JSON form: `{"kind": "rig", "cameras": {name: {"K", "R" (3, 3), "t" [m], "dist", "size" [px]}}}`.

    Raises:
        VisionError: no such text, fewer than two or too many cameras, a camera that cannot be one, or two at one place
            or a kilometre apart.
    """
    cameras = _from_json(text) if text.lstrip().startswith("{") else _from_toml(text)
    if len(cameras) > MAX_CAMERAS:
        raise CameraError(f"The calibration has {len(cameras)} cameras; {MAX_CAMERAS} at most are taken.")
    rig = CameraRig.from_params(cameras)
    _check_places(rig)
    return {"kind": RIG, "cameras": {name: _plain(params) for name, params in cameras.items()}}


def _from_toml(text: str) -> dict[str, dict[str, Any]]:
    found = read_calib_toml(text)
    names = [camera.name for camera in found]
    if len(set(names)) < len(names):
        raise CameraError("Two cameras of this calibration bear one name.")
    return {camera.name: _params(camera) for camera in found}


def _params(camera: CameraParams) -> dict[str, Any]:
    if camera.fisheye:
        raise CameraError(f"Camera '{camera.name}' has a fisheye lens, which is not supported; calibrate it as usual.")
    return {
        "K": camera.matrix,
        "dist": camera.distortion,
        "R": camera.rotation,
        "t": camera.translation_m,
        "size": camera.image_size,
    }


def _from_json(text: str) -> dict[str, dict[str, Any]]:
    try:
        content = json.loads(text)
        cameras = content["cameras"]
        return {str(name): dict(params) for name, params in cameras.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CameraError(
            'The calibration must be a Calib.toml, or JSON {"cameras": {name: {"K", "R", "t", "dist", "size"}}}.'
        ) from error


def _check_places(rig: CameraRig) -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        apart: Float64Array = np.linalg.norm(rig.centres_m[:, None] - rig.centres_m[None], axis=2)
    apart[np.isnan(apart)] = np.inf
    np.fill_diagonal(apart, 0.0)
    first, second = np.unravel_index(int(np.argmax(apart)), apart.shape)
    if apart[first, second] > FARTHEST_M:
        raise CameraError(
            f"Cameras '{rig.names[first]}' and '{rig.names[second]}' stand {apart[first, second]:.0f} m apart: too "
            "far to see one pitch. Are the places in metres?"
        )
    np.fill_diagonal(apart, np.inf)
    first, second = np.unravel_index(int(np.argmin(apart)), apart.shape)
    if apart[first, second] < NEAREST_M:
        raise CameraError(
            f"Cameras '{rig.names[first]}' and '{rig.names[second]}' stand {apart[first, second]:.2f} m apart: too "
            "near to see depth. Are the places in metres?"
        )


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    size = [int(side) for side in params["size"]] if params.get("size") is not None else None
    if "P" in params:
        return {"P": np.asarray(params["P"], np.float64).tolist(), "size": size}
    turned = np.asarray(params["R"], np.float64)
    return {
        "K": np.asarray(params["K"], np.float64).tolist(),
        "dist": np.asarray(params.get("dist", ()), np.float64).reshape(-1).tolist(),
        "R": (cv2.Rodrigues(turned.reshape(3))[0] if turned.size == 3 else turned).tolist(),
        "t": np.asarray(params["t"], np.float64).reshape(3).tolist(),
        "size": size,
    }


def answer(text: str) -> dict[str, Any]:
    """Answer one text; `ok` says whether it is a rig, `code` and `message` why not."""
    try:
        return {"ok": True, "data": read_rig(text)}
    except VisionError as error:
        return {"ok": False, "code": error.code, "message": error.message}
    except (TypeError, ValueError, OverflowError) as error:
        return {"ok": False, "code": CameraError.code, "message": f"A camera's numbers cannot be read: {error}."}


def main() -> int:
    """Answer standard input on standard output; exit code 0 also when the rig is refused."""
    sys.stdout.write(json.dumps(answer(sys.stdin.read()), allow_nan=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
