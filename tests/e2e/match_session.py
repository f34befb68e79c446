"""A finished scan of a whole match, as its steps leave it: 22 players at 25 pictures a second, made in seconds.

Everybody goes round every ten seconds, so that one film of ten seconds, repeated, shows what the arrays say, and a
window of arrays is made once and then moved in time.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from apps.accounts.models import Player, Team
from apps.core import versions
from apps.scan import media
from apps.scan.models import Calibration, JobStep, ProcessingJob, SessionEvent, SessionKPI, Video
from apps.sessions.models import Session, SessionPlayer
from pipeline.artefacts import Artefacts, Stamp, WindowEntry
from pipeline.links import Links, Piece
from pipeline.plan import ArtefactName
from tests.factories.artefacts import MODEL, linked_track, store_of
from tests.factories.figures import entry, unsaved_figures
from vision.calibration.homography import PitchHomography
from vision.calibration.pitch_model import PitchModel
from vision.kpi.catalogue import CATALOGUE

PLAYERS = 22
RATE_HZ = 25
SERIES_HZ = 5
WINDOW_S = 20
LAP_S = 10
SIZE = (1280, 720)
BOX_PX = (24.0, 60.0)
KITS = ("#d94f3d", "#3d6fd9")
PITCH = PitchModel()
PX_A_METRE = 11.0
RENUMBERED_S = 60
"""A tracker loses a player of a match about once a minute: so often the tracks change their numbers."""
EVENT_EVERY_S = 25.0


@dataclass(frozen=True)
class Match:
    """How long a match and how much of it.

    Attributes:
        seconds: a multiple of the window.
        dense: windows that hold rows; `None` for all. In the others nobody is in the picture, which costs no disk.
        poses: whether every player's posture was read in every picture, as by the preset `full`.
        film: whether there is a film to play.
        figures: which figures each player has.
    """

    seconds: int = 90 * 60
    dense: frozenset[int] | None = None
    poses: bool = True
    film: bool = True
    figures: tuple[str, ...] = tuple(CATALOGUE)


def make_match_session(match: Match | None = None, title: str = "Whole match") -> str:
    """Write session, film, artefacts, figures and events; returns the session's id."""
    match = match or Match()
    team = Team.objects.get(name="U14")
    session = Session.objects.create(team=team, title=title, session_type="match")
    video = _video(session, match)
    store = store_of(session.pk, video.pk)
    _write_windows(store, match)
    _write_links(store, match.seconds)
    _write_ball(store, match.seconds)
    used = Calibration.objects.create(team=team, name="Main pitch", error_m=0.2, data=_calibration())
    job = ProcessingJob.objects.create(
        session=session, preset="full", status="completed", current_step="publish", progress=100.0, calibration=used
    )
    steps = [(name, number) for name in ("detect", "pose") for number in range(match.seconds // WINDOW_S)]
    JobStep.objects.bulk_create(
        JobStep(job=job, step=name, window=number, status="done", models_used=[_model()]) for name, number in steps
    )
    _write_figures(session, list(Player.objects.filter(team=team).order_by("external_id")), match)
    versions.bump(versions.TEAM, team.pk)
    return str(session.pk)


def _model() -> dict[str, str]:
    return {"key": MODEL.key, "version": MODEL.version, "sha256": MODEL.sha256}


def places(t_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """`(T, PLAYERS, 2)` on the pitch [m]."""
    number = np.arange(PLAYERS)
    centre = np.stack([(number % 11 - 5) * 8.0, np.where(number < 11, -12.0, 12.0)], axis=1)
    angle = 2 * np.pi * t_s[:, None] / LAP_S + number
    return centre + 5.0 * np.stack([np.cos(angle), np.sin(angle)], axis=2)


def pixels(metres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where a camera straight above shows a place [px]."""
    return np.stack([SIZE[0] / 2 + metres[..., 0] * PX_A_METRE, SIZE[1] / 2 - metres[..., 1] * PX_A_METRE], axis=-1)


def _calibration() -> dict[str, Any]:
    marks = np.array([[x, y] for x in (-40.0, 0.0, 40.0) for y in (-25.0, 5.0, 25.0)])
    return {**PitchHomography.fit(pixels(marks), marks, image_size=SIZE).to_dict(), "pitch": PITCH.to_dict()}


@cache
def _template() -> dict[str, NDArray[Any]]:
    """One window's rows, from time 0 on."""
    frame = np.arange(WINDOW_S * RATE_HZ, dtype=np.int32)
    metres = places(frame / RATE_HZ).reshape(-1, 2)
    feet = pixels(metres)
    half, height = BOX_PX[0] / 2, BOX_PX[1]
    x, y = feet.T
    joints = np.linspace(0.05, 0.98, 17)
    side = half * 0.6 * np.where(np.arange(17) % 2 == 0, 1.0, -1.0)
    points = np.stack(
        [x[:, None] + side, y[:, None] - height * (1 - joints), np.full((len(x), 17), 0.9)], axis=2
    )  # fmt: skip
    return {
        "frame": np.repeat(frame, PLAYERS),
        "player": np.tile(np.arange(PLAYERS, dtype=np.int32), len(frame)),
        "xyxy": np.stack([x - half, y - height, x + half, y], axis=1).astype(np.float32),
        "keypoints": points.astype(np.float32),
        "xy": metres.astype(np.float32),
    }


def _write_windows(store: Artefacts, match: Match) -> None:
    stamp = Stamp("hash", models=[MODEL])
    step = WINDOW_S * RATE_HZ
    entries = [
        WindowEntry(
            window=n, start=n * step, stop=(n + 1) * step, t0=float(n * WINDOW_S), t1=(n + 1) * WINDOW_S - 1 / RATE_HZ
        )
        for n in range(match.seconds // WINDOW_S)
    ]
    names = [ArtefactName.TRACKS, ArtefactName.POSES, ArtefactName.WORLD]
    for window in entries:
        rows = _rows(window["window"], filled=match.dense is None or window["window"] in match.dense)
        for name in names:
            kept = rows[name] if match.poses or name is not ArtefactName.POSES else _none_of(rows[name])
            store.write_window(name, window["window"], kept, stamp)
    store.write_manifest(ArtefactName.TRACKS, stamp, entries)
    store.write_manifest(ArtefactName.POSES, Stamp("hash", models=[MODEL], facts={"skeleton": "coco17"}), entries)
    facts = {"scale_source": "pitch_homography", "scale": None}
    store.write_manifest(ArtefactName.WORLD, Stamp("hash", facts=facts), entries)


def _none_of(arrays: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {name: array[:0] for name, array in arrays.items()}


def _rows(window: int, *, filled: bool) -> dict[ArtefactName, dict[str, NDArray[Any]]]:
    base = _template() if filled else _none_of(_template())
    count = len(base["frame"])
    frame = base["frame"] + np.int32(window * WINDOW_S * RATE_HZ)
    t = frame / RATE_HZ
    raw = (base["player"] + 1 + PLAYERS * (t // RENUMBERED_S)).astype(np.int32)
    seen = {"frame": frame, "t": t, "track_id": raw, "interpolated": np.zeros(count, bool)}
    return {
        ArtefactName.TRACKS: {
            **seen,
            "xyxy": base["xyxy"],
            "detected": base["xyxy"],
            "score": np.full(count, 0.9, np.float32),
            "cls": np.zeros(count, np.int16),
            "kit": np.full((count, 4), np.nan, np.float32),
        },
        ArtefactName.POSES: {**seen, "keypoints": base["keypoints"]},
        ArtefactName.WORLD: {
            "frame": frame,
            "t": t,
            "track_id": base["player"] + np.int32(1),
            "xy": base["xy"],
            "sigma": np.full(count, 0.2, np.float32),
        },
    }


def _write_links(store: Artefacts, seconds: int) -> None:
    part = RENUMBERED_S * RATE_HZ
    pieces = [
        Piece(1 + player + PLAYERS * number, number * part, (number + 1) * part - 1, 1 + player)
        for player in range(PLAYERS)
        for number in range(-(-seconds // RENUMBERED_S))
    ]
    tracks = [
        linked_track(1 + n, team="ab"[n // 11], color=KITS[n // 11], end_s=float(seconds), frames=seconds * RATE_HZ)
        for n in range(PLAYERS)
    ]
    store.write_json(ArtefactName.LINKS, Links(tracks, pieces).content(), Stamp("hash", models=[MODEL]))


def _write_ball(store: Artefacts, seconds: int) -> None:
    frame = np.arange(seconds * RATE_HZ, dtype=np.int32)
    angle = 2 * np.pi * frame / RATE_HZ / LAP_S
    arrays = {
        "frame": frame,
        "t": frame / RATE_HZ,
        "xy": pixels(30.0 * np.stack([np.cos(angle), np.sin(2 * angle) / 2], axis=1)).astype(np.float32),
        "score": np.full(len(frame), 0.8, np.float32),
        "interpolated": np.zeros(len(frame), bool),
    }
    store.write_series(ArtefactName.BALL, arrays, Stamp("hash", models=[MODEL]))


def _write_figures(session: Session, players: Sequence[Player], match: Match) -> None:
    t_s = np.round(np.arange(0, match.seconds, 1 / SERIES_HZ), 3)
    known = dict(enumerate(players))
    figures = {key: entry(4.0, unit=told.unit) for key, told in CATALOGUE.items() if key in match.figures}
    rows = []
    for n in range(PLAYERS):
        speed = np.round(3.0 + 2.5 * np.sin(t_s / 7 + n) + 1.5 * np.sin(t_s / 41), 2).clip(0)
        series = {"t_s": t_s.tolist(), "speed_mps": speed.tolist()}
        rows.append(unsaved_figures(session, known.get(n), figures, track_id=1 + n, series=series))
    SessionKPI.objects.bulk_create(rows)
    SessionPlayer.objects.bulk_create(
        SessionPlayer(session=session, track_id=1 + n, player=known.get(n)) for n in range(PLAYERS)
    )
    SessionEvent.objects.bulk_create(_events(session, known, match.seconds), batch_size=500)


def _events(session: Session, known: dict[int, Player], seconds: int) -> Iterator[SessionEvent]:
    kinds = [
        ("pass", {"length_m": 12.0}),
        ("touch", {"foot": "left"}),
        ("sprint", {"max_speed_mps": 7.1}),
        ("turn", {}),
    ]
    for n in range(PLAYERS):
        for number, t0 in enumerate(np.arange(5.0, seconds, EVENT_EVERY_S)):
            kind, data = kinds[number % len(kinds)]
            yield SessionEvent(
                session=session, player=known.get(n), track_id=1 + n, kind=kind, data=data,
                t0_s=float(t0), t1_s=float(t0) + 1.0, confidence=0.8,
            )  # fmt: skip


def _video(session: Session, match: Match) -> Video:
    video_id = uuid.uuid4()
    key = media.video_key(session.pk, video_id, "mp4")
    path = Path(settings.MEDIA_ROOT) / key
    if match.film:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_film(path, match.seconds // LAP_S)
    return Video.objects.create(
        pk=video_id,
        session=session,
        file=key,
        original_name="match.mp4",
        size_bytes=path.stat().st_size if match.film else 0,
        sha256="0" * 64,
        codec="h264" if match.film else "",
        container="mp4",
        width=SIZE[0],
        height=SIZE[1],
        fps_num=RATE_HZ,
        frames=match.seconds * RATE_HZ,
        duration_s=float(match.seconds),
        playable=match.film,
    )


def _write_film(path: Path, laps: int) -> None:
    """Ten seconds encoded once; their packets written again and again, later each time."""
    import av

    with av.open(str(path), "w", options={"movflags": "faststart"}) as out:
        options = {"preset": "ultrafast", "g": str(RATE_HZ), "bf": "0"}
        stream: Any = out.add_stream("libx264", rate=RATE_HZ, options=options)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        packets = [packet for picture in _pictures() for packet in stream.encode(av.VideoFrame.from_ndarray(picture))]
        packets += stream.encode()
        content = [(bytes(packet), packet.pts, packet.is_keyframe, packet.time_base) for packet in packets]
        lap = LAP_S * RATE_HZ
        for number in range(laps):
            for data, pts, is_key, base in content:
                packet = av.Packet(data)
                packet.stream, packet.time_base = stream, base
                packet.pts = packet.dts = pts + round(number * lap / RATE_HZ / base)
                packet.is_keyframe = is_key
                out.mux(packet)


def _pictures() -> Iterator[NDArray[np.uint8]]:
    """A pitch from above with a block a player."""
    empty = np.full((SIZE[1], SIZE[0], 3), (58, 112, 74), np.uint8)
    empty[:, :: int(10 * PX_A_METRE)] = (190, 215, 195)
    shirts = [tuple(bytes.fromhex(kit[1:])) for kit in KITS]
    for feet in pixels(places(np.arange(LAP_S * RATE_HZ) / RATE_HZ)):
        picture = empty.copy()
        for player, (x, y) in enumerate(feet.astype(int)):
            picture[y - int(BOX_PX[1]) : y, x - 12 : x + 12] = shirts[player // 11]
        yield picture
