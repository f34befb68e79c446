"""Who is who after linking and after a coach's words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.artefacts import Artefacts, artefacts_of
from pipeline.links import Links
from pipeline.local import FolderArtefactStore
from pipeline.params import params_of
from pipeline.plan import ArtefactName, JobKind, StepName
from pipeline.ports import Correction, JobRecord, JobStatus, StepKey, VideoRecord
from pipeline.steps.base import StepContext
from pipeline.steps.link import STEP, assign
from pipeline.testing import MemoryJobStore
from tests.factories.films import ScriptedDetector, scan, scripted_tools


def two(frame: int) -> list[tuple[float, float]]:
    """Two people at opposite ends of the pitch."""
    return [(-15.0 + 0.05 * frame, 5.0), (15.0 - 0.05 * frame, -6.0)]


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> StepContext:
    """The link step on a scanned film of two people."""
    folder = tmp_path_factory.mktemp("link")
    scan(folder, two, 100, preset="full")
    root = folder / "out" / "artefacts"
    video = next((root / "sessions" / "local").iterdir()).name
    job = JobRecord(
        "local", "local", JobKind.QUICK, "full", JobStatus.RUNNING, (VideoRecord(video, "", "film.mp4", "x"),)
    )
    return StepContext(
        job=job,
        key=StepKey("local", StepName.LINK),
        params=params_of(job),
        jobs=MemoryJobStore(),
        artefacts=FolderArtefactStore(root, folder),
        models=scripted_tools(ScriptedDetector(two), folder).models,
        report=lambda fraction: None,
    )


def linked(context: StepContext, *corrections: Correction, subject: str | None = None) -> tuple[Links, Artefacts]:
    """Run the step with corrections."""
    job = replace(context.job, corrections=corrections, subject_player_id=subject)
    told = replace(context, job=job)
    STEP.run(told, STEP.params_hash(told))
    store = artefacts_of(context.artefacts, job, job.videos[0])
    return Links.read(store), store


def people(links: Links, store: Artefacts) -> list[int]:
    """Linked number of every row of the tracks, frame by frame."""
    tracks = store.read_range(ArtefactName.TRACKS)
    return links.linked(tracks["track_id"], tracks["frame"]).tolist()


def test_two_people_are_two_tracks_over_the_whole_film(context: StepContext) -> None:
    links, store = linked(context)
    assert [(track["track_id"], track["coverage"]) for track in links.tracks] == [(1, 1.0), (2, 1.0)]
    assert sorted(set(people(links, store))) == [1, 2]
    assert [(track["start_s"], track["end_s"], track["frames"]) for track in links.tracks] == [(0.0, 3.96, 100)] * 2


def test_a_split_gives_the_rest_to_a_new_number(context: StepContext) -> None:
    links, store = linked(context, Correction("split", 2, frame=40))
    assert [(track["track_id"], track["frames"], track["corrected"]) for track in links.tracks] == [
        (1, 100, False),
        (2, 40, True),
        (3, 60, True),
    ]
    assert people(links, store).count(3) == 60


def test_a_merge_after_a_split_puts_it_back_under_the_first_number(context: StepContext) -> None:
    links, _ = linked(context, Correction("split", 2, frame=40), Correction("merge", 2, other_track_id=3))
    assert [(track["track_id"], track["frames"]) for track in links.tracks] == [(1, 100), (2, 100)]


def test_the_same_words_give_the_same_bytes(context: StepContext) -> None:
    words = (Correction("split", 1, frame=30), Correction("assign", 3, player_id="p"))
    first = linked(context, *words)[0].content()
    linked(context)
    assert linked(context, *words)[0].content() == first


def test_a_word_about_a_track_that_is_not_there_is_told(context: StepContext) -> None:
    job = replace(context.job, corrections=(Correction("merge", 1, other_track_id=77),))
    told = replace(context, job=job)
    result = STEP.run(told, STEP.params_hash(told))
    assert result.warnings == ("1 of your corrections name tracks that this scan does not have, and were left out.",)


def test_an_assignment_changes_names_not_tracks(context: StepContext) -> None:
    plain, store = linked(context)
    named, _ = linked(context, Correction("assign", 2, player_id="p9"))
    assert people(named, store) == people(plain, store)
    assert named.players() == {2: "p9"}


def test_the_latest_assignment_counts_and_nobody_is_a_word_too() -> None:
    words = [Correction("assign", 1, player_id="a"), Correction("assign", 1, player_id="b")]
    assert assign([1], [1, 2], words, None) == ({1: "b"}, set())
    assert assign([1], [1, 2], [*words, Correction("assign", 1)], "subject") == ({}, set())


def test_the_subject_is_assigned_only_to_one_person_alone_in_view() -> None:
    assert assign([4], [4, 9], [], "s") == ({4: "s"}, {4})
    assert assign([4, 9], [4, 9], [], "s") == ({}, set())
    assert assign([4], [4, 9], [], None) == ({}, set())
    assert assign([4], [4, 9], [Correction("assign", 9, player_id="s")], "s") == ({9: "s"}, set())


def test_false_boxes_seen_for_moments_are_nobody(tmp_path: Path) -> None:
    def flicker(frame: int) -> list[tuple[float, float]]:
        ghost = (0.0, -10.0) if 30 <= frame < 40 else (np.nan, np.nan)
        return [(-15.0 + 0.05 * frame, 5.0), ghost]

    results, _ = scan(tmp_path, flicker, 100, preset="full")
    assert [track["track_id"] for track in results["tracks"]] == [1]
