"""A scripted film whose camera travels over the pitch, scanned whole: metres follow it, or it is said why not."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.artefacts import Artefacts
from pipeline.local import FolderArtefactStore, ScanResults
from pipeline.plan import ArtefactName
from pipeline.steps.moving import NO_TIME, NOT_FOLLOWED, OTHER_FILM, MovingFilm, sentence
from tests.factories.films import PX_PER_M, calibration, film, scan
from vision.calibration.pitch_model import PITCH_FORMATS

FRAMES, PAN_PX, ANCHOR = 150, 0.5, 50
MARKED = [(-8.0, 3.0), (5.0, -6.0), (2.0, 5.0)]
"""Where people stand in every picture: they walk along with the camera, at 3.1 m/s over the pitch."""


def script(frame: int) -> list[tuple[float, float]]:
    del frame
    return MARKED


def true_place(frame: np.ndarray, x_m: np.ndarray) -> np.ndarray:
    """The picture moves by whole pixels."""
    moved = np.round(PAN_PX * frame) - round(PAN_PX * ANCHOR)
    return x_m + moved / PX_PER_M


def video_id(folder: Path) -> str:
    return hashlib.sha256((folder / "film.mp4").read_bytes()).hexdigest()[:16]


def marked(**changes: Any) -> dict[str, Any]:
    data = {**calibration(), "pitch": PITCH_FORMATS["11v11"].to_dict(), "anchor_t_s": ANCHOR / 25}
    return {key: value for key, value in {**data, **changes}.items() if value is not None}


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ScanResults]:
    folder = tmp_path_factory.mktemp("moving")
    film(folder / "film.mp4", FRAMES, script, pan_px=PAN_PX)
    data = marked(anchor_video_id=video_id(folder))
    results, _ = scan(folder, script, calibration=data, preset="full", overrides={"window_s": 2.0})
    return folder, results


@pytest.fixture(scope="module")
def store(scanned: tuple[Path, ScanResults]) -> Artefacts:
    folder, _ = scanned
    root = folder / "out" / "artefacts"
    return Artefacts(FolderArtefactStore(root, folder / "out"), f"sessions/local/{video_id(folder)}")


def test_places_follow_the_camera_through_all_windows(store: Artefacts) -> None:
    world = store.read_range(ArtefactName.WORLD)
    assert len(store.manifest(ArtefactName.CAMERA_PATH)["windows"]) == 3
    assert len(world["frame"]) == 3 * FRAMES
    start = np.array([np.argmin(np.abs(np.array(MARKED)[:, 1] - y)) for y in world["xy"][:, 1]])
    error = world["xy"][:, 0] - true_place(world["frame"], np.array(MARKED)[start, 0])
    assert np.abs(error).max() < 0.25, "a pixel is 0.25 m"
    assert np.abs(world["xy"][:, 1] - np.array(MARKED)[start, 1]).max() < 0.15
    assert (np.hypot(error, 0) < 4 * world["sigma"]).mean() > 0.95


def test_the_drift_is_told_and_graded(scanned: tuple[Path, ScanResults], store: Artefacts) -> None:
    _, results = scanned
    facts = store.manifest(ArtefactName.WORLD)["facts"]["moving"]
    assert facts["anchor_t_s"] == 2.0
    assert facts["coverage"] == 1.0
    assert facts["lost"] == {}
    assert 0 < facts["drift_m"] < 0.15
    assert any("carried from the picture marked at 0:02" in text for text in results["warnings"])
    assert any("No lines of the pitch were seen" in text for text in results["warnings"]), "the scripted film has none"
    for player in results["players"]:
        quality = player["quality"]
        assert quality["camera_drift_m"] == facts["drift_m"]
        assert quality["grade"] != "A"
        distance = player["groups"]["distance"]["total_distance_m"]
        assert distance["value"] == pytest.approx((FRAMES - 1) * PAN_PX / PX_PER_M, rel=0.06)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"anchor_t_s": None}, NO_TIME),
        ({"pitch": None}, NO_TIME),
        ({"anchor_video_id": "another"}, OTHER_FILM),
        ({}, "lines are not seen where the marks say"),
    ],
    ids=["no time", "no pitch", "another film", "nothing says that it is this film"],
)
def test_what_is_not_known_gives_no_metres(store: Artefacts, changes: dict[str, Any], said: str) -> None:
    found = MovingFilm.read(store, marked(**changes), "this film")
    assert isinstance(found, str)
    assert said in found
    assert "speeds and distances" in found


def test_a_film_scanned_without_its_movement_must_be_scanned_again(store: Artefacts) -> None:
    class Without(Artefacts):
        def stands(self, name: ArtefactName, params_hash: str) -> bool:
            return name is not ArtefactName.CAMERA_PATH and super().stands(name, params_hash)

    found = MovingFilm.read(Without(store.store, store.prefix), marked(anchor_video_id="x"), "x")
    assert found == NOT_FOLLOWED


def test_a_marked_picture_outside_the_film_has_no_place_in_it(store: Artefacts) -> None:
    found = MovingFilm.read(store, marked(anchor_t_s=500.0, anchor_video_id="x"), "x")
    assert isinstance(found, str)
    assert "8:20" in found


def test_a_picture_between_two_that_were_looked_at_can_be_marked(store: Artefacts) -> None:
    """Half a picture later the camera is half a step (0.06 m) further."""
    film_ = MovingFilm.read(store, marked(anchor_t_s=(ANCHOR + 0.5) / 25, anchor_video_id="x"), "x")
    assert isinstance(film_, MovingFilm)
    tracks = store.read_window(ArtefactName.TRACKS, 0)
    feet = np.column_stack([tracks["xyxy"][:, [0, 2]].mean(axis=1), tracks["xyxy"][:, 3]])
    xy, sigma = film_.metres(0, tracks, feet, np.full(len(feet), 0.1))
    exact = store.read_range(ArtefactName.WORLD)
    first = exact["xy"][exact["frame"] == 0]
    later = xy[tracks["frame"] == 0]
    shift = later[np.argsort(later[:, 0]), 0] - first[np.argsort(first[:, 0]), 0]
    assert np.isfinite(sigma).all()
    assert (shift < 0.05).all() and (shift > -0.3).all()


def test_a_coach_reads_how_much_of_the_film_has_metres() -> None:
    facts: Any = {"anchor_t_s": 75.2, "drift_m": 0.183, "coverage": 0.9, "lost": {}, "corrections": 0}
    assert sentence(facts) == (
        "The camera moves: metres are carried from the picture marked at 1:15 through the film, with a drift of up to "
        "0.18 m. 90% of the film has metres; elsewhere the pitch could not be followed."
    )
