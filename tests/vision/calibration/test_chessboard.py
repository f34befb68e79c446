"""Intrinsics from rendered pictures of a chessboard, seen by a camera whose numbers are known."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from vision.calibration.camera_files import read_calib_toml
from vision.calibration.chessboard import Board, ChessboardCamera, calibrate_folder, calibrate_pictures, find_board
from vision.calibration.chessboard_file import answer
from vision.errors import CalibrationError

BOARD = Board(9, 6, 0.025)
SIZE = (640, 360)
MATRIX = np.array([[560.0, 0.0, 328.0], [0.0, 556.0, 174.0], [0.0, 0.0, 1.0]])
LENS = np.array([-0.22, 0.06, 0.001, -0.0005, 0.0])
FINE = 2
"""Rays per pixel and axis."""
VIEWS = (
    (0.0, 0.0, 0.28, 0.0, 0.0), (0.5, 0.0, 0.32, -0.06, 0.03), (-0.5, 0.1, 0.32, 0.06, -0.03),
    (0.0, 0.6, 0.34, 0.08, 0.02), (0.1, -0.6, 0.34, -0.08, -0.02), (0.4, 0.4, 0.30, 0.02, 0.02),
    (-0.4, -0.4, 0.30, -0.05, 0.02), (0.3, -0.3, 0.5, 0.1, -0.05),
)  # fmt: skip
"""Turns about x and y [rad], distance [m], shift [m]."""
ALIKE = tuple((0.02 * k, 0.01 * k, 0.3, 0.005 * k, 0.0) for k in range(8))


@lru_cache(maxsize=1)
def rays() -> np.ndarray:
    """`(H, W, 2)` where the fine pixels look, at depth 1."""
    columns, rows = np.meshgrid(np.arange(SIZE[0] * FINE), np.arange(SIZE[1] * FINE))
    pixels = (np.column_stack([columns.ravel(), rows.ravel()]) + 0.5) / FINE - 0.5
    ideal = cv2.undistortPoints(pixels[:, None].astype(np.float64), MATRIX, LENS)
    return ideal.reshape(SIZE[1] * FINE, SIZE[0] * FINE, 2)


@lru_cache(maxsize=64)
def picture(view: tuple[float, ...], board: Board = BOARD) -> np.ndarray:
    """The board on a grey wall."""
    turn = cv2.Rodrigues(np.array([view[0], view[1], 0.05]))[0]
    middle = np.array([board.columns - 1, board.rows - 1, 0]) * board.square_m / 2
    place = np.array([view[3], view[4], view[2]]) - turn @ middle
    direction = np.dstack([rays(), np.ones(rays().shape[:2])])
    depth = (turn[:, 2] @ place) / (direction @ turn[:, 2])
    on_board = ((direction * depth[..., None] - place) @ turn)[..., :2] / board.square_m
    inside = ((on_board > -1) & (on_board < [board.columns, board.rows])).all(axis=-1)
    paper = ((on_board > -1.6) & (on_board < [board.columns + 0.6, board.rows + 0.6])).all(axis=-1)
    dark = (np.floor(on_board).sum(axis=-1).astype(int) % 2) == 0
    grey = np.where(inside & dark, 20.0, np.where(paper, 235.0, 120.0))
    small = cv2.resize(grey.astype(np.float32), SIZE, interpolation=cv2.INTER_AREA)
    noisy = small + np.random.default_rng(0).normal(0, 2, small.shape)
    return cv2.cvtColor(np.clip(noisy, 0, 255).astype(np.uint8), cv2.COLOR_GRAY2BGR)


@lru_cache(maxsize=1)
def calibrated() -> ChessboardCamera:
    return calibrate_pictures("left", {f"{k}.png": picture(view) for k, view in enumerate(VIEWS)}, BOARD)


def test_focal_length_centre_and_lens_are_found() -> None:
    """Corners are good to 0.1 px; eight views of 54 fix the focal length to 0.3 % and the centre to 2 px."""
    found = calibrated()
    assert found.views == 8 and list(found.without) == []
    assert found.error_px < 0.2
    assert abs(found.camera.matrix[0, 0] - 560) < 4 and abs(found.camera.matrix[1, 1] - 556) < 4
    assert np.abs(found.camera.matrix[:2, 2] - [328, 174]).max() < 3
    assert abs(found.camera.matrix[0, 0] - 560) < 4 * found.focal_sigma_px + 0.5


def test_straight_lines_are_straight_again() -> None:
    """What counts is where the lens puts things: within 1 px over the part of the picture where the board was."""
    camera = calibrated().camera
    points = np.array([[x, y] for x in (100.0, 320.0, 540.0) for y in (60.0, 180.0, 300.0)])[:, None]
    true = cv2.undistortPoints(points, MATRIX, LENS, P=MATRIX)
    found = cv2.undistortPoints(points, camera.matrix, camera.distortion, P=MATRIX)
    assert np.abs(true - found).max() < 1.5


def test_a_folder_of_cameras_becomes_a_calib_toml(tmp_path: Path) -> None:
    for name, views in (("left", VIEWS), ("right", VIEWS[:5])):
        (tmp_path / name).mkdir()
        for number, view in enumerate(views):
            cv2.imwrite(str(tmp_path / name / f"{number}.png"), picture(view))
    said = answer(tmp_path, 9, 6, 0.025)
    assert said["ok"], said
    cameras = read_calib_toml(said["toml"])
    assert [camera.name for camera in cameras] == ["left", "right"]
    np.testing.assert_allclose(cameras[0].matrix, calibrated().camera.matrix, rtol=1e-9)
    assert cameras[0].image_size == SIZE and not cameras[0].translation_m.any()
    assert [each["views"] for each in said["cameras"]] == [8, 5]


def test_pictures_without_the_board_are_named() -> None:
    wall = np.full((SIZE[1], SIZE[0], 3), 120, np.uint8)
    pictures = {f"{k}.png": picture(view) for k, view in enumerate(VIEWS[:3])} | {
        "wall.png": wall,
        "dark.png": wall // 9,
    }
    with pytest.raises(
        CalibrationError, match=r"found in 3 of 5 pictures; at least 5 .* Not found in wall.png, dark.png"
    ):
        calibrate_pictures("left", pictures, BOARD)


def test_enough_views_beside_pictures_without_the_board_are_a_warning() -> None:
    pictures = {f"{k}.png": picture(view) for k, view in enumerate(VIEWS)} | {
        "wall.png": np.full_like(picture(VIEWS[0]), 90)
    }
    found = calibrate_pictures("left", pictures, BOARD)
    assert list(found.without) == ["wall.png"]
    assert any("not found in 1 of the pictures: wall.png" in text for text in found.warnings)


def test_too_few_views() -> None:
    with pytest.raises(CalibrationError, match="found in 4 of 4 pictures; at least 5 are needed"):
        calibrate_pictures("left", {f"{k}.png": picture(view) for k, view in enumerate(VIEWS[:4])}, BOARD)


def test_views_too_alike() -> None:
    with pytest.raises(CalibrationError, match=r"too alike.*slanted to the left, right, up and down"):
        calibrate_pictures("left", {f"{k}.png": picture(view) for k, view in enumerate(ALIKE)}, BOARD)


def test_counting_squares_instead_of_corners_is_recognised() -> None:
    with pytest.raises(CalibrationError, match="shows one with 9 × 6: count where four squares meet"):
        calibrate_pictures("left", {f"{k}.png": picture(view) for k, view in enumerate(VIEWS)}, Board(10, 7, 0.025))


def test_pictures_of_two_zooms_do_not_fit_one_camera() -> None:
    """Half of the pictures from nearer by zoom: the same size, another focal length."""

    def zoomed(image: np.ndarray) -> np.ndarray:
        return cv2.resize(image[60:300, 107:533], SIZE, interpolation=cv2.INTER_CUBIC)

    pictures = {f"{k}.png": picture(view) for k, view in enumerate(VIEWS)}
    far = [(x, y, 1.9 * z, 0.3 * a, 0.3 * b) for x, y, z, a, b in VIEWS]
    pictures |= {f"near {k}.png": zoomed(picture(view)) for k, view in enumerate(far)}
    with pytest.raises(CalibrationError, match="all pictures taken by one camera at one zoom"):
        calibrate_pictures("left", pictures, BOARD)


def test_pictures_of_different_sizes() -> None:
    pictures = {f"{k}.png": picture(view) for k, view in enumerate(VIEWS)}
    pictures["wide.png"] = cv2.resize(pictures["0.png"], (1280, 720))
    with pytest.raises(CalibrationError, match=r"different sizes \(640 × 360, 1280 × 720\)"):
        calibrate_pictures("left", pictures, BOARD)


def test_a_board_in_a_corner_leaves_the_lens_to_guess() -> None:
    small = [(x, y, 2.2 * z, 0.25, 0.12) for x, y, z, _, _ in VIEWS]
    pictures = {f"{k}.png": picture(view) for k, view in enumerate(small)}
    (warning,) = calibrate_pictures("left", pictures, BOARD).warnings
    assert "35% of the picture's width and 35% of its height" in warning
    assert "corners too" in warning


@pytest.mark.parametrize(
    ("columns", "rows", "square_m", "said"),
    [
        (2, 6, 0.025, "3 to 50 each way"),
        (9, 60, 0.025, "3 to 50"),
        (9, 6, 25.0, "0.025 for 25 mm"),
        (9, 6, 0.0, "metres"),
    ],
)
def test_boards_that_cannot_be(tmp_path: Path, columns: int, rows: int, square_m: float, said: str) -> None:
    told = answer(tmp_path, columns, rows, square_m)
    assert not told["ok"] and told["code"] == "BAD_CALIBRATION"
    assert said in told["message"]


def test_folders_without_pictures(tmp_path: Path) -> None:
    with pytest.raises(CalibrationError, match="has no pictures"):
        calibrate_folder(tmp_path, BOARD)
    with pytest.raises(CalibrationError, match="is not a folder"):
        calibrate_folder(tmp_path / "nowhere", BOARD)
    (tmp_path / "broken.png").write_bytes(b"no picture")
    with pytest.raises(CalibrationError, match=r"broken\.png cannot be read"):
        calibrate_folder(tmp_path, BOARD)


def test_a_board_is_found_to_half_a_pixel() -> None:
    """The worst of 54 corners; the noise of 2 grey levels and two rays per pixel are in it."""
    view = VIEWS[0]
    corners = find_board(picture(view), BOARD)
    assert corners is not None
    turn = np.array([view[0], view[1], 0.05])
    middle = np.array([8, 5, 0]) * 0.025 / 2
    place = np.array([view[3], view[4], view[2]]) - cv2.Rodrigues(turn)[0] @ middle
    true = cv2.projectPoints(BOARD.corners_m(), turn, place, MATRIX, LENS)[0].reshape(-1, 2)
    either = min(np.abs(corners - true).max(), np.abs(corners[::-1] - true).max())
    assert either < 0.5
