"""The small picture that the publish step leaves."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.artefacts import Artefacts
from pipeline.local import FolderArtefactStore
from pipeline.plan import ArtefactName
from pipeline.steps import thumbnail
from pipeline.steps.thumbnail import MAX_SIDE_PX, liveliest_frame
from tests.factories import videos
from tests.factories.films import film, scan
from vision.video.frame import jpeg

FRAMES = 60


def one_then_two(frame: int) -> list[tuple[float, float]]:
    """One person all the time; a second one in frames 40 to 59."""
    second = (10.0, 5.0) if frame >= 40 else (math.nan, math.nan)
    return [(-10.0 + frame / 25, 2.0), second]


def artefacts(folder: Path) -> Artefacts:
    """The artefacts of `scan(folder, …)`."""
    root = folder / "out" / "artefacts"
    video = next((root / "sessions" / "local").iterdir()).name
    return Artefacts(FolderArtefactStore(root, folder), f"sessions/local/{video}")


def picture(folder: Path) -> bytes:
    """The thumbnail's bytes."""
    store = artefacts(folder)
    assert store.manifest(ArtefactName.THUMBNAIL)["artefact"] == "thumbnail"
    return store.store.read(store.key(ArtefactName.THUMBNAIL))


def number_in(jpeg_bytes: bytes) -> int:
    """Which frame of the film the picture is."""
    return videos.read_number(np.asarray(Image.open(io.BytesIO(jpeg_bytes)))[:, :, ::-1])


def test_it_shows_most_people_as_near_to_the_middle_as_can_be(tmp_path: Path) -> None:
    scan(tmp_path, one_then_two, FRAMES, preset="full")
    store = artefacts(tmp_path)
    shown = number_in(picture(tmp_path))
    tracks = store.read_range(ArtefactName.TRACKS)
    frames, people = np.unique(tracks["frame"][~tracks["interpolated"]], return_counts=True)
    best = frames[people == 2]
    assert best.min() >= 40, "the second person is there from then on"
    assert shown == liveliest_frame(store, FRAMES) == best.min()


def test_without_people_it_is_the_middle(tmp_path: Path) -> None:
    scan(tmp_path, lambda frame: [], FRAMES, preset="full")
    assert number_in(picture(tmp_path)) == FRAMES // 2


def test_it_is_small_and_has_the_films_shape(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thumbnail, "MAX_SIDE_PX", 96)
    scan(tmp_path, one_then_two, FRAMES)
    image = Image.open(io.BytesIO(picture(tmp_path)))
    assert (image.format, image.size) == ("JPEG", (96, 64))


@pytest.mark.parametrize(
    ("shape", "size"), [((1080, 1920), (480, 270)), ((1920, 1080), (270, 480)), ((64, 96), (96, 64))]
)
def test_no_side_is_longer_than_a_card(shape: tuple[int, int], size: tuple[int, int]) -> None:
    made = jpeg(np.full((*shape, 3), 90, np.uint8), max_side_px=MAX_SIDE_PX)
    assert Image.open(io.BytesIO(made)).size == size


def test_a_second_run_gives_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        film(folder / "film.mp4", FRAMES, one_then_two)
        scan(folder, one_then_two, overrides={"window_s": 1.0})
        made.append(picture(folder))
    assert made[0] == made[1]


def test_a_film_that_is_gone_costs_the_picture_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = scan(tmp_path, one_then_two, FRAMES, preset="full")
    store = artefacts(tmp_path)
    old = picture(tmp_path)

    def gone(self: FolderArtefactStore, key: str) -> None:
        raise thumbnail.ArtefactError("gone", code="VIDEO_MISSING")

    monkeypatch.setattr(FolderArtefactStore, "local_video", gone)
    store.store.delete(store.manifest_key(ArtefactName.THUMBNAIL))
    again, _ = scan(tmp_path, one_then_two, preset="full")
    assert again == first
    assert store.store.read(store.key(ArtefactName.THUMBNAIL)) == old, "the one from before stays"
    store.discard(ArtefactName.THUMBNAIL)
    again, _ = scan(tmp_path, one_then_two, preset="full")
    assert again == first
    assert not store.store.exists(store.key(ArtefactName.THUMBNAIL))
