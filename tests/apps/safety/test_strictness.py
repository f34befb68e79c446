"""Comparing packs: what is looser is named, what is joined is never looser than either."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from apps.safety.inputs import Calendar, Concussion, Profile
from apps.safety.pack import ADULT, SHAPES, Band, PolicyPack
from apps.safety.policies import load_pack, load_packs, strictest_pack
from apps.safety.rules import RulesEngine
from apps.safety.strictness import held_to, looser_limits, strictest_of
from apps.safety.verdict import Severity
from tests.apps.safety.calendars import WEDNESDAY, broken, event, match

GROUPS = range(1, 31)
HEATS = [20.0, 27.8, 30.4, 30.5, 31.9, 32.2, 33.2, 40.0]
WEIGHTS = list(Severity)


def changed(pack: PolicyPack, rule_id: str, *bands: Band, name: str = "club") -> PolicyPack:
    return replace(pack, id=name, version="1", title=name.title(), bands={**pack.bands, rule_id: bands})


def band(rule_id: str, low: float = 1, high: float = ADULT, **facts: object) -> Band:
    known = {"severity": Severity.BLOCK, "overridable": False, "title": "T", "source": "ours", "edges": {}, **facts}
    return Band(rule_id=rule_id, low=low, high=high, **known)  # type: ignore[arg-type]


def random_pack(seed: int) -> PolicyPack:
    """The default pack with other edges, bounds, severities and holes."""
    rng = random.Random(seed)
    bands = {}
    for rule_id, rows in load_pack().bands.items():
        bands[rule_id] = tuple(_shaken(rng, row) for row in rows if rng.random() < 0.9)
    return replace(load_pack(), id=f"random{seed}", bands=bands)


def _shaken(rng: random.Random, row: Band) -> Band:
    edges = {edge: value * rng.choice((0.5, 1, 1, 2)) for edge, value in row.edges.items()}
    optional = SHAPES[row.rule_id].optional
    edges = {edge: value for edge, value in edges.items() if edge not in optional or rng.random() < 0.8}
    severity = rng.choice((row.severity, row.severity, Severity.WARN))
    return replace(row, edges=edges, severity=severity, overridable=row.overridable or rng.random() < 0.2)


def at(pack: PolicyPack, rule_id: str, place: float) -> Band | None:
    if SHAPES[rule_id].by_heat:
        return pack.band_for_heat(rule_id, place)
    return next((row for row in pack.bands[rule_id] if row.low <= place <= row.high), None)


def places(rule_id: str) -> list[float]:
    return HEATS if SHAPES[rule_id].by_heat else list(GROUPS)


def at_least_as_strict(first: Band | None, second: Band | None) -> bool:
    if second is None:
        return True
    if first is None or WEIGHTS.index(first.severity) < WEIGHTS.index(second.severity):
        return False
    if first.severity is second.severity and first.overridable and not second.overridable:
        return False
    shape = SHAPES[second.rule_id]
    return all(
        edge in first.edges and shape.stricter(edge, first[edge], value) == first[edge]
        for edge, value in second.edges.items()
    )


@pytest.mark.parametrize("seed", range(40))
def test_packs_together_are_as_strict_as_each_for_the_youngest(seed: int) -> None:
    packs = [random_pack(seed), random_pack(seed + 1000), random_pack(seed + 2000)]
    together = strictest_of(*packs)
    for rule_id in SHAPES:
        for place in HEATS if SHAPES[rule_id].by_heat else [together.youngest_group]:
            for pack in packs:
                assert at_least_as_strict(at(together, rule_id, place), at(pack, rule_id, place)), (rule_id, place)


@pytest.mark.parametrize("seed", range(40))
def test_a_pack_held_to_a_floor_loosens_no_hard_limit(seed: int) -> None:
    pack, floor = random_pack(seed), load_pack()
    held = held_to(pack, floor)
    assert looser_limits(held, floor) == []
    assert held_to(held, floor).bands == held.bands
    assert (held.id, held.version, held.title) == (pack.id, pack.version, pack.title)
    for rule_id in SHAPES:
        for place in places(rule_id):
            limit = at(floor, rule_id, place)
            if limit is not None and limit.is_hard:
                assert at_least_as_strict(at(held, rule_id, place), limit), (rule_id, place)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_looser_is_named_and_only_that(seed: int) -> None:
    """The sentences and the place-by-place comparison agree on which rules are loosened."""
    pack, floor = random_pack(seed), load_pack()
    named = {fault.partition(" ")[0] for fault in looser_limits(pack, floor)}
    loosened = {
        rule_id
        for rule_id in SHAPES
        for place in places(rule_id)
        for limit in [at(floor, rule_id, place)]
        if limit is not None and limit.is_hard and not _kept(at(pack, rule_id, place), limit)
    }
    assert named == loosened


def _kept(own: Band | None, limit: Band) -> bool:
    if own is None or not own.is_hard:
        return False
    shape = SHAPES[limit.rule_id]
    return all(
        (edge not in own.edges and own.edges.get("headers") == 0)
        or (edge in own.edges and shape.stricter(edge, own[edge], value) == own[edge])
        for edge, value in limit.edges.items()
    )


def test_the_project_s_packs_loosen_nothing_hard() -> None:
    for pack in load_packs().values():
        assert looser_limits(pack, load_pack()) == []


def test_an_unknown_age_keeps_what_the_team_s_pack_has_stricter() -> None:
    """Strict in concussion, mild in training: the player of unknown age has the strict half of both packs."""
    pack = changed(load_pack("academy"), "concussion_competition", band("concussion_competition", edges={"day": 30}))
    strict = strictest_pack(pack)
    assert strict.name == "grassroots@2026-11+club@1"
    injury = Concussion(injured_at=event("x", WEDNESDAY).start, symptom_free_since=WEDNESDAY.date())
    later = WEDNESDAY.replace(month=4, day=8)  # day 28
    verdict = RulesEngine(pack).evaluate(
        Calendar(), [match("m", later, match_minutes=10)], Profile(concussions=(injury,))
    )
    assert broken(verdict) == {"concussion_competition"}
    long = RulesEngine(pack).evaluate(Calendar(), [event("t", WEDNESDAY, 61)], Profile())
    assert "session_minutes" in broken(long)


def test_joined_limits_name_both_sources() -> None:
    first = changed(
        load_pack(), "match_minutes_day", band("match_minutes_day", edges={"minutes": 30, "tournament_minutes": 90})
    )
    together = strictest_of(first, load_pack())
    row = together.band_for_group("match_minutes_day", 7)
    assert row is not None
    assert dict(row.edges) == {"minutes": 30, "tournament_minutes": 60}
    assert row.source.startswith("ours; The FA") or row.source.endswith("; ours")
