"""How far joints turn: the outer bounds of living bodies, as data.

Three turns a joint in the order of `freedoms.order_of`, in degrees, for the left side; the right side is the mirror
image. Zero is the T-pose (legs straight, palms down). The bounds are those of supple athletes moved by an outer
force, a little beyond what textbooks call normal, because a bound must never bend a true pose; what is usual is a
habit (`freedoms.py`).

Sources: AAOS, Joint Motion: Method of Measuring and Recording (1965); Kapandji, The Physiology of the Joints, 6th
ed.; Norkin & White, Measurement of Joint Motion, 5th ed.; White & Panjabi, Clinical Biomechanics of the Spine, 2nd
ed.; Ludewig et al., J. Bone Joint Surg. Am. 91 (2009) for the clavicle; Bennell et al., Aust. J. Physiother. 44
(1998) for the loaded ankle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from vision.body.freedoms import JOINTS, order_of
from vision.types import Float64Array

Range: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class JointLimits:
    """Bounds of one joint's three turns, left side [deg].

    Attributes:
        first, second, third: lowest and highest angle of each turn in the joint's own order.
        meaning: what the negative and the positive end of each turn are.
        source: where the bounds come from.
    """

    first: Range
    second: Range
    third: Range
    meaning: str
    source: str


FREE: Final = (-180.0, 180.0)
LIMITS: Final[dict[str, JointLimits]] = {
    "pelvis": JointLimits(FREE, FREE, FREE, "the whole body turns freely", "none needed"),
    "hip": JointLimits(
        (-145.0, 40.0),
        (-35.0, 70.0),
        (-50.0, 60.0),
        "x flexion/extension, z adduction/abduction, y internal/external rotation",
        "Kapandji: flexion 145 passive, abduction 45, to 70 trained, rotation 40/60; AAOS: extension 30, with play 40",
    ),
    "knee": JointLimits(
        (-10.0, 160.0),
        (-5.0, 5.0),
        (-30.0, 40.0),
        "x hyperextension/flexion, z inward/outward, y internal/external rotation of the shank",
        "Kapandji: flexion 160 passive, hyperextension 5-10, rotation 30/40 with the knee bent; sideways play 5",
    ),
    "ankle": JointLimits(
        (-45.0, 60.0),
        (-35.0, 20.0),
        (-30.0, 30.0),
        "x dorsi-/plantarflexion, z inversion/eversion, y toes in/out",
        "AAOS: plantarflexion 50, inversion 35, eversion 15; Bennell: dorsiflexion to 45; Kapandji: toes in/out 30",
    ),
    "foot": JointLimits(
        (-85.0, 45.0),
        (-10.0, 10.0),
        (-15.0, 15.0),
        "x toes up/down, z and y play of the forefoot",
        "AAOS: great toe 70 up, 45 down; 85 loaded (Norkin & White)",
    ),
    "spine1": JointLimits(
        (-20.0, 45.0),
        (-20.0, 20.0),
        (-12.0, 12.0),
        "x extension/flexion, z right/left bend, y right/left turn",
        "White & Panjabi: L3-S1 flexion and extension 45 in all, bend 15, turn 5; from standing, with play",
    ),
    "spine2": JointLimits(
        (-25.0, 40.0),
        (-22.0, 22.0),
        (-22.0, 22.0),
        "x extension/flexion, z right/left bend, y right/left turn",
        "White & Panjabi: T10-L3 flexion and extension 50 in all, bend 30, turn 20 a side",
    ),
    "spine3": JointLimits(
        (-25.0, 35.0),
        (-22.0, 22.0),
        (-35.0, 35.0),
        "x extension/flexion, z right/left bend, y right/left turn",
        "White & Panjabi: T1-T10 flexion and extension 40 in all, bend 25, turn 35 a side",
    ),
    "neck": JointLimits(
        (-45.0, 50.0),
        (-35.0, 35.0),
        (-45.0, 45.0),
        "x extension/flexion, z right/left bend, y right/left turn",
        "Half of the whole neck's range and more: AAOS 45 each way, turn 60-80; White & Panjabi by level",
    ),
    "head": JointLimits(
        (-35.0, 30.0),
        (-20.0, 20.0),
        (-50.0, 50.0),
        "x extension/flexion, z right/left bend, y right/left turn",
        "White & Panjabi: C0-C2 flexion and extension 45 in all, bend 10, turn 40-47 a side",
    ),
    "collar": JointLimits(
        (-15.0, 45.0),
        (-30.0, 35.0),
        (-50.0, 10.0),
        "z depression/elevation, y protraction/retraction, x backward/forward turn about itself",
        "Kapandji: elevation 45, protraction and retraction 30; Ludewig: posterior rotation 31 in elevation, to 50",
    ),
    "shoulder": JointLimits(
        (-160.0, 120.0),
        (-90.0, 65.0),
        (-120.0, 120.0),
        "z arm down and across/up, y forward/backward, x external/internal rotation",
        "AAOS: elevation 180 with the collar, extension 60, rotation 90/70 to 110 in throwers; Kapandji: across 30-45",
    ),
    "elbow": JointLimits(
        (-160.0, 10.0),
        (-5.0, 5.0),
        (-175.0, 15.0),
        "y flexion/hyperextension, z sideways, x supination/pronation from the T-pose's palm down",
        "AAOS: flexion 150, hyperextension 10, supination and pronation 80 each; Kapandji: flexion 160 passive",
    ),
    "wrist": JointLimits(
        (-90.0, 85.0),
        (-30.0, 45.0),
        (-15.0, 15.0),
        "z palmar flexion/extension, y towards thumb/little finger, x play",
        "AAOS: flexion 80, extension 70, radial 20, ulnar 30; Kapandji: 85 passive, ulnar 45",
    ),
    "hand": JointLimits(
        (-100.0, 45.0),
        (-20.0, 20.0),
        (-10.0, 10.0),
        "z knuckles bent/overstretched, y sideways, x play",
        "AAOS: knuckles 90 bent, 45 overstretched",
    ),
}
"""By joint without its side."""


def limits_of(joint: str) -> Float64Array:
    """`(3, 2)` lowest and highest angle of a joint's turns [deg], of either side."""
    own = LIMITS[joint.removeprefix("left_").removeprefix("right_")]
    bounds = np.array([own.first, own.second, own.third])
    if joint.startswith("right_"):
        mirrored = np.array([axis != "x" for axis in order_of(joint)])
        bounds[mirrored] = -bounds[mirrored, ::-1]
    return bounds


def turn_limits() -> tuple[Float64Array, Float64Array]:
    """`(24, 3)` lowest and `(24, 3)` highest turns in each joint's own order [rad]."""
    bounds = np.radians(np.stack([limits_of(joint) for joint in JOINTS]))
    return bounds[..., 0], bounds[..., 1]
