"""A football kit painted on a body: which vertices are shirt, shorts, socks, boots and skin.

Borders follow from the skin weights and the joints of the T-pose, so that every body model can be dressed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vision.body.freedoms import JOINTS
from vision.body.model import BodyModel
from vision.types import BoolArray, Float32Array

Colour: TypeAlias = tuple[int, int, int]
"""Red, green, blue 0-255, sRGB."""


@dataclass(frozen=True, slots=True)
class Kit:
    """Colours of a player.

    Attributes:
        shirt, shorts, socks, boots, skin: one each.
        sleeve: end of the sleeve as a share of the upper arm.
        leg: end of the shorts as a share of the thigh.
        sock: where the socks begin, as a share of the shank.
        waist: where the shirt ends, as a share of the way from the pelvis joint to the lowest spine joint.
    """

    shirt: Colour = (46, 117, 182)
    shorts: Colour = (245, 245, 245)
    socks: Colour = (46, 117, 182)
    boots: Colour = (40, 40, 44)
    skin: Colour = (204, 162, 136)
    sleeve: float = 0.6
    leg: float = 0.62
    sock: float = 0.14
    waist: float = 0.0


def kit_colours(model: BodyModel, shaped_m: Float32Array, kit: Kit) -> NDArray[np.uint8]:
    """Colour of each vertex.

    Args:
        model: the body.
        shaped_m: `(V, 3)` its T-pose [m].
        kit: colours and borders.

    Returns:
        `(V, 4)` red, green, blue, opacity 255; sRGB.
    """
    places = model.joint_regressor @ shaped_m
    part = np.array(JOINTS)[np.argmax(model.skin_weights, axis=1)]
    joint = {name: places[row] for row, name in enumerate(JOINTS)}
    colours = np.full((len(shaped_m), 4), 255, np.uint8)
    colours[:, :3] = kit.skin
    trunk = np.isin(part, ("spine1", "spine2", "spine3", "left_collar", "right_collar"))
    border = joint["pelvis"][1] + kit.waist * (joint["spine1"][1] - joint["pelvis"][1])
    hips = part == "pelvis"
    colours[trunk | (hips & (shaped_m[:, 1] > border)), :3] = kit.shirt
    colours[(trunk | hips) & (shaped_m[:, 1] <= border), :3] = kit.shorts
    for side in ("left", "right"):
        upper = _along(shaped_m, joint[f"{side}_shoulder"], joint[f"{side}_elbow"])
        thigh = _along(shaped_m, joint[f"{side}_hip"], joint[f"{side}_knee"])
        shank = _along(shaped_m, joint[f"{side}_knee"], joint[f"{side}_ankle"])
        legs = np.isin(part, (f"{side}_hip", f"{side}_knee"))
        _paint(colours, (part == f"{side}_shoulder") & (upper < kit.sleeve), kit.shirt)
        _paint(colours, legs & (thigh < kit.leg), kit.shorts)
        _paint(colours, legs & (shank > kit.sock), kit.socks)
        _paint(colours, np.isin(part, (f"{side}_ankle", f"{side}_foot")), kit.boots)
    return colours


def _along(points: Float32Array, start: Float32Array, end: Float32Array) -> Float32Array:
    """Share of the way from one joint to the next, of each point."""
    bone = end - start
    return np.asarray((points - start) @ bone / (bone @ bone), np.float32)


def _paint(colours: NDArray[np.uint8], where: BoolArray, colour: Colour) -> None:
    colours[where, :3] = colour
