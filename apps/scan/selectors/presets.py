"""How thoroughly to look, and how long that takes on this machine: measured, or not said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from django.db.models import F, OuterRef, Subquery, Sum

from apps.scan.models import JobStep, ProcessingJob, Video
from pipeline.api import JobStatus

RECENT_SCANS = 10
"""The estimate follows the machine: a new graphics card shows after a few scans."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A choice of `pipeline.params.PRESETS`, in a coach's words."""

    key: str
    name: str
    description: str


PRESETS = (
    Preset("fast", "Fast", "Ten looks a second; posture of the two main players. For a first impression."),
    Preset("standard", "Standard", "Fifteen looks a second; posture of the six main players. The usual choice."),
    Preset("full", "Full", "Every frame and everybody's posture. For a short clip, or overnight."),
)


class PresetState(TypedDict):
    """A preset with its estimate for one video."""

    key: str
    name: str
    description: str
    estimate_s: float | None
    estimate_basis: str


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of work for a second of film, from so many scans."""

    ratio: float
    scans: int


def list_presets(*, duration_s: float | None = None) -> list[PresetState]:
    """Every preset, with how long a video of `duration_s` will take (one query)."""
    paces = _paces()
    return [
        PresetState(
            key=preset.key,
            name=preset.name,
            description=preset.description,
            estimate_s=_estimate(paces.get(preset.key), duration_s),
            estimate_basis=_basis(paces.get(preset.key)),
        )
        for preset in PRESETS
    ]


def estimate_s(preset: str, *, duration_s: float) -> float | None:
    """Seconds a scan will take once it starts; `None` while none of the kind was measured here."""
    return _estimate(_paces().get(preset), duration_s)


def _paces() -> dict[str, Pace]:
    """Pace of each preset over its latest completed scans, longer films counting more.

    A scan that ran once took what the clock says; one that a coach's word opened again, the sum of its steps.
    """
    films = Video.objects.filter(session=OuterRef("session")).order_by().values("session")
    steps = JobStep.objects.filter(job=OuterRef("pk")).order_by().values("job")
    done = (
        ProcessingJob.objects.scans()
        .filter(status=JobStatus.COMPLETED.value, started_at__isnull=False, ended_at__gt=F("started_at"))
        .annotate(
            film_s=Subquery(films.annotate(total=Sum("duration_s")).values("total")),
            compute_s=Subquery(steps.annotate(total=Sum("compute_s")).values("total")),
        )
    )
    columns = ("preset", "runs", "started_at", "ended_at", "film_s", "compute_s")
    found: dict[str, list[tuple[float, float]]] = {}
    for preset, runs, start, end, film_s, compute_s in done.order_by("-ended_at").values_list(*columns)[:100]:
        work_s = (end - start).total_seconds() if runs == 1 else compute_s
        of_preset = found.setdefault(preset, [])
        if film_s and work_s and len(of_preset) < RECENT_SCANS:
            of_preset.append((work_s, film_s))
    return {
        preset: Pace(sum(work for work, _ in pairs) / sum(film for _, film in pairs), len(pairs))
        for preset, pairs in found.items()
        if pairs
    }


def _estimate(pace: Pace | None, duration_s: float | None) -> float | None:
    return round(pace.ratio * duration_s, 0) if pace and duration_s is not None else None


def _basis(pace: Pace | None) -> str:
    if pace is None:
        return "no scan measured yet on this machine"
    return f"measured on this machine, {pace.scans} {'scan' if pace.scans == 1 else 'scans'}"
