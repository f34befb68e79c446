"""What colour a player's shirt is.

A descriptor of `KIT_SIZE` numbers: the median colour of the shirt (CIE L*a*b*, each divided by 100) and the square root
of a histogram of eight hues, black, grey and white. Distances between square roots of histograms are Hellinger
distances: they compare striped and two-coloured shirts, where a mean colour is one that nobody wears.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from vision.types import BoolArray, Float32Array, Float64Array, ImageBGR, Keypoints, check_shape

HUES = 8
KIT_SIZE = 3 + HUES + 3
LAB = slice(0, 3)
HISTOGRAM = slice(3, KIT_SIZE)

_PATCH = 12
_LAB_SCALE = 100.0
# Shirts this far apart [ΔE*ab] are as different as shirts get: red and blue have about 60.
_FAR_COLOURS = 50.0
# COCO-17 and Halpe-26 agree on these.
_SHOULDERS_HIPS = [5, 6, 11, 12]


@dataclass(frozen=True, slots=True)
class KitParams:
    """Where on a box the shirt is and what is cloth.

    Attributes:
        across: share of the width used, left and right end; arms and neighbours stay outside.
        down: share of the height used, top and bottom end; below the head, above the shorts.
        beside: width of the strips left and right of the box, as a share of its width, that show the ground.
        ground_distance: colours nearer to the ground's than this are taken for ground [ΔE*ab]; 12 is a clear
            difference to the eye.
        least_cloth: least share of cloth; below, all of the crop counts (a green shirt on grass).
        grey_chroma: colours of less chroma have no hue [C*ab].
        dark, bright: lightness below which a colour without hue is black, above which it is white [L*].
        least_side: boxes with a shorter side are not described [px].
        keypoint_score: least score of shoulders and hips that replace the box.
    """

    across: tuple[float, float] = (0.28, 0.72)
    down: tuple[float, float] = (0.18, 0.48)
    beside: float = 0.25
    ground_distance: float = 12.0
    least_cloth: float = 0.25
    grey_chroma: float = 14.0
    dark: float = 30.0
    bright: float = 68.0
    least_side: float = 6.0
    keypoint_score: float = 0.4


def describe_kits(
    image_bgr: ImageBGR, xyxy: Float32Array, keypoints: Keypoints | None = None, params: KitParams | None = None
) -> Float32Array:
    """Shirt colour descriptors of people.

    Args:
        image_bgr: the image.
        xyxy: `(M, 4)` boxes [px].
        keypoints: `(M, K, 3)` COCO-17 or Halpe-26; where shoulders and hips are seen they bound the shirt.
        params: where to look.

    Returns:
        `(M, KIT_SIZE)` float32; NaN where the box is too small or outside the image.
    """
    check_shape("xyxy", xyxy, (None, 4))
    params = params or KitParams()
    result = np.full((len(xyxy), KIT_SIZE), np.nan, np.float32)
    torsos = _torsos(xyxy, keypoints, params)
    patches, grounds, usable = [], [], []
    for row, (box, torso) in enumerate(zip(xyxy.astype(np.float64), torsos, strict=True)):
        patch = _patch(image_bgr, torso, params.least_side * (params.across[1] - params.across[0]))
        if patch is None or (box[2:] - box[:2] < params.least_side).any():
            continue
        usable.append(row)
        patches.append(patch)
        grounds.append(_ground(image_bgr, box, torso, params))
    if usable:
        lab = _lab(np.stack(patches))
        result[usable] = _describe(lab, _lab(np.stack(grounds)), params)
    return result


def torso_colour(image_bgr: ImageBGR, xyxy: Float32Array, keypoints: Keypoints | None = None) -> Float32Array:
    """Descriptor `(KIT_SIZE,)` of one person: box `(4,)` [px], keypoints `(K, 3)`; see `describe_kits`."""
    many = None if keypoints is None else keypoints[None]
    one: Float32Array = describe_kits(image_bgr, xyxy[None], many)[0]
    return one


def kit_distance(a: Float32Array, b: Float32Array) -> Float64Array:
    """Distance between shirt descriptors `(..., KIT_SIZE)`: 0 equal, 1 nothing in common; NaN where one is unknown.

    The mean of the Hellinger distance of the histograms and of the colour difference.
    """
    difference = a.astype(np.float64) - b.astype(np.float64)
    hellinger = np.linalg.norm(difference[..., HISTOGRAM], axis=-1) / np.sqrt(2.0)
    colour = np.minimum(np.linalg.norm(difference[..., LAB], axis=-1) * _LAB_SCALE / _FAR_COLOURS, 1.0)
    distance: Float64Array = 0.5 * (hellinger + colour)
    return distance


def kit_hex(descriptor: Float32Array) -> str | None:
    """The shirt's colour as `#rrggbb`; None for a descriptor of NaN."""
    if not np.isfinite(descriptor[LAB]).all():
        return None
    lab = (descriptor[LAB] * _LAB_SCALE).astype(np.float32)[None, None]
    bgr = np.clip(np.rint(cv2.cvtColor(lab, cv2.COLOR_LAB2BGR) * 255), 0, 255).astype(int)[0, 0]
    return f"#{bgr[2]:02x}{bgr[1]:02x}{bgr[0]:02x}"


