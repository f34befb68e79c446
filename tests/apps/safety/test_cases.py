"""The hand-written cases of `cases/*.yaml`: a player, a calendar, a question and what the source answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from apps.safety.inputs import Breaks, Calendar, Concussion, Entry, Growth, Intensity, Kind, Profile, Wellness
from apps.safety.policies import SHAPES, PolicyPack, load_pack
from apps.safety.rules import RulesEngine
from apps.safety.verdict import Decision, Severity, Verdict
from tests.apps.safety.calendars import EASY, MADRID, event

FOLDER = Path(__file__).with_name("cases")
FEWEST = 300
ADULT_GROUP = 25
KNOWN_KEYS = {
    *("who", "body", "has", "ask", "since", "pack", "why"),
    *("answer", "rules", "advice", "unknown", "known", "hard", "instead"),
}
NUMBERS = {"plays": "match_minutes", "half": "half_minutes", "headers": "headers", "wbgt": "wbgt_c"}
TEXTS = {"sport": "sport", "team": "team"}


@dataclass(frozen=True)
class Written:
    """A case as written, with its file's source."""

    file: str
    source: str
    number: int
    facts: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.file}-{self.number}"


def written() -> Iterator[Written]:
    for path in sorted(FOLDER.glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for number, facts in enumerate(content["cases"], 1):
            default = {"hard": content["hard"]} if "hard" in content else {}
            yield Written(path.stem, content["source"], number, {**default, **facts})


CASES = list(written())


def events_of(text: str, name: str) -> list[Entry]:
    """The events that a line describes; see `cases/README.md`."""
    words = text.split()
    first = datetime.fromisoformat(f"{words[0]} {words[1]}")
    words = words[2:]
    step, times = timedelta(0), 1
    if words[0] in {"daily", "weekly"}:
        step = timedelta(days=1 if words[0] == "daily" else 7)
        times = int(words[1].removeprefix("x"))
        words = words[2:]
    kind, minutes = Kind(words[0]), float(words[1])
    zone, facts = MADRID, _base_facts(kind)
    rest = iter(words[2:])
    for word in rest:
        zone = next(rest) if word == "zone" else zone
        if word != "zone":
            facts |= _said(word, rest, kind)
    return [event(f"{name}.{turn}", first + turn * step, minutes, zone, **facts) for turn in range(times)]


def _base_facts(kind: Kind) -> dict[str, object]:
    if kind is Kind.MATCH:
        return {"kind": kind, "half_minutes": 20, "match_minutes": 20, "intensity": None}
    return {"kind": kind}


def _said(word: str, rest: Iterator[str], kind: Kind) -> dict[str, object]:
    if word in NUMBERS:
        value = next(rest)
        number = None if value == "?" else float(value)
        return {NUMBERS[word]: int(number) if word == "headers" and number is not None else number}
    if word in TEXTS:
        value = next(rest)
        return {TEXTS[word]: None if value == "?" else value}
    if word == "breaks":
        count, minutes = next(rest).split("x")
        return {"breaks": Breaks(per_hour=float(count), minutes=float(minutes))}
    plain: dict[str, dict[str, object]] = {
        "cup": {"tournament": True},
        "contact": {"head_contact": True},
        "contact=?": {"head_contact": None},
        "conditioning": {"conditioning": True},
        "conditioning=?": {"conditioning": None},
        "?": {"intensity": None},
        **{intensity.value: {"intensity": intensity} for intensity in Intensity},
    }
    assert kind is not Kind.MATCH or word not in {"?", *Intensity}
    return plain[word]


def profile_of(who: str, body: dict[str, Any], day: date) -> Profile:
    """The player that a case describes, on the day of the question."""
    nothing = body.get("nothing", [])
    injury = body.get("hurt")
    return Profile(
        age_group=_group(who),
        date_of_birth=date.fromisoformat(who.rpartition("born ")[2]) if "born" in who else None,
        growth=None
        if "growth" in nothing
        else Growth(
            adult_height_percent=body.get("adult_height", 80),
            height_cm_per_year=body.get("height", 5),
            leg_cm_per_year=body.get("leg", 2),
        ),
        wellness=None
        if "wellness" in nothing
        else Wellness(reported_on=body.get("reported", day), pain=body.get("pain", 0), fever=body.get("fever", False)),
        concussions=None
        if "concussions" in nothing
        else ()
        if injury is None
        else (
            Concussion(
                injured_at=datetime.fromisoformat(injury).replace(tzinfo=ZoneInfo(MADRID)),
                symptom_free_since=body.get("free"),
            ),
        ),
    )


def _group(who: str) -> int | None:
    if "adult" in who:
        return ADULT_GROUP
    found = re.search(r"U(\d+)", who)
    assert found or "born" in who or who == "nobody", who
    return int(found[1]) if found else None


def asked(facts: dict[str, Any], pack: PolicyPack | None = None) -> tuple[Verdict, Entry]:
    """The engine's verdict on a case (by another pack), and the event asked about."""
    [proposed] = events_of(facts["ask"], "asked")
    calendar = [entry for number, line in enumerate(facts.get("has", [])) for entry in events_of(line, f"has{number}")]
    profile = profile_of(facts["who"], facts.get("body", {}), proposed.start.date())
    engine = RulesEngine(pack or load_pack(facts.get("pack", "default")))
    return engine.evaluate(Calendar.of(calendar, facts.get("since", date(2024, 1, 1))), [proposed], profile), proposed


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_engine_answers_as_the_source_does(case: Written) -> None:
    facts = case.facts
    verdict, _ = asked(facts)
    told = f"{facts['who']}: {facts['ask']} ({facts['why']})"
    refusing = {f.rule_id for f in verdict.findings if f.severity is not Severity.ADVISE}
    advising = {f.rule_id for f in verdict.findings if f.severity is Severity.ADVISE}
    assert refusing == set(facts.get("rules", [])), told
    assert advising == set(facts.get("advice", [])), told
    assert verdict.decision is Decision(facts["answer"]), told
    gaps = {gap.rule_id for gap in verdict.not_assessed}
    assert set(facts.get("unknown", [])) <= gaps, told
    assert not set(facts.get("known", [])) & gaps, told
    if verdict.decision is Decision.BLOCK:
        assert verdict.overridable is not facts["hard"], told


@pytest.mark.parametrize("case", [case for case in CASES if "instead" in case.facts], ids=str)
def test_the_alternative_is_the_nearest_that_is_allowed(case: Written) -> None:
    verdict, proposed = asked(case.facts)
    if case.facts["instead"] == "none":
        assert verdict.alternative is None
        return
    assert verdict.alternative is not None
    [instead] = verdict.alternative
    local = instead.start.astimezone(ZoneInfo(proposed.time_zone))
    minutes = (instead.end - instead.start).total_seconds() / 60
    assert f"{local:%Y-%m-%d %H:%M} {minutes:g}" == case.facts["instead"]
    assert replace(instead, start=proposed.start, end=proposed.end).kind is proposed.kind


def test_there_are_enough_cases_of_every_rule_with_a_source() -> None:
    assert len(CASES) >= FEWEST
    assert all(case.source and case.facts["why"] and set(case.facts) <= KNOWN_KEYS for case in CASES)
    questions = [
        str({key: value for key, value in sorted(case.facts.items()) if key not in {"why", "instead"}})
        for case in CASES
    ]
    twins = {question for question in questions if questions.count(question) > 1}
    assert twins == set()
    judged = {rule for case in CASES for key in ("rules", "advice") for rule in case.facts.get(key, [])}
    assert judged == set(SHAPES)


def test_a_case_starts_from_an_event_that_says_everything() -> None:
    [plain] = events_of("2026-03-11 18:00 training 60", "plain")
    assert replace(plain, id=EASY.id) == EASY
