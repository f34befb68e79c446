"""The shape of a live session's state, and how it is put together from what the cameras showed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NotRequired, TypedDict

import numpy as np

from vision.kpi.live import LiveKPIs
from vision.live.budget import BudgetReport
from vision.live.view import Sight
from vision.types import NO_TRACK, Float64Array, Int32Array

Postures = Mapping[tuple[str, int], tuple[float, list[list[float]]]]
"""Camera and player's number → when it was read [s] and the keypoints."""
CALIBRATED, ESTIMATED, NONE = "calibrated", "estimated", "none"


class PlayerState(TypedDict):
    """One person now: see `pipeline.live_ports.LivePlayer`."""

    track_id: int
    camera: str
    bbox: list[float]
    seen: bool
    views: NotRequired[dict[str, list[float]]]
    keypoints: NotRequired[list[list[float]]]
    xy_m: NotRequired[list[float]]
    sigma_m: NotRequired[float]
    speed_mps: float | None
    speed_sigma_mps: float | None
    distance_m: float | None
    zone: int | None
    load: float | None
    implausible: NotRequired[bool]


class FrameFacts(TypedDict):
    """The newest frame of a camera: when [s] and how large [px]."""

    t_s: float
    width: int
    height: int


class LiveReport(TypedDict):
    """The state after a frame. `processing_time_ms`: what the last frame took."""

    players: list[PlayerState]
    frame: dict[str, FrameFacts]
    scale: str
    budget: BudgetReport
    processing_time_ms: float
    messages: list[str]


@dataclass(frozen=True, slots=True)
class Placed:
    """What the last frame added, for whoever stores it.

    Attributes:
        camera, sight: the frame and what it showed.
        number: `(M,)` the session's numbers of the sight's people; -1 where it is not yet clear who they are.
        world_number, xy_m, sigma_m: `(W,)`, `(W, 2)`, `(W,)` who was placed on the pitch at that time, all cameras
            joined [m].
    """

    camera: str
    sight: Sight
    number: Int32Array
    world_number: Int32Array
    xy_m: Float64Array
    sigma_m: Float64Array


def player_states(
    shown: Mapping[str, Placed], kpis: LiveKPIs, postures: Postures, *, several: bool
) -> list[PlayerState]:
    """Everybody in the cameras' newest frames, each once; `several`: with the box in each camera."""
    found: dict[int, PlayerState] = {}
    where: dict[int, tuple[Float64Array, float]] = {}
    for placed in sorted(shown.values(), key=lambda each: each.sight.t_s):
        for each, xy, sigma in zip(placed.world_number, placed.xy_m, placed.sigma_m, strict=True):
            where[int(each)] = (xy, float(sigma))
        for row, number in enumerate(placed.number.tolist()):
            if number != NO_TRACK:
                _show(found, number, placed, row, postures, several=several)
    figures = kpis.figures(np.array(list(found), np.int32))
    for row, (number, player) in enumerate(found.items()):
        player["speed_mps"] = _told(figures.speed_mps[row], 2)
        player["speed_sigma_mps"] = _told(figures.speed_sigma_mps[row], 2)
        player["distance_m"] = _told(figures.distance_m[row], 1)
        player["load"] = _told(figures.load[row], 1)
        player["zone"] = int(figures.zone[row]) or None
        if figures.implausible[row]:
            player["implausible"] = True
        if number in where:
            player["xy_m"] = [round(float(each), 2) for each in where[number][0]]
            player["sigma_m"] = round(where[number][1], 2)
    return list(found.values())


def _show(
    found: dict[int, PlayerState], number: int, placed: Placed, row: int, postures: Postures, *, several: bool
) -> None:
    """Add what one camera shows of a player; the newest camera that really sees the player leads."""
    box = [round(float(side), 1) for side in placed.sight.tracks.xyxy[row]]
    seen = bool(placed.sight.seen[row])
    before = found.get(number)
    if before is None or seen or not before["seen"]:
        player = PlayerState(
            track_id=number,
            camera=placed.camera,
            bbox=box,
            seen=seen,
            speed_mps=None,
            speed_sigma_mps=None,
            distance_m=None,
            zone=None,
            load=None,
        )
        if entry := postures.get((placed.camera, number)):
            player["keypoints"] = entry[1]
        found[number] = player
    if several:
        views = before.get("views", {}) if before is not None else {}
        found[number]["views"] = {**views, placed.camera: box}


def _told(value: float, digits: int) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None
