"""What a report tells of a player: the figures that were measured and can be true, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.scan.exports.report.amounts import Amount, amount, number
from apps.scan.exports.report.words import WORDS, Words, definition_of, title_of
from apps.scan.exports.source import ExportSource, Reader
from apps.scan.selectors.kpis import PlayerKpis
from vision.kpi.catalogue import CATALOGUE

HEADLINES = (
    "total_distance_m",
    "max_speed_mps",
    "sprint_count",
    "high_speed_distance_m",
    "touches",
    "passes_completed",
    "mean_moving_speed_mps",
    "distance_per_min_m",
    "jump_height_m",
    "cadence_spm",
)
"""What parents ask for first; the first six that were measured get a card."""
ZONES = tuple(f"time_zone_{zone}_s" for zone in range(1, 6))
UNTOLD = frozenset({"mean_position_x_m", "mean_position_y_m", "p95_speed_mps", *ZONES})
"""Told by a drawing, or by nothing: what 95 % means is a lesson of its own."""
_BY_HEIGHT = "player_height"
_ROUGH = "D"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured KPI in the reader's words.

    Attributes:
        range: its 90 % interval, with its unit; "" where its ends are the value itself.
        estimated: the metres behind it are an estimate.
    """

    key: str
    title: str
    definition: str
    amount: Amount
    range: str
    estimated: bool


@dataclass(frozen=True, slots=True)
class Telling:
    """One player's (or unnamed person's) part of a report.

    Attributes:
        player_id: empty where nobody was named.
        name: for people; `label` is what fits in a dot.
        sure: sentences on how well this was measured.
        impossible: figures were left out because nobody is so fast.
        raw: stored entries by key, of what is told.
    """

    player_id: str
    track_id: int
    name: str
    label: str
    named: bool
    grade: str
    sure: Sequence[str]
    figures: Mapping[str, Figure]
    raw: Mapping[str, Mapping[str, Any]]
    impossible: bool
    coverage: float
    series: Mapping[str, Any] | None
    heat_map: Mapping[str, Any] | None
    left_out_s: Sequence[tuple[float, float]]


def tellings(source: ExportSource) -> list[Telling]:
    """Everybody whom the reader may see: named ones first, each once with the row that was seen best."""
    best: dict[str, PlayerKpis] = {}
    for row in source.kpis["players"]:
        key = row["player"]["id"] if row["player"] else f"track {row['track_id']}"
        if key not in best or _coverage(row) > _coverage(best[key]):
            best[key] = row
    rows = sorted(best.values(), key=lambda row: (row["player"] is None, _name(row, source.reader).casefold()))
    return [telling(row, source) for row in rows]


def telling(row: PlayerKpis, source: ExportSource) -> Telling:
    """One row of figures in words."""
    entries = {key: entry for group in row["groups"].values() for key, entry in group.items() if key in CATALOGUE}
    measured = {key: entry for key, entry in entries.items() if "value" in entry}
    told = {
        key: entry
        for key, entry in measured.items()
        if not entry.get("implausible") and not CATALOGUE[key].experimental
    }
    reader, quality = source.reader, row["quality"]
    impossible = any(entry.get("implausible") for entry in measured.values())
    faults = [(item["t0_s"], item["t1_s"]) for item in quality.get("implausible", ()) if item["kind"] == "speed"]
    details = source.details.get(row["track_id"], {})
    shirt = source.shirts.get(row["player"]["id"]) if row["player"] else None
    return Telling(
        player_id=row["player"]["id"] if row["player"] else "",
        track_id=row["track_id"],
        name=_name(row, reader),
        label="" if shirt is None else str(shirt),
        named=row["player"] is not None,
        grade=row["grade"] or "",
        sure=_sure(row, reader),
        figures={key: _figure(key, told[key], row, reader) for key in CATALOGUE if key in told},
        raw=told,
        impossible=impossible,
        coverage=_coverage(row),
        series=row["series"],
        # A place that two mixed-up people share is nobody's place.
        heat_map=None if faults else details.get("heat_map"),
        left_out_s=faults,
    )


def _name(row: PlayerKpis, reader: Reader) -> str:
    if row["player"]:
        return row["player"]["display_name"]
    return words_of(reader)["person"].format(number=row["track_id"])


def _coverage(row: PlayerKpis) -> float:
    return float(row["quality"].get("coverage") or 0.0)


def words_of(reader: Reader) -> Words:
    """The reader's language; English where there is none."""
    return WORDS[language_of(reader)]


def language_of(reader: Reader) -> str:
    """`en` or `es`."""
    return reader.language if reader.language in WORDS else "en"


def _figure(key: str, entry: Mapping[str, Any], row: PlayerKpis, reader: Reader) -> Figure:
    language, words = language_of(reader), words_of(reader)
    told = amount(key, entry, units=reader.units, language=language, speed_unit=reader.speed_unit)
    scale = str(row["quality"].get("scale_source") or "")
    in_metres = "metres" in CATALOGUE[key].needs
    return Figure(
        key=key,
        title=title_of(key, language),
        definition=definition_of(key, language),
        amount=told,
        range=_range(told, words),
        estimated=in_metres and (scale.startswith(_BY_HEIGHT) or row["grade"] == _ROUGH),
    )


def _range(told: Amount, words: Words) -> str:
    """From where to where; of a count whose ends are the count itself there is nothing to say."""
    if told.low == told.value == told.high:
        return ""
    return f"{words['range'].format(low=told.low, high=told.high)} {told.unit}".strip()


def _sure(row: PlayerKpis, reader: Reader) -> list[str]:
    """Grade, time in view, where the metres come from, how exact the places are, pictures a second."""
    words, language, quality = words_of(reader), language_of(reader), row["quality"]
    grade = row["grade"] or ""
    told = [f"{words['grade'].format(grade=grade)}: {words[f'grade.{grade}']}" if grade else words["grade."]]
    if quality.get("coverage") is not None:
        told.append(words["view"].format(share=share(_coverage(row), language)))
    if scale := quality.get("scale_source"):
        told.append(words.get(str(scale), str(scale)))
    if error_m := quality.get("calibration_error_m"):
        metres = amount(
            "", {"value": error_m, "low": 0.0, "high": error_m, "unit": "m"}, units=reader.units, language=language
        )
        told.append(words["error"].format(metres=f"{metres.value} {metres.unit}"))
    if rate := quality.get("fps"):
        told.append(words["frames"].format(rate=number(float(rate), 0, language)))
    return told


def share(value: float, language: str) -> str:
    """`94%`, in Spanish `94 %`."""
    sign = "\N{NO-BREAK SPACE}%" if language == "es" else "%"
    return number(100 * value, 0, language) + sign
