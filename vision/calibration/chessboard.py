"""A camera's focal length, centre and lens from pictures of a chessboard.

Source: Zhang, A flexible new technique for camera calibration, TPAMI 2000; corners by Duda & Frese, BMVC 2018 (both
as in OpenCV). Where the camera stands is not told: its rotation and translation are zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.calibration.camera_files import CameraParams
from vision.errors import CalibrationError
from vision.types import Float32Array, Float64Array

Picture = NDArray[np.uint8]
"""`(H, W)` grey levels or `(H, W, 3)` BGR."""

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff"})
NAMED = 5
"""Pictures named in a message at most."""


@dataclass(frozen=True, slots=True)
class Board:
    """A chessboard: inner corners (where four squares meet) along and across, and the side of a square [m]."""

    columns: int
    rows: int
    square_m: float

    def __post_init__(self) -> None:
        if min(self.columns, self.rows) < 3 or max(self.columns, self.rows) > 50:
            raise CalibrationError(
                f"A board of {self.columns} × {self.rows} inner corners cannot be used: 3 to 50 each way are needed."
            )
        if not 0.001 <= self.square_m <= 1.0:
            raise CalibrationError(
                f"Squares of {self.square_m:g} m are no chessboard's: give the side in metres, 0.025 for 25 mm."
            )

    def corners_m(self) -> Float32Array:
        """`(N, 3)` corners on the board's plane [m]."""
        grid = np.mgrid[0 : self.columns, 0 : self.rows].T.reshape(-1, 2) * self.square_m
        return np.hstack([grid, np.zeros((len(grid), 1))]).astype(np.float32)


@dataclass(frozen=True, slots=True)
class ChessboardParams:
    """When pictures of a board are enough.

    Attributes:
        least_views: three fix the numbers, five check them.
        most_views: more add time and nothing else; an even choice is taken.
        least_turn_deg: the board must be seen at angles that differ so much: seen alike, focal length and distance
            cannot be told apart.
        focal_sigma: largest 1σ of the focal length, as a share.
        error_px: largest root mean square of the reprojection, for a picture 1920 wide [px].
        covered: least share of the picture's width and height that the corners of all views span; the lens is a guess
            where no corner was.
    """

    least_views: int = 5
    most_views: int = 40
    least_turn_deg: float = 15.0
    focal_sigma: float = 0.01
    error_px: float = 1.5
    covered: float = 0.6


@dataclass(frozen=True, slots=True)
class ChessboardCamera:
    """A calibrated camera and how sure it is.

    Attributes:
        camera: intrinsics and lens (k1, k2, p1, p2, k3).
        error_px: root mean square of the reprojection [px].
        focal_sigma_px: 1σ of the focal length [px].
        views: pictures that showed the board.
        without: names of those that did not.
        warnings: what should be checked.
    """

    camera: CameraParams
    error_px: float
    focal_sigma_px: float
    views: int
    without: Sequence[str]
    warnings: Sequence[str]


def calibrate_folder(folder: Path, board: Board, params: ChessboardParams | None = None) -> list[ChessboardCamera]:
    """Calibrate the camera of a folder of pictures, or one camera for each folder in it (named like the folder).

    Raises:
        CalibrationError: no pictures, the board is not found in enough of them, pictures of different cameras or too
            much alike, or a result that is not sure. The message says what to do.
    """
    if not folder.is_dir():
        raise CalibrationError(f"{folder} is not a folder of pictures.")
    below = [entry for entry in sorted(folder.iterdir()) if entry.is_dir() and _pictures(entry)]
    folders = [folder] if _pictures(folder) else below
    if not folders:
        raise CalibrationError(f"{folder} has no pictures ({', '.join(sorted(PICTURES))}) and no folders with some.")
    return [calibrate_pictures(each.resolve().name, _read(_pictures(each)), board, params) for each in folders]


def calibrate_pictures(
    name: str, pictures: Mapping[str, Picture], board: Board, params: ChessboardParams | None = None
) -> ChessboardCamera:
    """Calibrate one camera from pictures by name; as `calibrate_folder`."""
    params = params or ChessboardParams()
    size = _common_size(name, pictures)
    found = {key: find_board(image, board) for key, image in pictures.items()}
    seen = {key: corners for key, corners in found.items() if corners is not None}
    without = [key for key, corners in found.items() if corners is None]
    if len(seen) < params.least_views:
        raise CalibrationError(_too_few(name, pictures, without, board, params))
    return _solve(name, size, seen, without, board, params)