def _torsos(xyxy: Float32Array, keypoints: Keypoints | None, params: KitParams) -> Float64Array:
    """`(M, 4)` rectangles of the shirts."""
    low, sides = xyxy[:, :2].astype(np.float64), (xyxy[:, 2:] - xyxy[:, :2]).astype(np.float64)
    start = np.array([params.across[0], params.down[0]])
    stop = np.array([params.across[1], params.down[1]])
    torsos: Float64Array = np.concatenate((low + start * sides, low + stop * sides), 1)
    if keypoints is not None and len(keypoints):
        marks = keypoints[:, _SHOULDERS_HIPS].astype(np.float64)
        seen = (marks[..., 2] >= params.keypoint_score).all(1)
        near, far = marks[seen, :, :2].min(1), marks[seen, :, :2].max(1)
        # A player seen from the side has shoulders and hips in one line: never narrower than half the usual crop.
        centre, half = (near + far) / 2, (far - near) / 2
        half[:, 0] = np.maximum(half[:, 0], 0.25 * (stop - start)[0] * sides[seen, 0])
        torsos[seen] = np.concatenate((centre - half, centre + half), 1)
    return torsos


def _patch(image_bgr: ImageBGR, rectangle: Float64Array, least_side: float) -> ImageBGR | None:
    """The rectangle as a patch of fixed size, None when less than `least_side` of it lies in the image."""
    height, width = image_bgr.shape[:2]
    if not np.isfinite(rectangle).all():
        return None
    left, top, right, bottom = (round(float(x)) for x in np.clip(rectangle, 0, [width, height, width, height]))
    if right - left < least_side or bottom - top < least_side:
        return None
    patch = cv2.resize(image_bgr[top:bottom, left:right], (_PATCH, _PATCH), interpolation=cv2.INTER_AREA)
    return np.asarray(patch, np.uint8)


def _ground(image_bgr: ImageBGR, box: Float64Array, torso: Float64Array, params: KitParams) -> ImageBGR:
    """Patches left and right of the box, `(PATCH, 2 PATCH, 3)`; black where the image ends (no shirt is that black)."""
    strip = params.beside * (box[2] - box[0])
    left = _patch(image_bgr, np.array([box[0] - strip, torso[1], box[0], torso[3]]), 1.0)
    right = _patch(image_bgr, np.array([box[2], torso[1], box[2] + strip, torso[3]]), 1.0)
    none = np.zeros((_PATCH, _PATCH, 3), np.uint8)
    return np.concatenate([none if side is None else side for side in (left, right)], axis=1)


def _lab(patches_bgr: ImageBGR) -> Float32Array:
    """`(M, H, W, 3)` BGR → `(M, H * W, 3)` L*a*b*."""
    tall = patches_bgr.reshape(-1, patches_bgr.shape[2], 3).astype(np.float32) / 255
    return np.asarray(cv2.cvtColor(tall, cv2.COLOR_BGR2LAB), np.float32).reshape(len(patches_bgr), -1, 3)


def _describe(lab: Float32Array, ground: Float32Array, params: KitParams) -> Float32Array:
    """Descriptors `(M, KIT_SIZE)` of crops `(M, P, 3)` beside grounds `(M, Q, 3)`."""
    sides = ground.reshape(len(ground), _PATCH, 2, _PATCH, 3)
    cloth: BoolArray = np.ones(lab.shape[:2], np.bool_)
    for side in range(2):
        colour = np.median(sides[:, :, side].reshape(len(ground), -1, 3), axis=1)
        cloth &= np.linalg.norm(lab - colour[:, None], axis=2) >= params.ground_distance
    cloth[cloth.mean(1) < params.least_cloth] = True
    shown = np.where(cloth[..., None], lab, np.nan)
    median = np.nanmedian(shown, axis=1) / _LAB_SCALE
    histogram = _histogram(lab, cloth, params)
    return np.concatenate((median, np.sqrt(histogram)), axis=1).astype(np.float32)


def _histogram(
    lab: Float32Array, cloth: np.ndarray[tuple[int, int], np.dtype[np.bool_]], params: KitParams
) -> Float64Array:
    """Shares `(M, HUES + 3)` of eight hues, black, grey, white; hues are shared between the two nearest bins."""
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    coloured = cloth & (chroma >= params.grey_chroma)
    plain = cloth & ~coloured
    place = (np.arctan2(lab[..., 2], lab[..., 1]) / (2 * np.pi)) % 1.0 * HUES
    low = np.floor(place).astype(int) % HUES
    upper = place - np.floor(place)
    bins = np.zeros((len(lab), HUES + 3))
    for hue in range(HUES):
        share = (low == hue) * (1 - upper) + ((low + 1) % HUES == hue) * upper
        bins[:, hue] = (share * coloured).sum(1)
    light = lab[..., 0]
    bins[:, HUES] = (plain & (light < params.dark)).sum(1)
    bins[:, HUES + 2] = (plain & (light > params.bright)).sum(1)
    bins[:, HUES + 1] = plain.sum(1) - bins[:, HUES] - bins[:, HUES + 2]
    shares: Float64Array = bins / bins.sum(1, keepdims=True)
    return shares
