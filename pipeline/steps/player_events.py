"""Events as they stand in the artefact, and back: what the KPIs are computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import numpy as np

from pipeline.artefacts import Artefacts
from pipeline.plan import ArtefactName
from pipeline.ports import EventResult
from vision.events.find import Coverage
from vision.events.scene import Event
from vision.kpi.company import Company, Typical
from vision.kpi.track import PlayerEvents
from vision.types import Float64Array


class CoverageResult(TypedDict):
    """How much of a person's play could be seen (`vision.events.find.Coverage`)."""

    ball_share: float
    feet_share: float
    absent: dict[str, str]


class CompanyResult(TypedDict):
    """Distances to others (`vision.kpi.company.Company`): key → `[metres, looks, share]`, or the reason."""

    figures: dict[str, list[float]]
    absent: dict[str, str]


class EventsDocument(TypedDict):
    """Content of the `events` artefact: `coverage` and `company` by track number (as text), `in_flight_s` when the ball
    flew.
    """

    events: list[EventResult]
    coverage: dict[str, CoverageResult]
    company: dict[str, CompanyResult]
    in_flight_s: list[list[float]]
    rate_hz: float


def event_result(event: Event, player_id: str | None, t_s: Float64Array) -> EventResult:
    """An event as it is stored; its evidence is the frames of `(F,)` times that show it, and what was seen there."""
    first, last = (int(np.argmin(np.abs(t_s - time))) for time in (event.t0_s, event.t1_s))
    return EventResult(
        kind=event.kind,
        t0_s=round(event.t0_s, 3),
        t1_s=round(event.t1_s, 3),
        track_id=event.track_id,
        player_id=player_id,
        confidence=event.confidence,
        data={**event.data, "evidence": {"frames": [first, last], "why": list(event.why)}},
    )


def coverage_results(coverage: Mapping[int, Coverage]) -> dict[str, CoverageResult]:
    """Everybody's coverage as it is stored."""
    return {
        str(track): CoverageResult(ball_share=one.ball_share, feet_share=one.feet_share, absent=dict(one.absent))
        for track, one in coverage.items()
    }


def company_results(company: Mapping[int, Company]) -> dict[str, CompanyResult]:
    """Everybody's company as it is stored."""
    return {
        str(track): CompanyResult(
            figures={key: [round(one.metres, 3), one.looks, round(one.share, 4)] for key, one in found.figures.items()},
            absent=dict(found.absent),
        )
        for track, found in company.items()
    }


def read_company(store: Artefacts) -> dict[int, Company]:
    """Everybody's distances to others, track → company; none where nobody looked."""
    document = store.read_json(ArtefactName.EVENTS)
    return {
        int(track): Company(
            {key: Typical(metres, int(looks), share) for key, (metres, looks, share) in one["figures"].items()},
            one["absent"],
        )
        for track, one in document.get("company", {}).items()
    }


def read_player_events(store: Artefacts) -> dict[int, PlayerEvents]:
    """Everybody's events, track → events."""
    document = store.read_json(ArtefactName.EVENTS)
    by_track: dict[int, list[Event]] = {}
    for event in document["events"]:
        by_track.setdefault(event["track_id"], []).append(_event(event))
    return {
        int(track): PlayerEvents(by_track.get(int(track), []), _coverage(one), float(document["rate_hz"]))
        for track, one in document["coverage"].items()
    }


def _event(stored: Mapping[str, Any]) -> Event:
    evidence: Mapping[str, Sequence[str]] = stored["data"]["evidence"]
    data = {name: value for name, value in stored["data"].items() if name != "evidence"}
    confidence = 0.0 if stored["confidence"] is None else float(stored["confidence"])
    return Event(
        stored["kind"],
        stored["t0_s"],
        stored["t1_s"],
        stored["track_id"],
        confidence,
        data,
        tuple(evidence["why"]),
    )


def _coverage(stored: CoverageResult) -> Coverage:
    return Coverage(stored["ball_share"], stored["feet_share"], stored["absent"])
