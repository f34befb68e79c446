"""Calibrate cameras from chessboard pictures in a process of its own.

`python -m vision.calibration.chessboard_file FOLDER COLUMNS ROWS SQUARE_M` prints one JSON answer: `toml` (a
`Calib.toml`) and per camera what a user should know, or why it cannot be.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from vision.calibration.camera_files import write_calib_toml
from vision.calibration.chessboard import Board, calibrate_folder
from vision.errors import VisionError


def answer(folder: Path, columns: int, rows: int, square_m: float) -> dict[str, Any]:
    """Answer one request; `ok` says whether there is a calibration, `code` and `message` why not."""
    try:
        found = calibrate_folder(folder, Board(columns, rows, square_m))
    except VisionError as error:
        return {"ok": False, "code": error.code, "message": error.message}
    return {
        "ok": True,
        "toml": write_calib_toml([each.camera for each in found]),
        "cameras": [
            {
                "name": each.camera.name,
                "views": each.views,
                "focal_px": float(each.camera.matrix[0, 0]),
                "focal_sigma_px": each.focal_sigma_px,
                "error_px": each.error_px,
                "warnings": list(each.warnings),
            }
            for each in found
        ],
    }


def main() -> int:
    """Answer the arguments on standard output; exit code 0 also when the pictures are refused."""
    folder, columns, rows, square_m = sys.argv[1:]
    sys.stdout.write(json.dumps(answer(Path(folder), int(columns), int(rows), float(square_m)), allow_nan=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
