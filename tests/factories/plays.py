"""A scripted game as the steps before `events` leave it in the artefact store."""

from __future__ import annotations

import numpy as np

from pipeline.artefacts import Artefacts, Stamp, WindowEntry
from pipeline.links import Links, Piece
from pipeline.plan import ArtefactName
from tests.factories.artefacts import MODEL, linked_track
from vision.calibration.homography import PitchHomography
from vision.calibration.pitch_model import PitchModel
from vision.events.scene import Scene
from vision.synthetic.play_film import side_camera

PITCH = PitchModel(
    length_m=30.0,
    width_m=20.0,
    name="scripted",
    penalty_area_depth_m=None,
    penalty_area_width_m=None,
    goal_area_depth_m=None,
    goal_area_width_m=None,
    penalty_mark_m=None,
    circle_radius_m=None,
)


def pitch_calibration() -> dict:
    """The side camera's calibration, with the pitch it was marked on."""
    camera = side_camera()
    marks = np.array([[x, y] for x in (-10.0, -4.0, 4.0, 10.0) for y in (-7.0, 0.0, 8.0)])
    fitted = PitchHomography.fit(camera.project_ground(marks), marks, image_size=camera.image_size)
    return {**fitted.to_dict(), "pitch": PITCH.to_dict()}


def write_play(store: Artefacts, scene: Scene, calibration: dict | None) -> None:
    """Timebase, tracks, postures, links, places and ball of a scene, in one window."""
    stamp = Stamp("hash", models=[MODEL])
    count = len(scene.t_s)
    entry = WindowEntry(window=0, start=0, stop=count, t0=0.0, t1=float(scene.t_s[-1]))
    frames = [np.round(person.t_s * scene.rate_hz).astype(np.int32) for person in scene.people]
    numbers = [np.full(len(person.t_s), person.track_id, np.int32) for person in scene.people]
    frame, track = np.concatenate(frames), np.concatenate(numbers)
    order = np.lexsort((track, frame))
    rows = {"frame": frame[order], "t": scene.t_s[frame[order]], "track_id": track[order]}
    boxes = np.concatenate([person.xyxy for person in scene.people])[order].astype(np.float32)
    points = np.concatenate([person.keypoints for person in scene.people])[order]
    store.write_window(
        ArtefactName.TRACKS,
        0,
        {
            **rows,
            "xyxy": boxes,
            "detected": boxes,
            "score": np.full(len(frame), 0.9, np.float32),
            "cls": np.zeros(len(frame), np.int16),
            "interpolated": np.zeros(len(frame), bool),
            "kit": np.full((len(frame), 4), np.nan, np.float32),
        },
        stamp,
    )
    read = {"keypoints": points, "interpolated": np.zeros(len(frame), bool)}
    store.write_window(ArtefactName.POSES, 0, {**rows, **read}, stamp)
    placed = [np.isfinite(person.xy_m[:, 0]) if person.xy_m is not None else np.zeros(len(person.t_s), bool)
              for person in scene.people]  # fmt: skip
    there = np.concatenate(placed)[order] if calibration else np.zeros(len(frame), bool)
    every = np.concatenate([person.xy_m if person.xy_m is not None else person.xyxy[:, :2] for person in scene.people])
    xy = every[order].astype(np.float32)
    world = {name: array[there] for name, array in rows.items()}
    sigma = np.full(int(there.sum()), 0.1, np.float32)
    store.write_window(ArtefactName.WORLD, 0, {**world, "xy": xy[there], "sigma": sigma}, stamp)
    for name in (ArtefactName.TRACKS, ArtefactName.POSES):
        store.write_manifest(name, stamp, [entry])
    store.write_manifest(ArtefactName.DETECTIONS, stamp, [])
    facts = {
        "scale_source": "pitch_homography" if calibration else "none",
        "scale": {key: value for key, value in calibration.items() if key != "pitch"} if calibration else None,
        "reason": "" if calibration else "The pitch is not marked.",
        "moving": None,
    }
    store.write_manifest(ArtefactName.WORLD, Stamp("hash", facts=facts), [entry])
    tracks = [linked_track(person.track_id, team=person.team, end_s=float(scene.t_s[-1])) for person in scene.people]
    pieces = [Piece(person.track_id, 0, count - 1, person.track_id) for person in scene.people]
    store.write_json(ArtefactName.LINKS, Links(tracks, pieces).content(), stamp)
    _write_time_and_ball(store, scene, stamp)


def _write_time_and_ball(store: Artefacts, scene: Scene, stamp: Stamp) -> None:
    count = len(scene.t_s)
    base = {
        "frame": np.arange(count, dtype=np.int32),
        "t": scene.t_s,
        "pts": np.arange(count, dtype=np.int64),
        "keyframe": np.ones(count, bool),
    }
    facts = {"frames_declared": count, "declared_s": count / scene.rate_hz, "start_s": 0.0}
    store.write_series(ArtefactName.TIMEBASE, base, Stamp("hash", facts=facts))
    score = scene.ball.score if scene.ball.score is not None else np.ones(len(scene.ball))
    ball = {
        "frame": np.round(scene.ball.t_s * scene.rate_hz).astype(np.int32),
        "t": scene.ball.t_s,
        "xy": scene.ball.xy.astype(np.float32),
        "score": score.astype(np.float32),
        "interpolated": scene.ball.interpolated,
    }
    store.write_series(ArtefactName.BALL, ball, stamp)
