"""Who plays: two kits, keepers dressed otherwise, bodies and faces of all kinds."""

from __future__ import annotations

import numpy as np

from vision.body.model import BodyModel
from vision.synthetic.rendered.figure import Figure, Kit, Looks, dress
from vision.synthetic.rendered.game import Game

KITS = {
    "a": Kit(shirt=(40, 36, 196), shorts=(235, 235, 235), socks=(40, 36, 196)),
    "b": Kit(shirt=(178, 92, 32), shorts=(66, 42, 26), socks=(225, 225, 225)),
}
"""Red and white against blue, BGR."""
KEEPERS = {
    "a": Kit((60, 214, 232), (40, 40, 44), (60, 214, 232), (40, 40, 44), gloves=(235, 235, 235), long_sleeves=True),
    "b": Kit((184, 92, 168), (184, 92, 168), (60, 40, 60), gloves=(80, 200, 90), long_sleeves=True),
}
"""Yellow and purple."""
SKINS = ((150, 175, 220), (120, 150, 205), (95, 125, 180), (65, 90, 140), (45, 60, 95))
HAIRS = ((25, 25, 30), (30, 45, 65), (60, 95, 140), (20, 20, 22))
SHAPE_SIGMA = 0.5
"""1σ of the first shape values: players are neither very tall nor very heavy."""
SHAPES = 3


def cast_of(model: BodyModel, game: Game, seed: int) -> list[Figure]:
    """Dress everybody of a game."""
    rng = np.random.default_rng(seed + 1000)
    figures = []
    for number, (team, keeper) in enumerate(zip(game.teams, game.keepers, strict=True)):
        kit = (KEEPERS if keeper else KITS)[team]
        skin, hair = SKINS[int(rng.integers(len(SKINS)))], HAIRS[int(rng.integers(len(HAIRS)))]
        shape = tuple(float(value) for value in np.clip(rng.normal(0.0, SHAPE_SIGMA, SHAPES), -1.0, 1.0))
        figures.append(dress(model, kit, Looks(skin, hair, shape), seed + number))
    return figures
