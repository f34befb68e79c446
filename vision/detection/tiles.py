"""Cut large frames into overlapping tiles, so that far players keep enough pixels, and join the tiles' boxes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vision.detection.nms import covered, iou
from vision.types import BoolArray, Detections, Detector, Float32Array, ImageBGR, check_image


class Tile(NamedTuple):
    """A part of an image [px]; right and bottom are outside."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class TileRule:
    """When and how a frame is cut.

    Attributes:
        long_side: longer side of the detector's input [px].
        shrink_max: a tile's longer side is at most this many times `long_side`, so nobody is shrunk by more. A 1.8 m
            player far away on a 4K frame is some 60 px tall; detectors of this size need about 16 px.
        overlap: share of a tile that its neighbour repeats; must hold the largest person that a seam may cut.
        seam_iou: two boxes from different tiles that overlap more are one person.
        seam_covered: a box from another tile that lies inside a better one by this share is a cut-off piece of it.
        edge_px: a box this near to a seam counts as cut off by it.
    """

    long_side: int
    shrink_max: float
    overlap: float = 0.2
    seam_iou: float = 0.5
    seam_covered: float = 0.7
    edge_px: float = 3.0

    def tiles(self, image_size: tuple[int, int]) -> list[Tile]:
        """The tiles of an image of this height and width, row by row; one where it need not be cut."""
        side_max = self.long_side * self.shrink_max
        rows, columns = (self._cuts(side, side_max) for side in image_size)
        return [Tile(left, top, right, bottom) for top, bottom in rows for left, right in columns]

    def _cuts(self, side: int, side_max: float) -> list[tuple[int, int]]:
        if side <= side_max:
            return [(0, side)]
        # n tiles of length t that repeat a share o of each other: side = t * (n - (n - 1) * o)
        count = math.ceil((side / side_max - self.overlap) / (1 - self.overlap))
        length = math.ceil(side / (count - (count - 1) * self.overlap))
        starts = np.linspace(0, side - length, count).round().astype(int).tolist()
        return [(start, start + length) for start in starts]


class TiledDetector:
    """Runs a detector on the tiles of large frames; small frames pass through uncut."""

    def __init__(self, detector: Detector, rule: TileRule) -> None:
        """Wrap `detector`."""
        self.info = detector.info
        self.rule = rule
        self._detector = detector

    @property
    def inner(self) -> Detector:
        """The detector that looks at the tiles."""
        return self._detector

    def detect(self, images_bgr: Sequence[ImageBGR]) -> list[Detections]:
        """Boxes of each image, in image pixels; best first where it was not cut.

        Raises:
            ShapeError: an image is not `(H, W, 3)` uint8.
        """
        sizes = [check_image(image) for image in images_bgr]
        cuts = [self.rule.tiles(size) for size in sizes]
        parts = [
            image[tile.top : tile.bottom, tile.left : tile.right]
            for image, tiles in zip(images_bgr, cuts, strict=True)
            for tile in tiles
        ]
        found = iter(self._detector.detect(parts))
        return [
            join([next(found) for _ in tiles], tiles, size, self.rule) for tiles, size in zip(cuts, sizes, strict=True)
        ]


def join(found: Sequence[Detections], tiles: Sequence[Tile], image_size: tuple[int, int], rule: TileRule) -> Detections:
    """One image's boxes from those of its tiles, without doubles at the seams.

    Whole boxes count before cut-off ones, then the better score; boxes of the same tile never drop each other.
    """
    if len(tiles) == 1:
        return found[0]
    xyxy = np.concatenate([each.xyxy + _offset(tile) for each, tile in zip(found, tiles, strict=True)])
    score = np.concatenate([each.score for each in found])
    class_id = np.concatenate([each.class_id for each in found])
    tile_index = np.repeat(np.arange(len(tiles)), [len(each) for each in found])
    cut = np.concatenate(
        [_cut_off(each.xyxy, tile, image_size, rule.edge_px) for each, tile in zip(found, tiles, strict=True)]
    )
    order = np.lexsort((-score, cut))
    joined = Detections(xyxy[order], score[order], class_id[order])
    return joined.select(_without_doubles(joined, tile_index[order], rule))


def _offset(tile: Tile) -> Float32Array:
    return np.asarray([tile.left, tile.top, tile.left, tile.top], np.float32)


def _cut_off(xyxy: Float32Array, tile: Tile, image_size: tuple[int, int], edge_px: float) -> BoolArray:
    """Boxes (in tile pixels) that end at a seam, that is at a tile border that is not the image's."""
    height, width = tile.bottom - tile.top, tile.right - tile.left
    borders = np.asarray([0, 0, width, height], np.float32)
    inner = np.asarray([tile.left > 0, tile.top > 0, tile.right < image_size[1], tile.bottom < image_size[0]])
    touches: BoolArray = ((np.abs(xyxy - borders) <= edge_px) & inner).any(axis=1)
    return touches


def _without_doubles(joined: Detections, tile_index: NDArray[np.intp], rule: TileRule) -> BoolArray:
    same = (joined.class_id[:, None] == joined.class_id[None, :]) & (tile_index[:, None] != tile_index[None, :])
    one_person = iou(joined.xyxy, joined.xyxy) > rule.seam_iou
    piece = rule.seam_covered < covered(joined.xyxy, joined.xyxy).T
    clash = np.triu(same & (one_person | piece), 1)
    kept = np.ones(len(joined), np.bool_)
    for index in np.flatnonzero(clash.any(axis=1)):
        if kept[index]:
            kept &= ~clash[index]
    return kept
