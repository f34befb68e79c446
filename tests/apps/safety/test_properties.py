"""What holds for every calendar: more never becomes safer, an alternative is allowed, order does not matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.safety.inputs import Calendar, Concussion, Entry, Growth, Intensity, Kind, Profile, Wellness
from apps.safety.policies import load_packs
from apps.safety.rules import RulesEngine
from apps.safety.rules.timeline import Slot
from apps.safety.verdict import Decision
from tests.apps.safety.calendars import MADRID, WEDNESDAY, event, player

START = datetime(2026, 3, 16, tzinfo=UTC)  # the week before and after Madrid's change of clocks
maybe = st.none()


@st.composite
def entries(draw: st.DrawFn, name: str) -> Entry:
    kind = draw(st.sampled_from(Kind))
    start = START + timedelta(minutes=15 * draw(st.integers(0, 21 * 96)))
    is_match = kind is Kind.MATCH
    return Entry(
        id=name,
        kind=kind,
        start=start,
        end=start + timedelta(minutes=draw(st.integers(1, 12)) * 15),
        time_zone=draw(st.sampled_from([MADRID, MADRID, "America/New_York"])),
        sport=draw(st.sampled_from(["football", "football", "swimming"])),
        team=draw(st.sampled_from([None, "reds", "blues"])),
        intensity=draw(st.sampled_from([None, *Intensity])),
        tournament=is_match and draw(st.booleans()),
        match_minutes=draw(maybe | st.integers(0, 90)) if is_match else None,
        half_minutes=draw(maybe | st.integers(15, 50)) if is_match else None,
        headers=draw(maybe | st.integers(0, 12)),
        head_contact=draw(maybe | st.booleans()),
        conditioning=draw(maybe | st.booleans()),
        wbgt_c=draw(maybe | st.floats(10, 36)),
    )


@st.composite
def calendars(draw: st.DrawFn, prefix: str, least: int = 0, most: int = 12) -> list[Entry]:
    return [draw(entries(f"{prefix}{number}")) for number in range(draw(st.integers(least, most)))]


profiles = st.builds(
    Profile,
    age_group=maybe | st.integers(5, 25),
    date_of_birth=maybe | st.dates(date(1995, 1, 1), date(2020, 12, 31)),
    growth=maybe | st.builds(Growth, height_cm_per_year=maybe | st.floats(0, 12)),
    wellness=maybe
    | st.builds(
        Wellness, reported_on=st.just(date(2026, 3, 20)), pain=maybe | st.integers(0, 10), fever=maybe | st.booleans()
    ),
    concussions=maybe
    | st.lists(
        st.builds(
            Concussion,
            injured_at=st.datetimes(datetime(2026, 2, 20), datetime(2026, 4, 1), timezones=st.just(UTC)),  # noqa: DTZ001
            symptom_free_since=maybe | st.dates(date(2026, 2, 20), date(2026, 4, 1)),
        ),
        max_size=2,
    ).map(tuple),
)
engines = st.sampled_from([RulesEngine(pack) for pack in load_packs().values()])
WEIGHT = list(Decision)


@settings(max_examples=150, deadline=None)
@given(engines, calendars("c"), calendars("p", 1, 2), entries("more"), profiles)
def test_another_session_never_makes_a_plan_safer(
    engine: RulesEngine, calendar: list[Entry], proposed: list[Entry], more: Entry, profile: Profile
) -> None:
    # Three weeks only: of the step from week to week, more in the week before would be a smaller step.
    before = engine.evaluate(Calendar.of(calendar), proposed, profile)
    after = engine.evaluate(Calendar.of([*calendar, more]), proposed, profile)
    assert WEIGHT.index(after.decision) >= WEIGHT.index(before.decision)
    assert {(f.rule_id, f.event_id) for f in before.findings} <= {(f.rule_id, f.event_id) for f in after.findings}


@settings(max_examples=150, deadline=None)
@given(engines, calendars("c"), calendars("p", 1, 3), profiles)
def test_an_alternative_is_allowed_and_offered_for_each_event(
    engine: RulesEngine, calendar: list[Entry], proposed: list[Entry], profile: Profile
) -> None:
    verdict = engine.evaluate(Calendar.of(calendar), proposed, profile)
    if verdict.decision is Decision.ALLOW:
        assert verdict.alternative is None
    if verdict.alternative is not None:
        again = engine.evaluate(Calendar.of(calendar), verdict.alternative, profile)
        assert again.decision is Decision.ALLOW
        assert [entry.id for entry in verdict.alternative] == [entry.id for entry in proposed]
        assert [entry.kind for entry in verdict.alternative] == [entry.kind for entry in proposed]


@settings(max_examples=100, deadline=None)
@given(engines, calendars("c"), calendars("p", 1, 2), profiles, st.randoms(use_true_random=False))
def test_the_order_of_the_calendar_does_not_matter(
    engine: RulesEngine, calendar: list[Entry], proposed: list[Entry], profile: Profile, random: object
) -> None:
    shuffled = list(calendar)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first = engine.evaluate(Calendar.of(calendar), proposed, profile)
    second = engine.evaluate(Calendar.of(shuffled), proposed[::-1], profile)
    assert (first.findings, first.not_assessed) == (second.findings, second.not_assessed)


@settings(max_examples=100, deadline=None)
@given(engines, calendars("c"), entries("p"), profiles)
def test_an_unknown_age_is_never_judged_more_mildly(
    engine: RulesEngine, calendar: list[Entry], proposed: Entry, profile: Profile
) -> None:
    nobody = replace(profile, age_group=None, date_of_birth=None)
    known = engine.evaluate(Calendar.of(calendar), [proposed], profile)
    unknown = engine.evaluate(Calendar.of(calendar), [proposed], nobody)
    assert WEIGHT.index(unknown.decision) >= WEIGHT.index(known.decision)


@settings(max_examples=100, deadline=None)
@given(engines, calendars("c"), entries("p"), profiles)
def test_every_finding_names_its_source_and_can_be_read(
    engine: RulesEngine, calendar: list[Entry], proposed: Entry, profile: Profile
) -> None:
    verdict = engine.evaluate(Calendar.of(calendar), [proposed], profile)
    for finding in verdict.findings:
        assert finding.source
        assert finding.text.endswith(".")
        assert "nan" not in finding.text.lower() and "None" not in finding.text
        assert finding.value != finding.edge or finding.rule_id in {
            "growth_volume",
            "growth_advice",
            "pain",
            "heat_conditioning",
        }


class CountedSlots:
    """Counts how often a calendar entry is put on the local clock."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, entry: Entry, zone: object) -> Slot:
        self.calls += 1
        return Slot(entry, entry.start, entry.end, entry.start.date(), entry.start.date(), 60.0)


def sessions(count: int) -> Iterator[Entry]:
    for number in range(count):
        yield event(f"s{number}", WEDNESDAY - timedelta(days=2 * number + 1), 30)


def test_the_work_grows_with_the_calendar_and_not_faster(monkeypatch: object) -> None:
    """A refusal with the whole search for an alternative reads each entry of the calendar once."""
    counts = []
    for size in (50, 100, 200):
        counted = CountedSlots()
        with_counting = RulesEngine()
        monkeypatch.setattr(Slot, "of", counted)  # type: ignore[attr-defined]
        sore = player(14, wellness=Wellness(reported_on=WEDNESDAY.date(), pain=9, fever=False))
        verdict = with_counting.evaluate(Calendar.of(sessions(size)), [event("t", WEDNESDAY, 90)], sore)
        monkeypatch.undo()  # type: ignore[attr-defined]
        assert verdict.decision is Decision.BLOCK
        counts.append(counted.calls)
    assert counts[1] - counts[0] == 50
    assert counts[2] - counts[1] == 100
