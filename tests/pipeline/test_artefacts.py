"""Artefacts: exact columns, whole files, windows by time, equal bytes for equal content."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest

from pipeline.artefacts import Artefacts, Stamp, WindowEntry, concatenate, empty, pack, unpack
from pipeline.errors import ArtefactError
from pipeline.plan import ArtefactName
from pipeline.series import SERIES, WINDOWED, with_added_columns
from pipeline.testing import MemoryArtefactStore
from vision.types import ModelInfo

MODEL = ModelInfo("nanodet", "nanodet.onnx", "ab" * 32)
STAMP = Stamp("hash-1", models=[MODEL], facts={"skeleton": "coco17"}, warnings=["one"], made={"at": "now"})


def ball(*times: float) -> dict[str, np.ndarray]:
    """Rows of the ball series."""
    count = len(times)
    return {
        "frame": np.arange(count, dtype=np.int32),
        "t": np.array(times, np.float64),
        "xy": np.full((count, 2), 5.0, np.float32),
        "score": np.ones(count, np.float32),
        "interpolated": np.zeros(count, np.bool_),
    }


def world(*times: float) -> dict[str, np.ndarray]:
    """Rows of the world series, one person."""
    count = len(times)
    return {
        "frame": np.array([round(25 * t) for t in times], np.int32),
        "t": np.array(times, np.float64),
        "track_id": np.ones(count, np.int32),
        "xy": np.array([[t, -t] for t in times], np.float32).reshape(count, 2),
        "sigma": np.full(count, 0.1, np.float32),
    }


@pytest.fixture
def store() -> Artefacts:
    """Artefacts in memory."""
    return Artefacts(MemoryArtefactStore(), "sessions/s1/v1")


def write_world(store: Artefacts, windows: list[tuple[float, ...]], stamp: Stamp = STAMP) -> None:
    """A finished world series."""
    entries = []
    for number, times in enumerate(windows):
        store.write_window(ArtefactName.WORLD, number, world(*times), stamp)
        edge = (times[0], times[-1]) if times else (20.0 * number, 20.0 * number + 19.9)
        entries.append({"window": number, "start": 0, "stop": 1, "t0": edge[0], "t1": edge[1]})
    store.write_manifest(ArtefactName.WORLD, stamp, entries)


def test_keys_are_those_of_the_design() -> None:
    store = Artefacts(MemoryArtefactStore(), "sessions/s1/v1")
    assert store.key(ArtefactName.DETECTIONS, 3) == "sessions/s1/v1/detections/000003.npz"
    assert store.manifest_key(ArtefactName.DETECTIONS) == "sessions/s1/v1/detections/index.json"
    assert store.key(ArtefactName.BALL) == "sessions/s1/v1/ball.npz"
    assert store.key(ArtefactName.KPIS) == "sessions/s1/v1/kpis.json"


def test_every_series_has_frame_and_time_first() -> None:
    for name, columns in SERIES.items():
        assert list(columns)[:2] == ["frame", "t"], name
        assert columns["frame"].dtype == "int32" and columns["t"].dtype == "float64"
    assert set(SERIES) >= WINDOWED


def test_a_series_reads_back_as_it_was_written(store: Artefacts) -> None:
    store.write_series(ArtefactName.BALL, ball(0.0, 0.04), STAMP)
    arrays, facts = store.read_series(ArtefactName.BALL)
    assert facts == {"skeleton": "coco17"}
    for column, expected in ball(0.0, 0.04).items():
        np.testing.assert_array_equal(arrays[column], expected)
        assert arrays[column].dtype == expected.dtype


def test_equal_content_gives_equal_bytes_whoever_made_it_when() -> None:
    one = pack(ball(0.0), STAMP.meta(ArtefactName.BALL))
    other = Stamp("hash-1", models=[MODEL], facts={"skeleton": "coco17"}, warnings=["one"], made={"at": "later"})
    assert pack(ball(0.0), other.meta(ArtefactName.BALL)) == one
    assert b"now" not in one
    assert pack(ball(0.5), STAMP.meta(ArtefactName.BALL)) != one


def test_time_worker_and_device_stand_in_the_manifest_only(store: Artefacts) -> None:
    store.write_json(ArtefactName.EVENTS, {"events": []}, STAMP)
    assert store.manifest(ArtefactName.EVENTS)["made"] == {"at": "now"}
    assert "now" not in store.store.read(store.key(ArtefactName.EVENTS)).decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"score": np.ones(2)},
        {"xy": np.ones((2, 3), np.float32)},
        {"frame": np.arange(3, dtype=np.int32)},
        {"extra": np.ones(2)},
    ],
)
def test_wrong_columns_are_refused_when_written(wrong: dict, store: Artefacts) -> None:
    with pytest.raises(ArtefactError, match="ball"):
        store.write_series(ArtefactName.BALL, {**ball(0.0, 0.04), **wrong}, STAMP)
    assert not store.store.exists(store.key(ArtefactName.BALL))


def test_reading_by_time_loads_only_overlapping_windows(store: Artefacts, monkeypatch: pytest.MonkeyPatch) -> None:
    write_world(store, [(0.0, 10.0, 19.96), (20.0, 30.0), (40.0,)])
    read: list[str] = []
    original = store.store.read
    monkeypatch.setattr(store.store, "read", lambda key: (read.append(key), original(key))[1])
    rows = store.read_range(ArtefactName.WORLD, 10.0, 25.0)
    np.testing.assert_array_equal(rows["t"], [10.0, 19.96, 20.0])
    np.testing.assert_array_equal(rows["xy"][-1], [20.0, -20.0])
    assert [key.rsplit("/", 1)[1] for key in read] == ["index.json", "000000.npz", "000001.npz"]


def test_the_end_of_a_range_is_open_and_nothing_is_no_rows(store: Artefacts) -> None:
    write_world(store, [(0.0, 10.0), ()])
    assert list(store.read_range(ArtefactName.WORLD, 0.0, 10.0)["t"]) == [0.0]
    nothing = store.read_range(ArtefactName.WORLD, 50.0, 60.0)
    assert {column: array.shape for column, array in nothing.items()} == {
        "frame": (0,),
        "t": (0,),
        "track_id": (0,),
        "xy": (0, 2),
        "sigma": (0,),
    }


def test_an_artefact_stands_only_with_its_manifest_and_hash(store: Artefacts) -> None:
    store.write_window(ArtefactName.WORLD, 0, world(0.0), STAMP)
    assert store.window_stands(ArtefactName.WORLD, 0, "hash-1")
    assert not store.window_stands(ArtefactName.WORLD, 1, "hash-1")
    assert not store.stands(ArtefactName.WORLD, "hash-1")
    write_world(store, [(0.0,)])
    assert store.stands(ArtefactName.WORLD, "hash-1")
    assert not store.stands(ArtefactName.WORLD, "hash-2")
    store.discard_window(ArtefactName.WORLD, 0)
    assert not store.stands(ArtefactName.WORLD, "hash-1")
    assert not store.window_stands(ArtefactName.WORLD, 0, "hash-1")


def test_damage_and_other_versions_say_what_to_do(store: Artefacts) -> None:
    store.write_series(ArtefactName.BALL, ball(0.0), STAMP)
    whole = store.store.read(store.key(ArtefactName.BALL))
    store.store.write(store.key(ArtefactName.BALL), whole[: len(whole) // 2])
    with pytest.raises(ArtefactError, match="Press retry") as damage:
        store.read_series(ArtefactName.BALL)
    assert damage.value.code == "ARTEFACT_DAMAGED"
    manifest = json.loads(store.store.read(store.manifest_key(ArtefactName.BALL)))
    store.store.write(store.manifest_key(ArtefactName.BALL), json.dumps({**manifest, "schema": 99}).encode())
    with pytest.raises(ArtefactError, match="another version") as other:
        store.manifest(ArtefactName.BALL)
    assert other.value.code == "ARTEFACT_VERSION"


def test_no_pickle_is_ever_read(store: Artefacts) -> None:
    evil = np.array([{"a": 1}], dtype=object)
    file = io.BytesIO()
    np.savez(file, frame=evil, meta=np.zeros(1, np.uint8))
    with pytest.raises(ArtefactError):
        unpack(file.getvalue(), ArtefactName.BALL)


def test_postures_that_are_older_than_the_stride_were_all_read(store: Artefacts) -> None:
    rows = {**empty(ArtefactName.POSES), "keypoints": np.zeros((2, 17, 3), np.float32)}
    rows |= {"frame": np.zeros(2, np.int32), "t": np.zeros(2), "track_id": np.arange(2, dtype=np.int32)}
    rows |= {"interpolated": np.ones(2, np.bool_)}
    key = store.key(ArtefactName.POSES, 0)
    store.write_window(ArtefactName.POSES, 0, rows, STAMP)
    with zipfile.ZipFile(io.BytesIO(store.store.read(key))) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if name != "interpolated.npy"}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    store.store.write(key, file.getvalue())
    read = store.read_window(ArtefactName.POSES, 0)
    assert read["interpolated"].dtype == np.bool_ and read["interpolated"].tolist() == [False, False]
    store.write_manifest(ArtefactName.POSES, STAMP, [WindowEntry(window=0, start=0, stop=1, t0=0.0, t1=0.0)])
    assert not store.read_range(ArtefactName.POSES)["interpolated"].any()


def test_tracks_that_are_older_than_the_detectors_boxes_have_none(store: Artefacts) -> None:
    older = {**empty(ArtefactName.TRACKS), "frame": np.zeros(2, np.int32), "track_id": np.arange(2, dtype=np.int32)}
    del older["detected"]
    read = with_added_columns(ArtefactName.TRACKS, older)["detected"]
    assert read.shape == (2, 4) and read.dtype == np.float32 and np.isnan(read).all()
    newer = {**older, "detected": np.ones((2, 4), np.float32)}
    assert (with_added_columns(ArtefactName.TRACKS, newer)["detected"] == 1).all()


def test_a_column_that_the_series_no_longer_has_is_passed_over(store: Artefacts) -> None:
    entries = [WindowEntry(window=number, start=number, stop=number + 1, t0=0.0, t1=0.0) for number in (0, 1)]
    for number in (0, 1):
        store.write_window(ArtefactName.CAMERA_PATH, number, empty(ArtefactName.CAMERA_PATH), STAMP)
    store.write_manifest(ArtefactName.CAMERA_PATH, STAMP, entries)
    key = store.key(ArtefactName.CAMERA_PATH, 0)
    file, column = io.BytesIO(store.store.read(key)), io.BytesIO()
    np.lib.format.write_array(column, np.zeros(0, np.bool_))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("looked.npy", column.getvalue())
    store.store.write(key, file.getvalue())
    assert set(store.read_window(ArtefactName.CAMERA_PATH, 0)) == set(SERIES[ArtefactName.CAMERA_PATH])
    assert len(store.read_range(ArtefactName.CAMERA_PATH)["frame"]) == 0, "beside windows that never had it"


def test_windows_without_rows_do_not_spoil_open_shapes() -> None:
    none = empty(ArtefactName.POSES)
    some = {**empty(ArtefactName.POSES), "keypoints": np.zeros((2, 17, 3), np.float32)}
    some |= {"frame": np.zeros(2, np.int32), "t": np.zeros(2), "track_id": np.zeros(2, np.int32)}
    some |= {"interpolated": np.zeros(2, np.bool_)}
    assert concatenate([none, some, none])["keypoints"].shape == (2, 17, 3)
    assert concatenate([none, none])["keypoints"].shape == (0, 0, 3)