def find_board(image: Picture, board: Board) -> Float32Array | None:
    """`(N, 2)` corners of the board [px] in the order of `Board.corners_m`, or `None`."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY) if image.ndim == 3 else image
    flags = cv2.CALIB_CB_NORMALIZE_IMAGE | cv2.CALIB_CB_ACCURACY
    there, corners = cv2.findChessboardCornersSB(grey, (board.columns, board.rows), flags=flags)
    return np.asarray(corners, np.float32).reshape(-1, 2) if there else None


def _pictures(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if entry.suffix.lower() in PICTURES)


def _read(paths: Sequence[Path]) -> dict[str, Picture]:
    pictures: dict[str, Picture] = {}
    for path in paths:
        image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION)
        if image is None:
            raise CalibrationError(f"{path.name} cannot be read as a picture.")
        pictures[path.name] = np.asarray(image, np.uint8)
    return pictures


def _common_size(name: str, pictures: Mapping[str, Picture]) -> tuple[int, int]:
    sizes = {(int(image.shape[1]), int(image.shape[0])) for image in pictures.values()}
    if len(sizes) != 1:
        listed = ", ".join(f"{width} × {height}" for width, height in sorted(sizes))
        raise CalibrationError(
            f"The pictures of '{name}' are of different sizes ({listed}): take all with one camera in one mode, the "
            "one that films."
        )
    return sizes.pop()


def _too_few(
    name: str, pictures: Mapping[str, Picture], without: Sequence[str], board: Board, params: ChessboardParams
) -> str:
    listed = ", ".join(without[:NAMED]) + (f" and {len(without) - NAMED} more" if len(without) > NAMED else "")
    count = len(pictures) - len(without)
    text = (
        f"Camera '{name}': the board with {board.columns} × {board.rows} inner corners was found in {count} of "
        f"{len(pictures)} pictures; at least {params.least_views} are needed."
    )
    if without:
        text += f" Not found in {listed}: the whole board must be sharp, flat and in the picture."
    smaller = Board(max(3, board.columns - 1), max(3, board.rows - 1), board.square_m)
    if without and find_board(pictures[without[0]], smaller) is not None:
        text += (
            f" {without[0]} shows one with {smaller.columns} × {smaller.rows}: count where four squares meet, not "
            "the squares."
        )
    return text


def _solve(
    name: str,
    size: tuple[int, int],
    seen: Mapping[str, Float32Array],
    without: Sequence[str],
    board: Board,
    params: ChessboardParams,
) -> ChessboardCamera:
    step = -(-len(seen) // params.most_views)
    corners = list(seen.values())[::step]
    error_px, matrix, distortion, turns, _, deviations, _, _ = cv2.calibrateCameraExtended(
        [board.corners_m()] * len(corners), corners, size, np.eye(3), np.zeros(5)
    )
    focal_sigma = float(np.max(np.asarray(deviations)[:2]))
    turn = widest_turn_deg([np.asarray(each, np.float64).reshape(3) for each in turns])
    focal = float(matrix[0, 0])
    if turn < params.least_turn_deg or not focal_sigma <= params.focal_sigma * focal:
        raise CalibrationError(
            f"The views of '{name}' are too alike: the board turns by {turn:.0f}° between them, and the focal length "
            f"({focal:.0f} px) is known to {focal_sigma:.0f} px only. Hold the board slanted to the left, right, up "
            "and down, near and far."
        )
    limit = params.error_px * max(size) / 1920
    if error_px > limit:
        raise CalibrationError(
            f"The corners of '{name}' are {error_px:.1f} px off where the camera model puts them ({limit:.1f} px at "
            "most). Is the board flat, and were all pictures taken by one camera at one zoom?"
        )
    camera = CameraParams(
        name,
        size,
        np.asarray(matrix, np.float64),
        np.asarray(distortion, np.float64).reshape(-1)[:5],
        np.zeros(3),
        np.zeros(3),
    )
    warnings = _warnings(corners, size, without, params)
    return ChessboardCamera(camera, float(error_px), focal_sigma, len(corners), without, warnings)


def widest_turn_deg(turns: Sequence[Float64Array]) -> float:
    """Largest angle between the boards' normals of two views [deg], from their Rodrigues vectors `(3,)`."""
    normals = np.stack([cv2.Rodrigues(turn)[0][:, 2] for turn in turns])
    return float(np.degrees(np.arccos(np.clip(normals @ normals.T, -1.0, 1.0).min())))


def _warnings(
    corners: Sequence[Float32Array], size: tuple[int, int], without: Sequence[str], params: ChessboardParams
) -> list[str]:
    every = np.concatenate(corners)
    span = np.ptp(every, axis=0) / np.asarray(size)
    warnings = []
    if span.min() < params.covered:
        warnings.append(
            f"The board was only seen in {span[0]:.0%} of the picture's width and {span[1]:.0%} of its height: the "
            "lens is a guess beyond. Hold the board into the corners too."
        )
    if without:
        warnings.append(f"The board was not found in {len(without)} of the pictures: {', '.join(without[:NAMED])}.")
    return warnings
