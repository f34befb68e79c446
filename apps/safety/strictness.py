"""Comparing policy packs: which is stricter, where one is looser, and what both together demand."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from apps.safety.pack import ADULT, SHAPES, Band, PolicyPack
from apps.safety.verdict import Severity

WEIGHTS = tuple(Severity)


def strictest_of(*packs: PolicyPack) -> PolicyPack:
    """What all packs together demand of the youngest players.

    It is the one with the least training of the youngest where that is the strictest in every rule; else a pack that
    bears the names of all that tighten it.
    """
    ordered = sorted(packs, key=lambda pack: (*_training(pack), pack.id))
    together = ordered[0]
    for pack in ordered[1:]:
        tighter = _joined(together, pack)
        if _demands(tighter) != _demands(together):
            together = replace(tighter, id=f"{together.name}+{pack.id}", version=pack.version)
    return together


def held_to(pack: PolicyPack, floor: PolicyPack) -> PolicyPack:
    """A pack with every hard limit at least as strict as that of another; its name stays."""
    return replace(_joined(pack, floor, hard_only=True), id=pack.id, version=pack.version, title=pack.title)


def looser_limits(pack: PolicyPack, floor: PolicyPack) -> list[str]:
    """Sentences for the hard limits of `floor` that `pack` loosens."""
    return list(dict.fromkeys(fault for rule_id in SHAPES for fault in _looser(rule_id, pack, floor)))


def _looser(rule_id: str, pack: PolicyPack, floor: PolicyPack) -> Iterator[str]:
    for low, high in _segments(rule_id, pack, floor):
        theirs, limit = _band(pack, rule_id, low), _band(floor, rule_id, low)
        if limit is None or not limit.is_hard:
            continue
        where = f"{rule_id} ({_span(rule_id, low, high)})"
        if theirs is None:
            yield f"{where}: there is no limit; “{floor.title}” has one without override, which has to stay"
        elif not theirs.is_hard:
            yield f"{where}: it has to stay severity block, overridable false, as in “{floor.title}”"
        else:
            yield from _looser_edges(theirs, limit, where, floor.title)


def _looser_edges(theirs: Band, limit: Band, where: str, title: str) -> Iterator[str]:
    shape = SHAPES[theirs.rule_id]
    for edge, value in sorted(limit.edges.items()):
        own = theirs.edges.get(edge)
        if own is None and theirs.edges.get("headers") != 0:
            yield f"{where}: {edge} is missing; “{title}” has {value:g}"
        elif own is not None and shape.stricter(edge, own, value) != own:
            most = "at most" if edge in shape.less else "at least"
            yield f"{where}: {edge} {own:g} is looser than in “{title}”; it may be {most} {value:g}"


def _joined(first: PolicyPack, second: PolicyPack, *, hard_only: bool = False) -> PolicyPack:
    """`first` with whatever `second` has stricter; with `hard_only` its hard limits alone."""
    bands: dict[str, tuple[Band, ...]] = {}
    for rule_id in SHAPES:
        rows = []
        for low, high in _segments(rule_id, first, second):
            mine, other = _band(first, rule_id, low), _band(second, rule_id, low)
            if other is not None and hard_only and not other.is_hard:
                other = None
            if row := _stricter(mine, other):
                rows.append(replace(row, low=low, high=high))
        bands[rule_id] = tuple(rows)
    return replace(first, bands=bands, youngest_group=min(first.youngest_group, second.youngest_group))


def _stricter(first: Band | None, second: Band | None) -> Band | None:
    if first is None or second is None:
        return first or second
    shape = SHAPES[first.rule_id]
    edges: dict[str, float] = dict(second.edges)
    for edge, value in first.edges.items():
        edges[edge] = shape.stricter(edge, value, edges[edge]) if edge in edges else value
    heavier = max(first, second, key=lambda band: (WEIGHTS.index(band.severity), not band.overridable))
    for band in (first, second):
        if band.edges == edges and band.severity is heavier.severity and band.overridable == heavier.overridable:
            return band
    sources = dict.fromkeys((first.source, second.source))
    return replace(heavier, edges=edges, source="; ".join(sources))


def _segments(rule_id: str, *packs: PolicyPack) -> list[tuple[float, float]]:
    """Ranges of age groups (both ends in) or of WBGT (upper end out) in which no band of any pack changes."""
    step = 0 if SHAPES[rule_id].by_heat else 1
    bands = [band for pack in packs for band in pack.bands[rule_id]]
    starts = sorted({band.low for band in bands} | {band.high + step for band in bands if not math.isinf(band.high)})
    top = max((band.high for band in bands), default=ADULT)
    ends = [start - step for start in starts[1:]] + [top]
    return [(low, high) for low, high in zip(starts, ends, strict=False) if low <= top]


def _band(pack: PolicyPack, rule_id: str, at: float) -> Band | None:
    """The band that a pack has at exactly this place, without moving the youngest up."""
    by_heat = SHAPES[rule_id].by_heat
    return next(
        (band for band in pack.bands[rule_id] if band.low <= at and (at < band.high if by_heat else at <= band.high)),
        None,
    )


def _demands(pack: PolicyPack) -> Mapping[str, object]:
    """What a pack asks of its youngest group (of everybody in the heat), without its words."""
    found: dict[str, object] = {}
    for rule_id, shape in SHAPES.items():
        if shape.by_heat:
            found[rule_id] = [_essence(band) for band in pack.bands[rule_id]]
        else:
            found[rule_id] = _essence(pack.band_for_group(rule_id, pack.youngest_group))
    return found


def _essence(band: Band | None) -> object:
    if band is None:
        return None
    heat = (band.low, band.high) if SHAPES[band.rule_id].by_heat else ()
    return (heat, dict(band.edges), band.severity, band.overridable)


def _training(pack: PolicyPack) -> tuple[float, float]:
    """Training minutes a week and a session of the youngest; less is stricter."""
    rules = ("week_minutes", "session_minutes")
    weekly, single = (pack.band_for_group(rule, pack.youngest_group) for rule in rules)
    return (weekly["minutes"] if weekly else math.inf, single["minutes"] if single else math.inf)


@functools.cache
def _span(rule_id: str, low: float, high: float) -> str:
    if SHAPES[rule_id].by_heat:
        return f"from {low:g} °C" if math.isinf(high) else f"{low:g} to {high:g} °C"
    if math.isinf(high):
        return f"U{low:g} and older"
    return f"U{low:g}" if low == high else f"U{low:g} to U{high:g}"
