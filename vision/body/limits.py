"""How far joints turn: the outer bounds of living bodies, as data.

Three turns a joint in the order of `freedoms.order_of`, in degrees, for the left side; the right side is the mirror
image. Zero is the T-pose (legs straight, palms down). The bounds are those of supple athletes moved by an outer
force, a little beyond what textbooks call normal, because a bound must never bend a true pose; what is usual is a
habit (`freedoms.py`).

A bound is a measured range and a margin of our own, which `source` tells apart; where nothing measured was found it
says so (own). Sources, each looked up:

- AAOS: American Academy of Orthopaedic Surgeons, Joint Motion: Method of Measuring and Recording (1965), as tabulated
  in Norkin & White, Measurement of Joint Motion, appendix A, beside Boone & Azen (J. Bone Joint Surg. Am. 61, 1979) and
  Macedo & Magee. Active movement of adults.
- MSD: the MSD Manual's normal values for range of motion of joints.
- Soucie et al., Haemophilia 17 (2011) 500-507, with the CDC's table: 674 people of 2 to 69 years, passive; children go
  farthest.
- Rotational motion of the knee, Am. J. Sports Med. 11 (1983) 152-156: passive, 17 healthy knees.
- Wilk et al., Clin. Orthop. Relat. Res. 470 (2012) 1586-1594: 369 baseball pitchers, passive.
- Ludewig et al., Three-dimensional Clavicular Motion during Arm Elevation: 39 people.
- Three-dimensional X-ray analysis of normal movement in the lumbar spine, Spine 9 (1984) 294-297.
- Furness et al., Phys. Ther. Sport 19 (2016) 28-35: surfers and others, turning in a seat.
- Anatomy Standard, Range of Motion of the Spine: in-vivo studies of healthy young men, taken together.
- In vivo primary and coupled segmental motions of the healthy female head-neck complex during dynamic head axial
  rotation (2021): fluoroscopy of eight women.
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
        "Soucie: flexion 141, extension 28 in children (means); AAOS: ab-/adduction 45/30, rotation 45; margins",
    ),
    "knee": JointLimits(
        (-10.0, 160.0),
        (-5.0, 5.0),
        (-30.0, 45.0),
        "x hyperextension/flexion, z inward/outward, y internal/external rotation of the shank",
        "Soucie: flexion 153, hyperextension 5 in children; Am. J. Sports Med.: rotation 25 in, 45 out; sideways own",
    ),
    "ankle": JointLimits(
        (-45.0, 60.0),
        (-35.0, 25.0),
        (-30.0, 30.0),
        "x dorsi-/plantarflexion, z inversion/eversion, y toes in/out",
        "MSD: dorsi-/plantarflexion 20/50, inversion 35, eversion 25; margin for the loaded lunge; toes in/out own",
    ),
    "foot": JointLimits(
        (-85.0, 45.0),
        (-10.0, 10.0),
        (-15.0, 15.0),
        "x toes up/down, z and y play of the forefoot",
        "MSD: toes 80 up, 30 down; margin; the others own",
    ),
    "spine1": JointLimits(
        (-20.0, 45.0),
        (-20.0, 20.0),
        (-12.0, 12.0),
        "x extension/flexion, z right/left bend, y right/left turn",
        "Spine 9: 14 of flexion and extension a lumbar joint, more of it forward: three and a margin; others own",
    ),
    "spine2": JointLimits(
        (-25.0, 40.0),
        (-22.0, 22.0),
        (-22.0, 22.0),
        "x extension/flexion, z right/left bend, y right/left turn",
        "Spine 9: 14 a lumbar joint; with the lower thoracic ones, a margin; others own",
    ),
    "spine3": JointLimits(
        (-25.0, 35.0),
        (-22.0, 22.0),
        (-40.0, 40.0),
        "x extension/flexion, z right/left bend, y right/left turn",
        "Furness: turn 64 a side in surfers, 41 in others (means): the three parts of the back go 74; others own",
    ),
    "neck": JointLimits(
        (-45.0, 50.0),
        (-35.0, 35.0),
        (-45.0, 45.0),
        "x extension/flexion, z right/left bend, y right/left turn",
        "Anatomy Standard: flexion 64, extension 63, side 49 of head and neck: both share it, with margins",
    ),
    "head": JointLimits(
        (-35.0, 30.0),
        (-20.0, 20.0),
        (-50.0, 50.0),
        "x extension/flexion, z right/left bend, y right/left turn",
        "Fluoroscopy: C0-C2 turn 40 of 56 a side (means); the others are shares of the neck's",
    ),
    "collar": JointLimits(
        (-15.0, 45.0),
        (-30.0, 35.0),
        (-50.0, 10.0),
        "z depression/elevation, y protraction/retraction, x backward/forward turn about itself",
        "Ludewig: elevation 15, retraction 29, backward turn 31 with the arm raised; margin for a shrug and reaching",
    ),
    "shoulder": JointLimits(
        (-160.0, 120.0),
        (-90.0, 65.0),
        (-135.0, 120.0),
        "z arm down and across/up, y forward/backward, x external/internal rotation",
        "AAOS: elevation 180 with the collar, extension 60, rotation 70 in; Wilk: 132 out in pitchers; across own",
    ),
    "elbow": JointLimits(
        (-160.0, 10.0),
        (-5.0, 5.0),
        (-175.0, 15.0),
        "y flexion/hyperextension, z sideways, x supination/pronation from the T-pose's palm down",
        "AAOS: flexion 150, supination and pronation 80 each, margins; hyperextension, sideways own",
    ),
    "wrist": JointLimits(
        (-90.0, 85.0),
        (-30.0, 45.0),
        (-15.0, 15.0),
        "z palmar flexion/extension, y towards thumb/little finger, x play",
        "AAOS: flexion 80, extension 70, radial 20, ulnar 30 (Macedo & Magee 41); margins; play own",
    ),
    "hand": JointLimits(
        (-100.0, 45.0),
        (-20.0, 20.0),
        (-10.0, 10.0),
        "z knuckles bent/overstretched, y sideways, x play",
        "AAOS: knuckles 90 bent, 45 overstretched; the others own",
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
