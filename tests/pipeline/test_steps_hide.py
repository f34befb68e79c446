"""The film without faces: every head in it is unreadable, in every picture, and the rest is as it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from pipeline.artefacts import Artefacts
from pipeline.local import FolderArtefactStore, ScanRequest, run_local
from pipeline.params import params_of
from pipeline.plan import BLUR_PLAN, GIVEN, ArtefactName, JobKind, StepName, validate
from pipeline.ports import JobRecord, JobStatus, Ports, StepKey, VideoRecord
from pipeline.reading import ScanReader
from pipeline.runner import run_to_end
from pipeline.steps.base import StepContext
from pipeline.steps.join import STEP as JOIN
from pipeline.testing import MemoryJobStore, MemoryProgressSink
from tests.factories import heads
from tests.factories.heads import CAST, FRAMES, SIZE, Drawn
from vision.video.reader import VideoReader

READABLE = 0.02
"""Share of a head's fine structure that may be left, of borders of patches and the codec's noise; measured: 0.001."""
SHOWS = 1000.0
"""Fine structure of a head that is not behind somebody else's back."""
CODEC = 12.0
"""Mean difference [grey levels] that encoding again (crf 23) may make outside; measured: 2."""
PARAMS = {"detect_hz": 5.0, "pose_hz": 5.0, "window_s": 1.0, "pose_people": 0}
"""Every fifth picture is looked at; three pieces."""


class Film:
    """A scanned film and what its blurring left."""

    def __init__(self, folder: Path, cast: Sequence[Drawn] = CAST) -> None:
        self.folder, self.cast = folder, cast
        self.original = heads.film(folder / "film.mp4", cast)
        self.tools = heads.tools(folder, cast)
        run_local(ScanRequest(self.original, folder / "out", overlay=False, overrides=PARAMS), self.tools)
        self.files = FolderArtefactStore(folder / "out" / "artefacts", media=folder)
        video = next((folder / "out/artefacts/sessions/local").iterdir()).name
        self.store = Artefacts(self.files, f"sessions/local/{video}")
        self.job = JobRecord(
            "blur", "local", JobKind.BLUR, "standard", JobStatus.QUEUED,
            (VideoRecord(video, "", str(self.original), "0" * 64),), params=PARAMS,
        )  # fmt: skip

    def blur(self, store: FolderArtefactStore | None = None) -> MemoryJobStore:
        """Make the film without faces."""
        jobs = MemoryJobStore()
        jobs.add(self.job)
        ports = Ports(jobs, store or self.files, MemoryProgressSink())
        overview = run_to_end(ports, self.tools, self.job.job_id)
        assert overview.status is JobStatus.COMPLETED, overview.error_trace
        return jobs

    @property
    def shared(self) -> Path:
        made = ScanReader(self.store).shared_film()
        assert made is not None
        return self.folder / made["key"]

    def pairs(self) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """Number, and both films' picture."""
        before, after = VideoReader(self.original), VideoReader(self.shared)
        for one, other in zip(before.frames(), after.frames(), strict=True):
            assert one.t_s == pytest.approx(other.t_s, abs=1e-3), "as long, and at the same times"
            yield one.index, one.image_bgr.copy(), other.image_bgr.copy()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    made = Film(tmp_path_factory.mktemp("hide"))
    made.blur()
    return made


def structure(part: np.ndarray) -> float:
    """How much fine structure there is: the energy that a 5 x 5 mean takes away."""
    grey = cv2.cvtColor(part, cv2.COLOR_BGR2GRAY).astype(np.float64)
    return float(((grey - cv2.blur(grey, (5, 5))) ** 2).mean())


def test_the_plan_holds() -> None:
    validate(BLUR_PLAN, GIVEN[JobKind.BLUR])


def test_every_head_is_unreadable_in_every_picture(film: Film) -> None:
    left, looked = [], 0
    for number, before, after in film.pairs():
        for person in film.cast:
            head = person.head(number)
            where = heads.visible(head) if head is not None else None
            if where is not None and structure(before[where]) > SHOWS:
                looked += 1
                left.append(structure(after[where]) / structure(before[where]))
    assert looked > 4 * FRAMES, "nearly everybody is in nearly every picture"
    assert max(left) < READABLE


