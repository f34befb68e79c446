"""Who is who from frame to frame: boxes in, identities out."""

from vision.tracking.bytetrack import ByteTrackConfig, ByteTracker, TrackerState
from vision.tracking.kit_colour import KIT_SIZE, describe_kits, kit_hex, torso_colour

__all__ = [
    "KIT_SIZE",
    "ByteTrackConfig",
    "ByteTracker",
    "TrackerState",
    "describe_kits",
    "kit_hex",
    "torso_colour",
]
