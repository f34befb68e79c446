"""The end of a live session: what was recorded becomes a scan's artefacts, and the same steps make its figures.

One camera: the steps of `JobKind.LIVE` run here, as they run again when a coach says later who is who. Several cameras:
the joint positions were measured while the session ran; figures come from those (`pipeline.live_joint`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.artefacts import Artefacts
from pipeline.errors import PipelineError
from pipeline.live_joint import joint_results
from pipeline.live_ports import EVERYTHING, LiveRecord
from pipeline.live_recording import piece_prefix
from pipeline.live_series import Recorded, RecordedFilm
from pipeline.models import ModelPool
from pipeline.params import params_of
from pipeline.plan import JobKind
from pipeline.ports import ArtefactStore, Correction, JobRecord, JobStatus, Ports, Results, VideoRecord
from pipeline.runner import Tools, run_to_end
from pipeline.steps import registry
from pipeline.steps.link import join
from pipeline.testing import MemoryJobStore, MemoryProgressSink
from vision.kpi.catalogue import CATALOGUE_VERSION


@dataclass(frozen=True, slots=True)
class Made:
    """What a session gives.

    Attributes:
        frames: camera → frames that were looked at.
        last_s: time of the last of them in the session [s].
        corrections: the coaches' words in the numbers that the results are stored under.
    """

    results: Results
    frames: Mapping[str, int]
    last_s: float
    corrections: tuple[Correction, ...] = ()


def make_results(store: ArtefactStore, record: LiveRecord, recorded: Sequence[Recorded]) -> Made:
    """Write the artefacts of every camera, and of all together where there are several, and compute the figures.

    Safe to run again: everything comes from the recorded pieces, and the same pieces give the same result.
    """
    films = [RecordedFilm.read(store, record.session_id, each) for each in recorded]
    seen = [film for film in films if len(film.t_s)]
    frames = {film.recorded.camera.name: len(film.t_s) for film in films}
    if not seen:
        return Made(Results(catalogue_version=CATALOGUE_VERSION, players=[], events=[], tracks=[]), frames, 0.0)
    last_s = max(film.start_s + float(film.t_s[-1]) for film in seen)
    if len(record.cameras) == 1:
        seen[0].write(store, record.artefact_id)
        artefacts = Artefacts(store, f"sessions/{record.session_id}/{record.artefact_id}")
        words = _settled(artefacts, record.labels)
        return Made(_run_steps(store, _job(record, seen[0], words)), frames, last_s, words)
    for film in seen:
        film.write(store, film.recorded.camera.artefact_id)
    words = tuple(Correction("assign", track, player_id=player) for track, player in sorted(record.labels.items()))
    results, words = joint_results(store, record, seen, _job(record, seen[0], words))
    return Made(results, frames, last_s, words)


def discard_pieces(store: ArtefactStore, record: LiveRecord) -> None:
    """Remove the pieces of a session whose result is stored."""
    for camera in record.cameras:
        store.delete(piece_prefix(record.session_id, camera.artefact_id))


def _run_steps(store: ArtefactStore, job: JobRecord) -> Results:
    """The steps of a live session's plan, as they run again after a coach's word."""
    jobs = MemoryJobStore()
    jobs.add(job)
    tools = Tools(steps=registry.get, params=params_of, models=ModelPool(Path()))
    overview = run_to_end(Ports(jobs, store, MemoryProgressSink()), tools, job.job_id)
    results = jobs.jobs[job.job_id].results
    if overview.status is not JobStatus.COMPLETED or results is None:
        raise PipelineError(overview.error_message or "The session has no result.", code=overview.error_code or None)
    return results


def _job(record: LiveRecord, film: RecordedFilm, words: tuple[Correction, ...]) -> JobRecord:
    return JobRecord(
        job_id=record.session_id,
        session_id=record.session_id,
        kind=JobKind.LIVE,
        preset="fast",
        status=JobStatus.QUEUED,
        videos=(VideoRecord(record.artefact_id, "", f"live/{record.session_id}", ""),),
        players=record.players,
        subject_player_id=record.subject_player_id,
        calibration=film.recorded.camera.calibration,
        corrections=words,
        params=EVERYTHING,
    )


def _settled(store: Artefacts, labels: Mapping[int, str]) -> tuple[Correction, ...]:
    """Coaches' words in the numbers that the link step gives: tracks of one player that it did not join are merged."""
    pieces = join(store)
    linked = dict(zip(pieces.track_id.tolist(), pieces.linked_id.tolist(), strict=True))
    said: dict[str, list[int]] = {}
    for track, player in sorted(labels.items()):
        number = linked.get(track)
        if number is not None and number not in said.setdefault(player, []):
            said[player].append(number)
    words: list[Correction] = []
    for player, numbers in said.items():
        words += [Correction("merge", numbers[0], other_track_id=other) for other in numbers[1:]]
        words += [Correction("assign", number, player_id=player) for number in numbers[:1]]
    return tuple(words)
