"""The grid of cells and boxes given by their sides."""

from __future__ import annotations

import numpy as np
import pytest

from vision.detection.cells import boxes_from_sides, cell_grid, expected_sides


def test_cells_are_listed_row_by_row_finest_map_first() -> None:
    grid = cell_grid((32, 64), (8, 16, 32))
    assert len(grid.stride) == 4 * 8 + 2 * 4 + 1 * 2
    assert grid.centre[:2].tolist() == [[4, 4], [12, 4]]
    assert grid.centre[8].tolist() == [4, 12]
    assert grid.centre[32:34].tolist() == [[8, 8], [24, 8]]
    assert grid.stride[[0, 31, 32, 39, 40]].tolist() == [8, 8, 16, 16, 32]


def test_corner_grid_of_yolox() -> None:
    assert cell_grid((32, 32), (16,), 0.0).centre.tolist() == [[0, 0], [16, 0], [0, 16], [16, 16]]


@pytest.mark.parametrize("offset", [0.0, 500.0], ids=["plain", "large logits"])
def test_sides_are_the_mean_of_their_distribution(offset: float) -> None:
    bins = np.full((1, 4, 11), -1e4, np.float32)
    bins[0, 0, 3] = 0  # certain
    bins[0, 1, [2, 4]] = 0  # two equal bins
    bins[0, 2, :] = 0  # no idea: the middle
    bins[0, 3, [0, 10]] = np.log([3, 1])
    np.testing.assert_allclose(expected_sides(bins + np.float32(offset)), [[3, 3, 5, 2.5]], rtol=1e-4)


def test_box_reaches_its_sides_from_the_centre() -> None:
    boxes = boxes_from_sides(np.float32([[100, 50]]), np.float32([[10, 20, 30, 40]]))
    assert boxes.tolist() == [[90, 30, 130, 90]]
