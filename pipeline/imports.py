"""Tracking data of other systems → the same KPIs: `python -m pipeline.imports` reads a request from standard input.

Files are read by kloppy; positions become metres in the pitch frame, and every figure is computed by the same code,
with the same filter, intervals and grades, as that of a film. A whole match is some minutes of work and some gigabytes
of memory (kloppy holds a match as objects), so apps run it in a child process.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypedDict

import numpy as np

from pipeline.ports import PlayerResult
from pipeline.steps.kpis import plain_json, player_result, zone_policy
from vision.errors import VisionError
from vision.kpi.catalogue import CATALOGUE_VERSION
from vision.kpi.company import company_of_side
from vision.kpi.player import calculate_player_kpis
from vision.kpi.track import IMPORTED, Measurement, PlayerTrack
from vision.types import Float64Array

BREAK_S = 1.0
"""Between two periods [s]: longer than any gap that is bridged, so that no movement is invented across the break."""
SYSTEM_SIGMA_M: Mapping[str, float] = {"tracab": 0.08, "sportec": 0.08}
"""Position error of a provider's system [m]: TRACAB Gen5 in FIFA's EPTS test; Sportec's positions are TRACAB's."""
LENGTH_SIGMA = 0.03
"""1σ of lengths, as a share: distances of tracking systems were 2.2 to 4.0 % off in small-sided games (Linke 2018). The
noise that is left in positions which their system has smoothed already would make the intervals far too narrow."""
_MOST_SIGMA_M = 5.0


class ImportRefused(VisionError):
    """The files cannot become figures; the message says why and what would be right."""


class ImportRequest(TypedDict):
    """What to read.

    `files` are in the order that the provider's format names (see `FORMATS`). `zones` maps a shirt number to a pack of
    speed zones; everybody else counts by `default_zones`.
    """

    provider: str
    files: list[str]
    side: Literal["home", "away"]
    sigma_m: float | None
    pitch_m: list[float] | None
    zones: dict[str, str]
    default_zones: str


class ImportHeader(TypedDict):
    """First line of the answer: what was read."""

    provider: str
    team: str
    started_at: str | None
    duration_s: float
    fps: float
    frames: int
    pitch_m: list[float]
    sigma_m: float
    catalogue_version: str
    players: int


class ImportedPlayer(TypedDict):
    """One further line per player of the chosen side who was on the pitch."""

    jersey_number: int | None
    name: str
    provider_id: str
    result: PlayerResult


@dataclass(frozen=True, slots=True)
class Format:
    """A provider's format: its files by name, and kloppy's loader for them."""

    files: tuple[str, ...]
    load: Callable[..., Any]


def _formats() -> dict[str, Format]:
    from kloppy import metrica, skillcorner, sportec, tracab

    meta_and_raw = ("meta_data", "raw_data")
    return {
        "tracab": Format(meta_and_raw, tracab.load),
        "sportec": Format(meta_and_raw, sportec.load_tracking),
        "metrica_epts": Format(meta_and_raw, metrica.load_tracking_epts),
        "metrica_csv": Format(("home_data", "away_data"), metrica.load_tracking_csv),
        "skillcorner": Format(meta_and_raw, skillcorner.load),
    }


PROVIDERS = ("tracab", "sportec", "metrica_epts", "metrica_csv", "skillcorner")


@dataclass(frozen=True, slots=True)
class Movement:
    """A side of a match in metres.

    Attributes:
        t_s: `(T,)` times, rising; periods follow each other after `BREAK_S` [s].
        xy_m: `(T, P, 2)` positions [m, pitch frame], NaN where the player was not on the pitch.
        players: kloppy's players, as long as `P`.
    """

    t_s: Float64Array
    xy_m: Float64Array
    players: list[Any]


def import_match(request: ImportRequest) -> Iterator[ImportHeader | ImportedPlayer]:
    """Read a match: a header, then every player of the side.

    Raises:
        ImportRefused: unknown provider, unreadable files, no pitch size or accuracy, nobody on the pitch.
    """
    sigma = _sigma(request)
    dataset = _loaded(request)
    metadata = dataset.metadata
    length, width = _pitch(request, metadata.pitch_dimensions)
    team = next(team for team in metadata.teams if team.ground.value == request["side"])
    moved = _movement(dataset, team, length, width)
    yield ImportHeader(
        provider=request["provider"],
        team=str(team.name),
        started_at=metadata.date.isoformat() if metadata.date else None,
        duration_s=float(moved.t_s[-1] - moved.t_s[0]),
        fps=float(metadata.frame_rate),
        frames=len(moved.t_s),
        pitch_m=[length, width],
        sigma_m=sigma,
        catalogue_version=CATALOGUE_VERSION,
        players=len(moved.players),
    )
    measured = Measurement(IMPORTED, LENGTH_SIGMA, {"positions": f"{request['provider']} (σ {sigma:g} m)"})
    company = company_of_side(moved.t_s, moved.xy_m)
    for number, player in enumerate(moved.players):
        zones = request["zones"].get(str(player.jersey_no), request["default_zones"])
        track = replace(_track(moved.t_s, moved.xy_m[:, number], sigma), company=company[number])
        found = calculate_player_kpis(
            track, zone_policy(zones), rng=np.random.default_rng(number + 1), measurement=measured
        )
        result = player_result(number + 1, None, found)
        result["series"] = None  # there is no film to show it under
        name = str(player.name or "")
        yield ImportedPlayer(
            jersey_number=player.jersey_no, name=name, provider_id=str(player.player_id), result=result
        )


def _sigma(request: ImportRequest) -> float:
    sigma = request["sigma_m"] or SYSTEM_SIGMA_M.get(request["provider"])
    if sigma is None:
        raise ImportRefused(
            f"How exact are {request['provider']}'s positions? Give the system's error in metres (--sigma), as its "
            "maker or a validation states it; without it no figure could say how sure it is."
        )
    if not 0 < sigma <= _MOST_SIGMA_M:
        raise ImportRefused(f"The position error must be above 0 and at most {_MOST_SIGMA_M:g} m, got {sigma:g}.")
    return float(sigma)


def _loaded(request: ImportRequest) -> Any:
    formats = _formats()
    if request["provider"] not in formats:
        raise ImportRefused(f"Unknown provider {request['provider']!r}; there are: {', '.join(formats)}.")
    chosen = formats[request["provider"]]
    if len(request["files"]) != len(chosen.files):
        raise ImportRefused(f"{request['provider']} needs {len(chosen.files)} files: {', '.join(chosen.files)}.")
    for path in request["files"]:
        if not Path(path).is_file():
            raise ImportRefused(f"There is no file {path}.")
    try:
        dataset = chosen.load(**dict(zip(chosen.files, request["files"], strict=True)))
    except Exception as error:  # whatever a vendor's broken file makes the reader raise
        raise ImportRefused(
            f"These are not {request['provider']} files that can be read ({type(error).__name__}: {error}). "
            f"Expected, in this order: {', '.join(chosen.files)}."
        ) from error
    if not len(dataset):
        raise ImportRefused("There is not a single frame in these files.")
    if not dataset.metadata.frame_rate:
        raise ImportRefused("The files do not say how many frames a second they hold.")
    return dataset


def _pitch(request: ImportRequest, dimensions: Any) -> tuple[float, float]:
    length, width = request["pitch_m"] or (dimensions.pitch_length, dimensions.pitch_width)
    if not length or not width:
        raise ImportRefused("The files do not say how large the pitch is; give it (--pitch 105x68).")
    return float(length), float(width)


def _movement(dataset: Any, team: Any, length: float, width: float) -> Movement:
    places = {player.player_id: place for place, player in enumerate(team.players)}
    t_s = np.empty(len(dataset), np.float64)
    xy = np.full((len(dataset), len(places), 2), np.nan)
    offset, period, last = 0.0, None, 0.0
    step = 1.0 / float(dataset.metadata.frame_rate)
    for row, frame in enumerate(dataset.records):
        now = frame.timestamp.total_seconds()
        if period is not None and frame.period.id != period:
            offset = last + step + BREAK_S - now
        period = frame.period.id
        last = t_s[row] = now + offset
        for player, data in frame.players_data.items():
            place = places.get(player.player_id)
            if place is not None and data.coordinates is not None:
                xy[row, place] = data.coordinates.x, data.coordinates.y
    if len(t_s) < 2 or np.any(np.diff(t_s) <= 0):
        raise ImportRefused("The times of the frames do not rise; is the order of the files' rows intact?")
    seen = np.isfinite(xy[:, :, 0]).any(axis=0)
    if not seen.any():
        raise ImportRefused(f"Nobody of {team.name} is ever on the pitch in these files; is it the other side?")
    metres = (xy[:, seen] - 0.5) * (length, -width)
    return Movement(t_s, metres, [player for player, here in zip(team.players, seen, strict=True) if here])


def _track(t_s: Float64Array, xy_m: Float64Array, sigma_m: float) -> PlayerTrack:
    seen = np.isfinite(xy_m[:, 0])
    first, last = np.flatnonzero(seen)[[0, -1]]
    playing = slice(first, last + 1)  # a substitute's coverage is that of the time on the pitch
    sigma = np.where(seen, sigma_m, np.nan)
    return PlayerTrack(t_s[playing], xy_m[playing], sigma[playing], seen[playing])


def main() -> int:
    """Command line: a request as JSON in, JSON lines out; one line `{"refused": …}` where it is not possible."""
    request: Any = json.load(sys.stdin)
    try:
        for line in import_match(request):
            sys.stdout.write(json.dumps(plain_json(line)) + "\n")
    except VisionError as error:
        sys.stdout.write(json.dumps({"refused": str(error)}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
