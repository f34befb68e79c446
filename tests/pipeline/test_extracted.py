"""What an edge box sends instead of the film: the same figures come out, and nothing wrong gets in."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.artefacts import Artefacts, artefacts_of
from pipeline.errors import PipelineError
from pipeline.extracted import Extracted, pack_extracted, read_extracted, read_extracted_lists, store_extracted
from pipeline.extracted_checks import KIT_WIDTH
from pipeline.local import FolderArtefactStore, ScanRequest, scanned
from pipeline.plan import GIVEN, PLANS, ArtefactName, JobKind, validate
from pipeline.ports import JobRecord, JobStatus, Ports, VideoRecord
from pipeline.runner import run_to_end
from pipeline.testing import MemoryJobStore
from tests.factories.films import ScriptedDetector, calibration, film, scan, scripted_tools
from vision.tracking.kit_colour import KIT_SIZE

FRAMES = 100


def runner(frame: int) -> list[tuple[float, float]]:
    """Two people."""
    return [(-15.0 + 3.0 * frame / 25, 2.0), (5.0, -3.0)]


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> tuple[Artefacts, Any]:
    """A film scanned here, with its results."""
    folder = tmp_path_factory.mktemp("local")
    results, _ = scan(folder, runner, FRAMES, ball=True, calibration=calibration())
    return scanned(ScanRequest(folder / "film.mp4", folder / "out", calibration=calibration())), results


@pytest.fixture(scope="module")
def packed(local: tuple[Artefacts, Any]) -> bytes:
    """The file that travels."""
    return pack_extracted(local[0], "standard")


def contents(packed: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    with np.load(io.BytesIO(packed)) as file:
        arrays = {name: file[name] for name in file.files}
    return json.loads(arrays.pop("document").tobytes()), arrays


def file_of(document: dict[str, Any], arrays: dict[str, np.ndarray]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, document=np.frombuffer(json.dumps(document).encode(), np.uint8), **arrays)
    return file.getvalue()


class Progress:
    """Nobody looks."""

    def step_progress(self, *_: Any) -> None: ...

    def job_changed(self, *_: Any) -> None: ...


def finish(folder: Path, extracted: Extracted, marked: Any = None) -> dict[str, Any]:
    """Run the rest of the scan where there is no film, as the server does."""
    video = VideoRecord("v", "", "gone.mp4", "ab" * 32)
    queued = (extracted.kind, extracted.preset, JobStatus.QUEUED, (video,))
    job = JobRecord("job", "s", *queued, calibration=marked or calibration())
    jobs = MemoryJobStore()
    jobs.add(job)
    files = FolderArtefactStore(folder / "server", media=folder / "no-film")
    store_extracted(artefacts_of(files, job, video), extracted)
    overview = run_to_end(Ports(jobs, files, Progress()), scripted_tools(ScriptedDetector(runner), folder), "job")
    assert overview.status is JobStatus.COMPLETED, overview.error_message
    found = jobs.jobs["job"].results
    assert found is not None
    return dict(found)


def figures(results: Any) -> list[Any]:
    return [(player["track_id"], player["groups"], player["grade"]) for player in results["players"]]


def test_the_rest_of_the_scan_gives_the_same_figures(
    local: tuple[Artefacts, Any], packed: bytes, tmp_path: Path
) -> None:
    extracted = read_extracted(packed)
    assert extracted.kind is JobKind.FROM_POSES
    done = finish(tmp_path, extracted)
    assert figures(done) == figures(local[1])
    assert done["events"] == local[1]["events"]


def test_postures_say_which_were_put_between_and_leave_it_out_where_none_was(packed: bytes) -> None:
    """So a server that knows no such mark still takes the films of the presets that read every posture."""
    document, arrays = contents(packed)
    assert "poses.interpolated" not in arrays
    assert not read_extracted(packed).series[ArtefactName.POSES].arrays["interpolated"].any()
    marked = np.arange(len(arrays["poses.frame"])) % 2 == 1
    extracted = read_extracted(file_of(document, {**arrays, "poses.interpolated": marked}))
    assert np.array_equal(extracted.series[ArtefactName.POSES].arrays["interpolated"], marked)
    with pytest.raises(PipelineError, match=r"poses\.interpolated' must be bool"):
        read_extracted(file_of(document, {**arrays, "poses.interpolated": marked[1:]}))


def test_the_detectors_boxes_travel_and_a_file_of_an_older_agent_has_none(packed: bytes) -> None:
    document, arrays = contents(packed)
    sent = arrays.pop("tracks.detected")
    tracks = read_extracted(packed).series[ArtefactName.TRACKS].arrays
    np.testing.assert_array_equal(tracks["detected"], sent)
    assert np.isfinite(sent[~tracks["interpolated"]]).all()
    older = read_extracted(file_of(document, arrays)).series[ArtefactName.TRACKS].arrays["detected"]
    assert older.shape == sent.shape and np.isnan(older).all()
    half = sent.copy()
    half[0, 2] = np.nan
    with pytest.raises(PipelineError, match=r"tracks\.detected' must be finite boxes"):
        read_extracted(file_of(document, {**arrays, "tracks.detected": half}))


@pytest.mark.parametrize("name", ["tracks.frame", "tracks.kit", "detections.xyxy", "timebase.t"])
def test_a_number_where_a_list_belongs_is_refused(packed: bytes, name: str) -> None:
    document, arrays = contents(packed)
    one = arrays[name].dtype.type(1)
    said = re.escape(f"'{name}' must be a list, got a single value.")
    with pytest.raises(PipelineError, match=said):
        read_extracted(file_of(document, {**arrays, name: np.array(one)}))
    lists = {other: array.tolist() for other, array in arrays.items()} | {name: one.item()}
    with pytest.raises(PipelineError, match=said):
        read_extracted_lists({**document, "arrays": lists})


def test_only_kilobytes_travel(packed: bytes) -> None:
    assert len(packed) < 40_000


def test_detections_alone_are_followed_on_the_server(
    local: tuple[Artefacts, Any], packed: bytes, tmp_path: Path
) -> None:
    document, arrays = contents(packed)
    for name in ("tracks", "poses"):
        del document["series"][name]
    kept = {name: array for name, array in arrays.items() if not name.startswith(("tracks.", "poses."))}
    extracted = read_extracted(file_of(document, kept))
    assert extracted.kind is JobKind.FROM_DETECTIONS
    done = finish(tmp_path, extracted)
    mine, theirs = figures(done), figures(local[1])
    assert [row[0] for row in mine] == [row[0] for row in theirs]
    for (_, groups, _), (_, other, _) in zip(mine, theirs, strict=True):
        one, two = groups["distance"]["total_distance_m"], other["distance"]["total_distance_m"]
        assert one["value"] == pytest.approx(two["value"], abs=0.1), "postures move feet by centimetres"


def test_a_moving_camera_travels_with_its_path(tmp_path: Path) -> None:
    """Marked in the first picture; the same metres come out as beside the film."""
    film(tmp_path / "film.mp4", FRAMES, runner, pan_px=1.0)
    marked = {**calibration(), "anchor_t_s": 0.0}
    results, _ = scan(tmp_path, runner, FRAMES, calibration=marked)
    extracted = read_extracted(
        pack_extracted(scanned(ScanRequest(tmp_path / "film.mp4", tmp_path / "out")), "standard")
    )
    assert {ArtefactName.CAMERA_PATH, ArtefactName.CAMERA_VIEWS} <= extracted.series.keys()
    done = finish(tmp_path, extracted, marked)
    assert figures(done) == figures(results)


def test_lists_say_the_same_as_the_file(packed: bytes) -> None:
    document, arrays = contents(packed)
    lists = {name: json.loads(json.dumps(array.tolist()).replace("NaN", "null")) for name, array in arrays.items()}
    assert read_extracted_lists({**document, "arrays": lists}).digest == read_extracted(packed).digest


def test_writing_twice_changes_nothing(packed: bytes, tmp_path: Path) -> None:
    store = Artefacts(FolderArtefactStore(tmp_path, tmp_path), "sessions/s/v")
    store_extracted(store, read_extracted(packed))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    store_extracted(store, read_extracted(packed))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert store.manifest(ArtefactName.POSES)["facts"] == {"skeleton": "coco17"}


Change = Callable[[dict[str, Any], dict[str, np.ndarray]], None]


def _set(name: str, place: Any, value: Any) -> Change:
    def change(_: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
        arrays[name] = arrays[name].copy()
        arrays[name][place] = value

    return change


def _replace(name: str, make: Callable[[np.ndarray], np.ndarray]) -> Change:
    def change(_: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
        arrays[name] = make(arrays[name])

    return change


def _say(*path: Any, value: Any) -> Change:
    def change(document: dict[str, Any], _: dict[str, np.ndarray]) -> None:
        place: Any = document
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_say("format", value=2), "'format' must be 1"),
        (_say("preset", value="best"), "'preset' must be one of"),
        (_say("preset", value=["fast"]), "'preset' must be one of"),
        (_say("series", value=[]), "'series' must be an object"),
        (_say("film", value=None), "'film' must be an object"),
        (_say("film", "width", value=10**9), "'film.width'"),
        (_say("film", "width", value=True), "'film.width'"),
        (_say("film", "duration_s", value="3"), "'film.duration_s'"),
        (_say("film", "duration_s", value=10**400), "'film.duration_s'"),
        (_say("film", "duration_s", value=float("nan")), "'film.duration_s'"),
        (_say("film", "fps_fraction", value="1/0"), "'film.fps_fraction'"),
        (_say("film", "codec", value="h264\x00"), "'codec'"),
        (_say("film", "frames", value=99), "99 frames"),
        (_say("film", "warnings", value=[1]), "'warnings'"),
        (_set("timebase.t", 50, np.nan), "rise strictly"),
        (_set("timebase.t", 50, 0.0), "rise strictly"),
        (_set("timebase.t", 0, 1.0), "rise strictly"),
        (_replace("timebase.t", lambda a: a.astype(np.float32)), "'timebase.t' must be float64"),
        (_set("tracks.frame", 0, 99), "'tracks.frame' must rise"),
        (_set("tracks.frame", -1, 100), "'tracks.frame' must rise"),
        (_set("tracks.xyxy", (0, 0), np.nan), "'tracks.xyxy'"),
        (_set("tracks.xyxy", (0, 0), 1e30), "'tracks.xyxy'"),
        (_set("detections.score", 0, 1.5), "'detections.score'"),
        (_set("detections.score", 0, np.nan), "'detections.score'"),
        (_set("detections.cls", 0, 7), "'detections.cls'"),
        (_set("tracks.track_id", 0, -1), "'tracks.track_id'"),
        (_set("tracks.track_id", slice(None), 1), "once in a frame"),
        (_set("poses.keypoints", (0, 0, 0), np.inf), "'poses.keypoints'"),
        (_set("poses.keypoints", (0, 0, 2), np.nan), "'poses.keypoints'"),
        (_replace("poses.keypoints", lambda a: a[:, :16]), "17 keypoints"),
        (_replace("poses.keypoints", lambda a: a[:-1]), "'poses.keypoints' must be"),
        (_replace("detections.kit_row", lambda a: np.array([-5], np.int32)), "'detections.kit'"),
        (_replace("detections.kit", lambda a: a[:, :3]), "'detections.kit'"),
        (_set("camera.shift", 0, -1.0), "'camera.shift'"),
        (_say("series", "tracks", "windows", value=[]), "list of time windows"),
        (_say("series", "tracks", "windows", value=[{"stop": 60}]), "every frame of the film"),
        (_say("series", "detections", "windows", value=[{"stop": 60}, {"stop": 100}]), "differ"),
        (_say("series", "detections", "windows", value=[{"stop": 1e9}]), "follow one another"),
        (_say("series", "detections", "models", value=[{"key": "x", "version": "1", "sha256": "no"}]), "sha256"),
        (_say("series", "poses", "facts", value={"skeleton": "octopus"}), "skeleton"),
        (_say("series", "camera", value=None), "'series.camera' is missing"),
        (lambda d, a: a.pop("tracks.score"), "'tracks.score' is missing"),
        (lambda d, a: a.update({"secret": np.zeros(3)}), "no array 'secret'"),
    ],
)
def test_what_is_wrong_is_named(packed: bytes, change: Change, words: str) -> None:
    document, arrays = contents(packed)
    change(document, arrays)
    with pytest.raises(PipelineError, match=words) as caught:
        read_extracted(file_of(document, arrays))
    assert caught.value.code == "BAD_EXTRACT"


def _bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("timebase.t.npy", bytes(300 * 1024**2))
    return file.getvalue()


def _boastful() -> bytes:
    """A header that promises a terabyte."""
    member = io.BytesIO()
    np.lib.format.write_array_header_1_0(member, {"descr": "<f8", "fortran_order": False, "shape": (2**37,)})
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("timebase.t.npy", member.getvalue())
    return file.getvalue()


def _pickled() -> bytes:
    file = io.BytesIO()
    np.savez(file, document=np.array([{"a": 1}], object))
    return file.getvalue()


@pytest.mark.parametrize("make", [lambda: b"", lambda: b"PK\x03\x04 nothing", _bomb, _boastful, _pickled])
def test_a_hostile_file_is_refused_before_it_is_unpacked(make: Callable[[], bytes]) -> None:
    with pytest.raises(PipelineError) as caught:
        read_extracted(make())
    assert caught.value.code == "BAD_EXTRACT"


def test_a_cut_file_is_refused_wherever_it_is_cut(packed: bytes) -> None:
    for length in range(0, len(packed) - 1, max(1, len(packed) // 50)):
        with pytest.raises(PipelineError):
            read_extracted(packed[:length])


@pytest.mark.parametrize("arrays", [None, [], {"timebase.t": "x"}, {"timebase.t": [[1], [1, 2]]}, {"nope.t": []}])
def test_lists_that_are_none_are_refused(arrays: Any) -> None:
    with pytest.raises(PipelineError):
        read_extracted_lists({"format": 1, "preset": "fast", "film": {}, "series": {}, "arrays": arrays})


def test_every_plan_finds_what_it_needs() -> None:
    for kind, plan in PLANS.items():
        validate(plan, GIVEN[kind])


def test_the_width_of_a_shirt_sample_is_the_trackers() -> None:
    assert KIT_WIDTH == KIT_SIZE
