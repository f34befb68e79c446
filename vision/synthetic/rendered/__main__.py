"""Render the synthetic 7v7 film: `python -m vision.synthetic.rendered FILM.mp4`; its truth lands beside it.

Deterministic: the same code makes the same pictures. A film that is there already is kept.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from vision.body.model import open_body
from vision.synthetic.rendered.film import FilmParams, GameFilm, render_film
from vision.synthetic.rendered.game import GameParams


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m vision.synthetic.rendered", description=__doc__)
    parser.add_argument("film", type=Path, help="the MP4 file to make")
    parser.add_argument("--seconds", type=float, default=GameParams().duration_s, help="length (default: 60)")
    wish = parser.parse_args(arguments)
    if wish.film.suffix != ".mp4":
        parser.error(f"the film must end in .mp4, not {wish.film.suffix or 'nothing'}")
    if not wish.seconds >= 1.0:
        parser.error("a film of at least one second is needed")
    if wish.film.exists() and wish.film.with_suffix(".truth.json").exists():
        return 0
    wish.film.parent.mkdir(parents=True, exist_ok=True)
    render_film(GameFilm(open_body(), FilmParams(GameParams(duration_s=wish.seconds))), wish.film, _tell)
    return 0


def _tell(share: float) -> None:
    """One line a percent, for whoever waits."""
    if round(share * 1000) % 10 == 0:
        sys.stdout.write(f"{100 * share:.0f}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
