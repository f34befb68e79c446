"""Figures of several cameras together, from the positions that were measured while the session ran.

The camera with most frames is the one that is shown: its boxes and postures; at each of its frames everybody was placed
whom any camera saw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.artefacts import Artefacts, empty
from pipeline.links import Links
from pipeline.live_ports import LiveRecord
from pipeline.live_recording import Rows
from pipeline.live_series import RecordedFilm
from pipeline.models import ModelPool
from pipeline.params import params_of
from pipeline.plan import ArtefactName, StepName
from pipeline.ports import ArtefactStore, Correction, JobRecord, Results, StepKey, TrackResult
from pipeline.steps.base import StepContext
from pipeline.steps.events import EventsStep
from pipeline.steps.kpis import KpisStep
from pipeline.steps.link import Film, LinkParams, People, described, links_of
from pipeline.steps.scale import NO_SCALE
from pipeline.testing import MemoryJobStore
from vision.kpi.track import NO_METRES
from vision.tracking import LinkedPieces, TrackCorrection, apply_corrections


def joint_results(
    store: ArtefactStore, record: LiveRecord, films: Sequence[RecordedFilm], job: JobRecord
) -> tuple[Results, tuple[Correction, ...]]:
    """Write the joint artefacts, compute the figures, and answer with the coaches' words that count."""
    shown = max(films, key=lambda film: len(film.t_s))
    shown.write(store, record.artefact_id)
    artefacts = Artefacts(store, f"sessions/{record.session_id}/{record.artefact_id}")
    merges = [Correction("merge", one, other_track_id=other) for one, other in _same_player(record.labels)]
    spoken = [TrackCorrection("merge", word.track_id, word.other_track_id) for word in merges]
    corrected = apply_corrections(_everybody(shown), spoken)
    everybody = links_of(corrected.pieces)
    film = Film(len(shown.t_s), float(shown.t_s[-1] - shown.t_s[0]))
    tracks = described(_counted(shown, everybody), film, corrected, job)
    links = links_of(corrected.pieces, tracks, [track["track_id"] for track in tracks])
    stamp = shown.stamp()
    artefacts.write_json(ArtefactName.LINKS, links.content(), stamp)
    _write_world(artefacts, shown, films, links)
    artefacts.write_series(ArtefactName.BALL, empty(ArtefactName.BALL), stamp)
    return _figures(store, artefacts, job), (*merges, *job.corrections)


def _same_player(labels: Mapping[int, str]) -> list[tuple[int, int]]:
    """Pairs of numbers of which a coach said that they are one player."""
    first: dict[str, int] = {}
    return [
        (first[player], track) for track, player in sorted(labels.items()) if first.setdefault(player, track) != track
    ]


def _everybody(film: RecordedFilm) -> LinkedPieces:
    """Everybody as one piece each, from their first to their last frame."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for _, rows in film.windows():
        for number, frame in _present(rows):
            first.setdefault(number, int(frame.min()))
            last[number] = int(frame.max())
    people = np.array(sorted(first), np.int32)
    starts, stops = (np.array([ends[int(n)] for n in people], np.int32) for ends in (first, last))
    return LinkedPieces(people, starts, stops, people)


def _present(rows: Rows) -> list[tuple[int, np.ndarray[Any, Any]]]:
    """Number and frames of everybody seen or placed in a window."""
    seen = ~rows["tracks.interpolated"]
    number = np.concatenate([rows["tracks.track_id"][seen], rows["world.track_id"]])
    frame = np.concatenate([rows["tracks.frame"][seen], rows["world.frame"]])
    return [(int(each), frame[number == each]) for each in np.unique(number)]


def _counted(film: RecordedFilm, links: Links) -> People:
    """How long everybody was there, with samples of their shirts."""
    people = People()
    for _, rows in film.windows():
        for number, frame in _present(rows):
            linked = int(links.linked(np.array([number]), frame[:1])[0])
            counted = {"frame": frame, "t": film.t_s[frame], "cls": np.zeros(len(frame), np.int16)}
            counted["kit"] = rows["tracks.kit"][rows["tracks.track_id"] == number]
            people.add(linked, counted, LinkParams())
    return people


def _write_world(artefacts: Artefacts, film: RecordedFilm, films: Sequence[RecordedFilm], links: Links) -> None:
    marked = next((each.marked for each in films if each.marked is not None), None)
    facts = {
        "scale": dict(marked.to_dict()) if marked is not None else None,
        "scale_source": marked.scale_source if marked is not None else NO_SCALE,
        "reason": "" if marked is not None else NO_METRES,
        "moving": None,
    }
    stamp, entries = replace(film.stamp(), facts=facts), []
    for entry, rows in film.windows():
        linked = links.linked(rows["world.track_id"], rows["world.frame"])
        kept = linked >= 0
        frame = rows["world.frame"][kept]
        arrays = {
            "frame": frame,
            "t": film.t_s[frame],
            "track_id": linked[kept],
            "xy": rows["world.xy"][kept],
            "sigma": rows["world.sigma"][kept],
        }
        artefacts.write_window(ArtefactName.WORLD, entry["window"], arrays, stamp)
        entries.append(entry)
    artefacts.write_manifest(ArtefactName.WORLD, stamp, entries)


def _figures(store: ArtefactStore, artefacts: Artefacts, job: JobRecord) -> Results:
    context = StepContext(
        job=job,
        key=StepKey(job.job_id, StepName.KPIS),
        params=params_of(job),
        jobs=MemoryJobStore(),
        artefacts=store,
        models=ModelPool(Path()),
        report=lambda _: None,
    )
    for step in (EventsStep(), KpisStep()):
        step.run(context, step.params_hash(context))
    figures = artefacts.read_json(ArtefactName.KPIS)
    tracks = [TrackResult(track_id=t["track_id"], player_id=t["player_id"]) for t in Links.read(artefacts).tracks]
    return Results(
        catalogue_version=figures["catalogue_version"],
        players=figures["players"],
        events=artefacts.read_json(ArtefactName.EVENTS)["events"],
        tracks=tracks,
    )
