"""Requests and answers as the API's page shows them."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

from apps.core.api_examples import answered, asked

JOB = "7d0f2c9e-58b1-4c1b-9d8a-0f4f2b1f6a10"
SESSION = "0b7c1d52-6f0e-4f6c-8c61-0f0d3d1a9f11"
PLAYER = "5a8f6f0e-7c0f-4b39-9a57-7d2f3a2f1c55"
CALIBRATION = "c3a7a0de-4f53-4a34-8f0e-3f7f2a6f7b21"
UPLOAD = "2f7d0c1e-9c55-4a7e-8b43-6f1c2d3e4f50"


QUICK = [
    OpenApiExample(
        "A finished upload",
        {"upload_id": UPLOAD, "player_id": "player_1", "session_type": "training", "preset": "standard"},
        request_only=True,
        media_type="application/json",
    ),
    answered("A scan that waits", {"job_id": JOB, "session_id": SESSION, "status": "queued", "estimate_s": 95.0}),
]
MULTIVIEW = [
    OpenApiExample(
        "Finished uploads of two cameras that were calibrated before",
        {
            "uploads": [
                {"camera": "left", "upload_id": UPLOAD},
                {"camera": "right", "upload_id": "8a1f0c1e-9c55-4a7e-8b43-6f1c2d3e4f51"},
            ],
            "calibration_id": CALIBRATION,
            "player_id": "player_1",
            "sync": "auto",
        },
        request_only=True,
        media_type="application/json",
    ),
    answered("A scan that waits", {"job_id": JOB, "session_id": SESSION, "status": "queued", "estimate_s": 380.0}),
]
BODY_FIT = [
    asked("One player for ten seconds", {"session_id": SESSION, "track_id": 3, "from_s": 12.0, "to_s": 22.0}),
    asked("Everybody", {"session_id": SESSION}),
    answered("A body fit that waits", {"job_id": JOB, "session_id": SESSION, "status": "queued", "estimate_s": None}),
]
CHANGED = answered("A scan that starts again", {"job_id": JOB, "session_id": SESSION, "status": "queued"})
CANCELLED = answered("A scan that stopped", {"job_id": JOB, "session_id": SESSION, "status": "cancelled"})
STATUS = answered(
    "Halfway",
    {
        "job_id": JOB,
        "session_id": SESSION,
        "version": 17,
        "status": "running",
        "progress": 23.5,
        "step": "detect",
        "steps": [
            {
                "name": "detect",
                "label": "Finding players and ball",
                "status": "running",
                "progress": 51.2,
                "windows_done": 1,
                "windows_total": 2,
                "attempt": 1,
                "started_at": "2026-05-01T12:00:03Z",
                "ended_at": None,
                "duration_s": None,
                "device": "cpu",
                "error": None,
            }
        ],
        "eta_s": 41.0,
        "error": None,
        "created_at": "2026-05-01T12:00:00Z",
        "started_at": "2026-05-01T12:00:01Z",
        "ended_at": None,
    },
)
PRESETS = answered(
    "Measured here",  # one item: the schema generator makes the list
    {
        "key": "fast",
        "name": "Fast",
        "description": "For a first impression.",
        "estimate_s": 120.0,
        "estimate_basis": "measured on this machine, 3 scans",
    },
)
UPLOAD_OPENED = answered(
    "An open upload",
    {
        "upload_id": UPLOAD,
        "url": f"/api/scan/uploads/{UPLOAD}",
        "length_bytes": 73_400_320,
        "offset_bytes": 0,
        "piece_bytes": 8_388_608,
        "expires_at": "2026-05-02T12:00:00Z",
    },
)
RESULTS = answered(
    "Postures of one player",
    {
        "job_id": JOB,
        "session_id": SESSION,
        "status": "completed",
        "video": None,
        "films": [],
        "calibration": None,
        "scale_source": "pitch_homography",
        "models": [],
        "tracks": [],
        "skeleton": {"name": "coco17", "keypoints": ["nose"], "limbs": []},
        "bodies": [],
        "body_job": None,
        "warnings": [],
        "arrays": {
            "poses": {
                "frame": [750, 751, 752],
                "t": [30.0, 30.04, 30.08],
                "track_id": [3, 3, 3],
                "keypoints": [[[512.1, 208.4, 0.91]], [[512.8, 208.4, 0.88]], [[513.6, 208.5, 0.88]]],
                "interpolated": [False, True, False],
            }
        },
    },
)
KPIS = answered(
    "One player",
    {
        "session_id": SESSION,
        "version": 2,
        "players": [
            {
                "track_id": 3,
                "player": {"id": PLAYER, "display_name": "Kim Example"},
                "grade": "B",
                "groups": {
                    "speed": {
                        "max_speed_mps": {
                            "value": 6.9,
                            "unit": "m/s",
                            "low": 6.7,
                            "high": 7.1,
                            "n": 1,
                            "coverage": 0.94,
                        }
                    },
                    "distance": {"ball_distance_m": {"absent": "The ball was seen too rarely."}},
                    "technical": {},
                    "physical": {},
                },
                "quality": {"scale_source": "pitch_homography", "identity_doubt": 0.34, "doubtful_s": [31.2]},
                "series": None,
            }
        ],
    },
)
EXPORT_CSV = OpenApiExample(
    "A table: the columns of one KPI",
    "session_id,session,track_id,player_id,player,grade,scale_source,coverage,max_speed_mps,max_speed_mps_low,"
    "max_speed_mps_high,max_speed_mps_unit,max_speed_mps_remark\r\n"
    f"{SESSION},Sprints,3,{PLAYER},Kim Example,B,pitch_homography,0.94,6.9,6.7,7.1,m/s,\r\n",
    response_only=True,
    media_type="text/csv",
)
EXPORT_MOT = OpenApiExample(
    "Two people in the first frame",
    "1,3,912.0,344.5,41.2,118.7,0.912,-1,-1,-1\n1,5,400.3,310.0,38.0,109.4,0.870,-1,-1,-1\n",
    response_only=True,
    media_type="text/plain",
)
EXPORT_VTT = OpenApiExample(
    "Two events",
    "WEBVTT - Sprints\n\nNOTE Found in the film by Axolotl. Look at the moment before you rely on it.\n\n"
    "1\n00:00:12.400 --> 00:00:15.100\nKim Example: Sprint\n\n"
    "2\n00:00:31.080 --> 00:00:32.080\nKim Example: Pass (unsure)\n",
    response_only=True,
    media_type="text/vtt",
)
_CLICKS = {
    "image_size": [1920, 1080],
    "pitch": {"format": "11v11", "length_m": 105, "width_m": 68},
    "points": [
        {"mark": "halfway_left", "image": [958.0, 301.5]},
        {"mark": "halfway_right", "image": [961.0, 1012.0]},
        {"mark": "a_penalty_area_front_left", "image": [402.5, 410.0]},
        {"mark": "a_penalty_area_front_right", "image": [231.0, 742.5]},
        {"mark": "a_goal_area_front_left", "image": [213.0, 489.0]},
        {"pitch": [-41.5, 0.0], "image": [262.0, 560.0]},
    ],
    "lens": False,
    "t_s": 12.4,
}
FIT = asked("Six clicks", _CLICKS)
KEEP = asked("Six clicks and a name", {**_CLICKS, "name": "Main pitch, from the stand"})
USE = asked("A kept calibration", {"calibration_id": CALIBRATION})
ASSIGN = asked("Track 3 is Kim", {"track_id": 3, "player_id": PLAYER})
MERGE = asked("12 is 3 again", {"track_ids": [3, 12]})
SPLIT = asked("Somebody else from here", {"track_id": 3, "t_s": 41.2})
