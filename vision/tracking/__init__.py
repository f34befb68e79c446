"""Who is who from frame to frame: boxes in, identities out.

A scan uses them in this order: `ByteTracker` (with `TRACKLET_CONFIG` where `link_tracklets` follows, which can join but
not undo), `MeetingFinder` and then `TrackletCollector` window by window, `link_tracklets`, `apply_corrections`,
`assign_teams`; `find_ball` for the ball. A live session uses `ByteTracker` alone.
"""

from vision.tracking.ball import BallCandidates, BallParams, BallPath, find_ball
from vision.tracking.bytetrack import ByteTrackConfig, ByteTracker, TrackerState
from vision.tracking.camera_motion import CameraMotion
from vision.tracking.corrections import Corrected, TrackCorrection, apply_corrections
from vision.tracking.kit_colour import KIT_SIZE, describe_kits, kit_hex, torso_colour
from vision.tracking.linking import TRACKLET_CONFIG, Constraints, LinkConfig, LinkedPieces, link_tracklets
from vision.tracking.meetings import MeetingFinder, Meetings
from vision.tracking.rows import TrackRows
from vision.tracking.teams import Team, TeamAssignment, assign_teams, goalkeepers
from vision.tracking.tracklets import TrackletCollector, Tracklets

__all__ = [
    "KIT_SIZE",
    "TRACKLET_CONFIG",
    "BallCandidates",
    "BallParams",
    "BallPath",
    "ByteTrackConfig",
    "ByteTracker",
    "CameraMotion",
    "Constraints",
    "Corrected",
    "LinkConfig",
    "LinkedPieces",
    "MeetingFinder",
    "Meetings",
    "Team",
    "TeamAssignment",
    "TrackCorrection",
    "TrackRows",
    "TrackerState",
    "TrackletCollector",
    "Tracklets",
    "apply_corrections",
    "assign_teams",
    "describe_kits",
    "find_ball",
    "goalkeepers",
    "kit_hex",
    "link_tracklets",
    "torso_colour",
]
