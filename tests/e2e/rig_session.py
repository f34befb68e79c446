"""A finished scan of three cameras, written as its steps leave it: exact numbers, films of stick figures."""

from __future__ import annotations

import uuid
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from apps.accounts.models import Player, Team
from apps.scan import media
from apps.scan.models import Calibration, ProcessingJob, SessionKPI, Video
from apps.sessions.models import Session, SessionPlayer
from pipeline.ports import VideoRecord, installed
from tests.pipeline.test_steps_multiview import RATE_HZ, SIZE, Scene, rig_data
from tests.vision.multiview.people import walkers
from tests.vision.multiview.rigs import ring
from vision.multiview.cameras import CameraRig
from vision.skeletons import COCO17

SECONDS = 4.0
OFFSETS_S = {"camera0": 0.0, "camera1": 0.4, "camera2": -0.2}
FILM_SIZE = (640, 360)
COLOURS = ("#ffd166", "#7bdff2")
FLAGGED = {
    "physical": {
        "cadence_spm": {"value": 162.0, "unit": "1/min", "low": 160.0, "high": 164.0, "n": 12, "coverage": 0.9},
        "asymmetry_share": {
            "value": 0.14,
            "unit": "share",
            "low": 0.11,
            "high": 0.17,
            "n": 12,
            "coverage": 0.9,
            "flagged": True,
        },
    }
}


def make_rig_session(title: str = "Three cameras") -> str:
    """Write session, films, artefacts and two figures; returns the session's id."""
    team = Team.objects.get(name="U14")
    session = Session.objects.create(team=team, title=title, session_type="training")
    rig = Calibration.objects.create(team=team, kind="camera", name="Training hall", data=rig_data(3))
    scene = Scene(walkers(2, SECONDS, seed=3), cameras=3)
    videos = tuple(_film(session, scene, name) for name in scene.names)
    scene.store = installed().artefacts  # type: ignore[assignment]  # the real one instead of the test's
    scene.job = replace(
        scene.job,
        session_id=str(session.pk),
        videos=tuple(VideoRecord(str(video.pk), video.camera, str(video.file), video.sha256) for video in videos),
    )
    scene.params = replace(scene.params, sync="offsets", clock_offsets_s=OFFSETS_S)
    scene.film(offsets_s=OFFSETS_S).run()
    ProcessingJob.objects.create(
        session=session,
        kind="multiview",
        preset="full",
        status="completed",
        current_step="publish",
        progress=100.0,
        calibration=rig,
    )
    player = Player.objects.filter(team=team).first()
    for track_id, who in ((1, player), (2, None)):
        SessionPlayer.objects.create(session=session, track_id=track_id, player=who)
    SessionKPI.objects.create(session=session, track_id=1, player=player, grade="B", groups=FLAGGED, quality={})
    return str(session.pk)


def _film(session: Session, scene: Scene, name: str) -> Video:
    video_id = uuid.uuid4()
    key = media.video_key(session.pk, video_id, "mp4")
    path = Path(settings.MEDIA_ROOT) / key
    path.parent.mkdir(parents=True, exist_ok=True)
    frames = _draw(path, _pixels(scene, name), OFFSETS_S[name])
    return Video.objects.create(
        pk=video_id,
        session=session,
        camera=name,
        file=key,
        original_name=f"{name}.mp4",
        size_bytes=path.stat().st_size,
        sha256="0" * 64,
        codec="h264",
        container="mp4",
        width=SIZE[0],
        height=SIZE[1],
        fps_num=int(RATE_HZ),
        fps_den=1,
        frames=frames,
        duration_s=frames / RATE_HZ,
        playable=True,
    )


def _pixels(scene: Scene, name: str) -> NDArray[np.float64]:
    """`(people, N, K, 2)` [px] of the film as it is shown."""
    rig = CameraRig.from_params({camera: ring(len(scene.names))[camera] for camera in scene.names})
    people, frames, joints = scene.truth.shape[:3]
    seen = rig.project(scene.truth.reshape(-1, 3)).reshape(len(scene.names), people, frames, joints, 2)
    return np.asarray(seen[scene.names.index(name)]) * (FILM_SIZE[0] / SIZE[0])


def _draw(path: Path, pixels: NDArray[np.float64], ahead_s: float) -> int:
    """Stick figures; a camera whose clock is ahead shows everything later. Returns the number of pictures."""
    import av

    late = round(ahead_s * RATE_HZ)
    count = pixels.shape[1]
    with av.open(str(path), "w", options={"movflags": "faststart"}) as out:
        stream: Any = out.add_stream("libx264", rate=int(RATE_HZ), options={"preset": "ultrafast", "g": "12"})
        stream.width, stream.height, stream.pix_fmt = *FILM_SIZE, "yuv420p"
        for number in range(count):
            picture = Image.new("RGB", FILM_SIZE, "#2c4a3e")
            pen = ImageDraw.Draw(picture)
            for person, colour in enumerate(COLOURS):
                joints = pixels[person, min(max(number - late, 0), count - 1)]
                for a, b in COCO17.limbs:
                    pen.line([tuple(joints[a]), tuple(joints[b])], fill=colour, width=4)
            frame = av.VideoFrame.from_image(picture)
            frame.pts, frame.time_base = number, Fraction(1, int(RATE_HZ))
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return int(count)
