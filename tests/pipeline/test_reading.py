"""Reading what a scan left: by time, with linked numbers, and nothing where nothing was made."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import numpy as np
import pytest

from pipeline.artefacts import Artefacts
from pipeline.errors import ArtefactError
from pipeline.plan import ArtefactName
from pipeline.reading import ScanReader, rounded
from pipeline.testing import MemoryArtefactStore
from tests.factories.artefacts import AWAY, HOME, write_scan


@pytest.fixture
def store() -> Artefacts:
    return Artefacts(MemoryArtefactStore(), "sessions/s/v")


@pytest.fixture
def reader(store: Artefacts) -> ScanReader:
    write_scan(store)
    return ScanReader(store)


def test_numbers_are_linked_and_nobodys_boxes_left_out(reader: ScanReader) -> None:
    rows = reader.read("tracks", 29.5, 30.5)
    assert sorted(set(rows["frame"].tolist())) == list(range(295, 305))
    assert rows["track_id"].tolist() == [HOME, AWAY] * 10, "the tracker's 1 and 3 are one person; its 4 is nobody"
    assert list(rows) == ["frame", "t", "track_id", "xyxy", "score", "interpolated"]


@pytest.mark.parametrize("series", ["tracks", "poses", "world", "ball"])
def test_a_span_holds_its_start_and_not_its_end(reader: ScanReader, series: str) -> None:
    times = reader.read(series, 19.0, 21.0)["t"]
    assert (times.min(), times.max()) == (19.0, 20.0 if series == "ball" else 20.9)


def test_before_a_step_is_done_there_are_no_rows(store: Artefacts) -> None:
    reader = ScanReader(store)
    assert all(reader.read(series, 0, 60) == {} for series in ("tracks", "poses", "world", "ball"))
    assert (reader.tracks(), reader.scale_source(), reader.skeleton()) == ((), None, None)
    assert reader.frame_at(HOME, 0.0) is None


def test_before_linking_the_trackers_numbers_are_shown(store: Artefacts) -> None:
    write_scan(store)
    store.store.delete(store.key(ArtefactName.LINKS))
    assert set(ScanReader(store).read("tracks", 0, 1)["track_id"].tolist()) == {1, 2, 4}


def test_a_damaged_file_is_not_an_empty_one(store: Artefacts) -> None:
    write_scan(store)
    store.store.write(store.key(ArtefactName.TRACKS, 0), b"half a file")
    with pytest.raises(ArtefactError, match="damaged"):
        ScanReader(store).read("tracks", 0, 1)


def test_what_else_is_known(reader: ScanReader) -> None:
    assert [track["track_id"] for track in reader.tracks()] == [HOME, AWAY]
    assert reader.scale_source() == "pitch_homography"
    skeleton = reader.skeleton()
    assert skeleton is not None
    assert (skeleton["name"], len(skeleton["keypoints"])) == ("coco17", 17)
    assert all(0 <= joint < 17 for limb in skeleton["limbs"] for joint in limb)


@pytest.mark.parametrize(("t_s", "frame"), [(0.0, 0), (12.34, 124), (29.95, 300), (59.9, 599), (60.0, None)])
def test_the_frame_where_a_person_is_cut(reader: ScanReader, t_s: float, frame: int | None) -> None:
    assert reader.frame_at(HOME, t_s) == frame


def test_nobody_is_cut_nowhere(reader: ScanReader) -> None:
    assert reader.frame_at(4, 1.0) is None


def test_no_more_digits_than_the_numbers_carry(reader: ScanReader) -> None:
    tracks = rounded("tracks", reader.read("tracks", 0.0, 0.1))
    assert json.dumps(tracks["xyxy"].tolist()) == "[[0.0, 1.0, 10.1, 22.0], [0.0, 2.0, 10.1, 23.0]]"
    assert tracks["score"].tolist() == [0.877, 0.877]
    keypoints = rounded("poses", reader.read("poses", 0.0, 0.1))["keypoints"]
    assert keypoints[0, 0, 0] == 1.2
    assert math.isnan(keypoints[0, 0, 1])
    assert keypoints[0, 0, 2] == 0.123
    world = rounded("world", reader.read("world", 0.0, 0.1))
    assert (world["xy"][0].tolist(), world["sigma"][0]) == ([1.235, 1.235], 0.043)
    assert rounded("ball", {}) == {}


def test_rounding_does_not_change_what_is_stored(reader: ScanReader) -> None:
    rows = reader.read("tracks", 0.0, 0.1)
    before = rows["xyxy"].copy()
    rounded("tracks", rows)
    np.testing.assert_array_equal(rows["xyxy"], before)


def test_reading_loads_no_heavy_library() -> None:
    script = (
        "import sys, pipeline.reading, pipeline.api; "
        "print([name for name in ('torch', 'onnxruntime', 'cv2', 'av', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
