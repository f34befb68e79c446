"""A finished scan of people who run along known paths: what files are read back against."""

from __future__ import annotations

import numpy as np

from apps.accounts.models import Player, Team
from apps.scan.models import Video
from apps.sessions.models import SessionPlayer
from pipeline.artefacts import Stamp
from pipeline.plan import ArtefactName
from tests.factories.artefacts import AWAY, HOME, HZ, WINDOWS, store_of, write_scan
from tests.factories.scans import make_calibration, make_job, make_session, make_video

PITCH_M = (60.0, 40.0)
GONE_S = (25.0, 27.0)
"""The second runner is not seen then."""


def place_m(track_id: int, t_s: np.ndarray) -> np.ndarray:
    """Where a runner is at `(N,)` times, `(N, 2)` [m from the centre spot]."""
    angle = 0.2 * np.asarray(t_s)
    radius = 12.0 if track_id == HOME else 8.0
    return np.stack([2.0 * radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def make_run(
    team: Team, player: Player, mate: Player | None = None, *, rate_hz: float = HZ, marked: bool = True
) -> Video:
    """A minute of two runners on a marked pitch; `mate` names the second."""
    session = make_session(team=team, player=player, title="Sprints & <Pässe>")
    video = make_video(session)
    data = {"image_size": [64, 48], "pitch": {"length_m": PITCH_M[0], "width_m": PITCH_M[1]}}
    calibration = make_calibration(team, data=data) if marked else None
    make_job(session, status="completed", current_step="publish", calibration=calibration)
    store = store_of(session.pk, video.pk)
    write_scan(store)
    stamp = Stamp("hash", facts={"scale_source": "pitch_homography" if marked else "none", "scale": None})
    entries = store.manifest(ArtefactName.WORLD)["windows"]
    for window in range(WINDOWS):
        rows = store.read_window(ArtefactName.WORLD, window)
        rows["t"] = rows["frame"] / rate_hz
        for track in (HOME, AWAY):
            mine = rows["track_id"] == track
            rows["xy"][mine] = place_m(track, rows["t"][mine])
        gone = (rows["track_id"] == AWAY) & (rows["t"] > GONE_S[0]) & (rows["t"] < GONE_S[1])
        rows["xy"][gone] = np.nan
        store.write_window(ArtefactName.WORLD, window, rows, stamp)
        entries[window] = {**entries[window], "t0": float(rows["t"][0]), "t1": float(rows["t"][-1])}
    store.write_manifest(ArtefactName.WORLD, stamp, entries)
    for track, who in ((HOME, player), (AWAY, mate)):
        SessionPlayer.objects.create(session=session, track_id=track, player=who)
    return video