def test_the_rest_is_as_it_was(film: Film) -> None:
    worst = 0.0
    for number, before, after in film.pairs():
        outside = np.ones(SIZE[::-1], np.bool_)
        for person in film.cast:
            boxes = [box for n in range(number - 8, number + 9) if (box := person.box(n)) is not None]
            for box in boxes:
                low, high = np.maximum(box[:2] - 45, 0).astype(int), (box[2:] + 45).astype(int)
                outside[low[1] : high[1], low[0] : high[0]] = False
        outside[: SIZE[1] // 4] = False  # the wrong face is said to be up there
        assert outside.mean() > 0.1
        difference = np.abs(before.astype(int) - after.astype(int)).mean(axis=2)
        worst = max(worst, float(difference[outside].mean()))
    assert worst < CODEC


def test_legs_are_still_to_be_seen(film: Film) -> None:
    """Of who stands with a sure face no more than the upper part is hidden."""
    person = film.cast[0]
    for number, before, after in film.pairs():
        box = person.box(number)
        assert box is not None
        left, right = int(box[0]) + 4, int(box[2]) - 4
        legs = (slice(int(box[1] + 0.5 * (box[3] - box[1])), int(box[3]) - 4), slice(left, right))
        assert np.abs(before[legs].astype(int) - after[legs].astype(int)).mean() < CODEC


def test_there_is_no_sound_in_it(film: Film) -> None:
    with av.open(str(film.original)) as before, av.open(str(film.shared)) as after:
        assert len(before.streams.audio) == 1
        assert [stream.type for stream in after.streams] == ["video"]


def test_its_small_picture_shows_no_head_either(film: Film) -> None:
    picture = ScanReader(film.store).shared_picture()
    assert picture is not None
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert image.shape[:2] == SIZE[::-1]
    where = heads.visible(np.array(film.cast[0].head(0)))
    assert where is not None
    assert structure(image[where]) < READABLE * structure(heads.picture(film.cast, 0)[where])


def test_the_pieces_are_gone_and_a_second_run_changes_nothing(film: Film) -> None:
    assert not list(film.files.list(f"{film.store.prefix}/hidden"))
    before = film.shared.read_bytes(), film.shared.stat().st_mtime_ns
    hidden = [key for key in film.files.list(film.store.prefix) if "shared" in key]
    content = {key: film.files.read(key) for key in hidden}
    film.blur()
    assert film.shared.read_bytes() == before[0]
    assert {key for key in content if not key.endswith(".manifest.json")} == {
        key for key in content if film.files.read(key) == content[key] and not key.endswith(".manifest.json")
    }


def test_somebody_who_is_found_but_followed_by_nobody_is_hidden(tmp_path: Path) -> None:
    brief = Drawn((240, 380), frames=(40, 44))
    made = Film(tmp_path, (CAST[0], brief))
    made.blur()
    tracks = made.store.read_range(ArtefactName.TRACKS)
    assert not ((tracks["xyxy"][:, 0] > 150) & (tracks["frame"] == 40)).any(), "nobody follows somebody so brief"
    for number, before, after in made.pairs():
        head = brief.head(number)
        where = heads.visible(head) if head is not None else None
        if where is not None:
            assert structure(after[where]) < READABLE * structure(before[where])


def test_a_worker_that_dies_costs_one_piece_and_leaves_no_half_film(film: Film, tmp_path: Path) -> None:
    class Dying(FolderArtefactStore):
        """Dies before the third piece, then before the manifest of the film."""

        died: list[str] = []

        def write(self, key: str, data: bytes) -> None:
            last = "hidden/000002" in key or key.endswith("shared_film.json")
            if last and key not in self.died:
                self.died.append(key)
                raise KeyboardInterrupt(key)
            super().write(key, data)

    made = Film(tmp_path)
    store = Dying(made.files.root, made.files.media)
    written = []
    for _ in range(3):
        try:
            made.blur(store)
        except KeyboardInterrupt:
            written.append({key: 0 for key in store.list(f"{made.store.prefix}/hidden")})
            assert ScanReader(made.store).shared_film() is None, "nothing is served before it is whole"
    assert len(store.died) == 2
    assert len(written[0]) == 2
    assert made.shared.read_bytes() == film.shared.read_bytes()
    assert [path.name for path in made.shared.parent.iterdir()] == [made.shared.name]


def test_a_cancelled_job_leaves_nothing(tmp_path: Path) -> None:
    made = Film(tmp_path)
    made.blur()
    jobs = MemoryJobStore()
    jobs.add(made.job)
    context = StepContext(
        job=made.job, key=StepKey("blur", StepName.JOIN), params=params_of(made.job), jobs=jobs,
        artefacts=made.files, models=made.tools.models, report=lambda _share: None,
    )  # fmt: skip
    path = made.shared
    JOIN.discard(context)
    assert ScanReader(made.store).shared_film() is None
    assert ScanReader(made.store).shared_picture() is None
    assert not path.exists()
