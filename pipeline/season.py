"""A made-up season for the demo: `python -m pipeline.season REQUEST.json` prints KPI results as JSON lines.

The movement is synthetic and everything stored from here must be labelled so; the figures are computed by the same
code, with the same noise, gaps, intervals and grades, as those of a film.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypedDict

import numpy as np

from pipeline.ports import PlayerResult
from pipeline.steps.kpis import plain_json, player_result, zone_policy
from vision.kpi.catalogue import CATALOGUE_VERSION
from vision.kpi.player import calculate_player_kpis
from vision.kpi.track import Measurement, PlayerTrack
from vision.synthetic.season import SeasonParams, season_trajectories

SCALE_SOURCE = "pitch_homography"
SCALE_SIGMA = 0.005
"""1σ of lengths of a good calibration with eight or more marks, as a share."""


class SeasonPlayer(TypedDict):
    """Who to make a season for; `pace` is a key of `vision.synthetic.season.TOP_SPEED_MPS`, `zones` of the policy."""

    player_id: str
    pace: str
    zones: str


class SeasonRequest(TypedDict):
    """What to make: the same seed makes the same season."""

    seed: int
    sessions: int
    minutes: float
    players: list[SeasonPlayer]


class SeasonResult(TypedDict):
    """The figures of one player in one session of the season."""

    session: int
    catalogue_version: str
    result: PlayerResult


def season_results(request: SeasonRequest) -> Iterator[SeasonResult]:
    """Every player's sessions, player after player."""
    minutes = request["minutes"]
    params = SeasonParams(sessions=request["sessions"], minutes=(minutes, minutes))
    for number, player in enumerate(request["players"]):
        rng = np.random.default_rng([request["seed"], number])
        policy = zone_policy(player["zones"])
        for index, seen in enumerate(season_trajectories(rng, player["pace"], params)):
            track = PlayerTrack(seen.t_s, seen.xy_m, seen.sigma_m, np.isfinite(seen.xy_m[:, 0]))
            measured = Measurement(SCALE_SOURCE, SCALE_SIGMA, {"movement": "synthetic"})
            found = calculate_player_kpis(track, policy, rng=rng, measurement=measured)
            result = player_result(number + 1, player["player_id"], found)
            result["series"] = None  # no film to show it under, and an hour of it is half a megabyte
            yield SeasonResult(session=index, catalogue_version=CATALOGUE_VERSION, result=result)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.season", description=__doc__)
    parser.add_argument("request", type=Path, help="JSON file: seed, sessions, minutes, players")
    request: Any = json.loads(parser.parse_args(arguments).request.read_text(encoding="utf-8"))
    for line in season_results(request):
        sys.stdout.write(json.dumps(plain_json(line)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
