"""Concussion, pain and fever; ages and the strictest pack."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.safety.errors import SafetyInputError
from apps.safety.inputs import Calendar, Concussion, Profile, Wellness
from apps.safety.policies import load_pack
from apps.safety.rules import RulesEngine
from apps.safety.verdict import Decision, Note
from tests.apps.safety.calendars import EASY, WEDNESDAY, broken, event, match, player, unknown, verdict_on

STARTS = EASY.start.astimezone(UTC)


def hurt(*, hours: float = 0, days: int = 0, free_days: int | None = None) -> Profile:
    """An adult with a head injury so long before Wednesday's event, without symptoms for `free_days`."""
    since = None if free_days is None else WEDNESDAY.date() - timedelta(days=free_days)
    injury = Concussion(injured_at=STARTS - timedelta(hours=hours, days=days), symptom_free_since=since)
    return player(25, concussions=(injury,))


@pytest.mark.parametrize(("hours", "refused"), [(0, True), (23.9, True), (24, False), (24.1, False)])
def test_no_sport_for_a_day_after_a_concussion(hours: float, refused: bool) -> None:
    """UK guidelines 2023/24; even a session without head contact."""
    verdict = verdict_on(event("t", WEDNESDAY), profile=hurt(hours=hours))
    assert ("concussion_rest" in broken(verdict)) is refused
    assert verdict.overridable is not refused


@pytest.mark.parametrize(
    ("free_days", "contact", "refused"),
    [
        (None, True, True),
        (None, None, True),
        (None, False, False),
        (13, True, True),
        (13, None, True),
        (13, False, False),
        (14, True, False),
        (15, None, False),
        (-2, True, True),
    ],
)
def test_head_contact_after_a_concussion(free_days: int | None, contact: bool | None, refused: bool) -> None:
    """UK guidelines 2023/24: 14 days without symptoms; contact that nobody ruled out counts."""
    profile = hurt(days=40, free_days=free_days)
    verdict = verdict_on(event("t", WEDNESDAY, head_contact=contact), profile=profile)
    assert ("concussion_contact" in broken(verdict)) is refused


@pytest.mark.parametrize(("days", "refused"), [(0, True), (20, True), (21, False), (22, False)])
def test_competition_after_a_concussion(days: int, refused: bool) -> None:
    """UK guidelines 2023/24: day 21, the injury being day 0."""
    profile = hurt(days=days, free_days=max(days - 1, 0))
    verdict = verdict_on(match("m", WEDNESDAY), profile=profile)
    assert ("concussion_competition" in broken(verdict)) is refused
    assert "concussion_competition" not in broken(verdict_on(event("t", WEDNESDAY), profile=profile))


def test_the_day_of_return_is_counted_on_the_local_clock() -> None:
    """23:30 UTC on 18 February is 00:30 on the 19th in Madrid: 11 March is day 20, not 21."""
    injury = Concussion(injured_at=datetime(2026, 2, 18, 23, 30, tzinfo=UTC), symptom_free_since=date(2026, 2, 19))
    verdict = verdict_on(match("m", WEDNESDAY), profile=player(25, concussions=(injury,)))
    finding = next(finding for finding in verdict.findings if finding.rule_id == "concussion_competition")
    assert finding.value == 20


def test_an_injury_after_the_event_does_not_count_and_an_unasked_one_is_not_passed() -> None:
    assert broken(verdict_on(match("m", WEDNESDAY), profile=hurt(hours=-48))) == set()
    gaps = unknown(verdict_on(match("m", WEDNESDAY), profile=player(25, concussions=None)))
    assert {"concussion_rest", "concussion_contact", "concussion_competition"} <= gaps


@pytest.mark.parametrize(("pain", "refused"), [(0, False), (3, False), (4, True), (10, True)])
def test_pain(pain: int, refused: bool) -> None:
    """Policy: 4 of 10 blocks, an adult may override."""
    report = Wellness(reported_on=WEDNESDAY.date(), pain=pain, fever=False)
    verdict = verdict_on(event("t", WEDNESDAY), profile=player(14, wellness=report))
    assert (verdict.decision is Decision.BLOCK) is refused
    assert verdict.overridable
    assert verdict.alternative is None


def test_fever_blocks() -> None:
    report = Wellness(reported_on=WEDNESDAY.date(), pain=0, fever=True)
    assert broken(verdict_on(event("t", WEDNESDAY), profile=player(14, wellness=report))) == {"fever"}


@pytest.mark.parametrize(("days_ago", "assessed"), [(0, True), (1, True), (2, False), (-1, True), (-2, False)])
def test_an_old_report_is_no_pass_but_old_pain_stays(days_ago: int, assessed: bool) -> None:
    day = WEDNESDAY.date() - timedelta(days=days_ago)
    well = player(14, wellness=Wellness(reported_on=day, pain=0, fever=False))
    assert (unknown(verdict_on(event("t", WEDNESDAY), profile=well)) == set()) is assessed
    sore = player(14, wellness=Wellness(reported_on=day, pain=5, fever=False))
    assert "pain" in broken(verdict_on(event("t", WEDNESDAY), profile=sore))


def test_nothing_reported_is_not_assessed() -> None:
    assert unknown(verdict_on(event("t", WEDNESDAY), profile=player(14, wellness=None))) == {"pain", "fever"}
    half = Wellness(reported_on=WEDNESDAY.date(), pain=0)
    assert unknown(verdict_on(event("t", WEDNESDAY), profile=player(14, wellness=half))) == {"fever"}


@pytest.mark.parametrize(
    ("born", "half", "refused"),
    [
        (date(2013, 8, 31), 30, False),  # 12 at the cut-off: U13, 35 minutes
        (date(2013, 8, 31), 35, False),
        (date(2013, 9, 1), 30, False),  # 11 at the cut-off: U12
        (date(2013, 9, 1), 31, True),
        (date(2007, 9, 1), 46, True),
    ],
)
def test_the_group_is_that_of_the_cut_off(born: date, half: int, refused: bool) -> None:
    verdict = verdict_on(
        match("m", WEDNESDAY, half_minutes=half), profile=player(None, date_of_birth=born, concussions=())
    )
    assert ("half_length" in broken(verdict)) is refused


def test_hours_follow_the_birthday() -> None:
    swim = [event(str(day), WEDNESDAY - timedelta(days=day), 165, sport="swimming") for day in (1, 2, 3, 4)]
    today, tomorrow = date(2014, 3, 11), date(2014, 3, 12)
    assert "weekly_hours" not in broken(verdict_on(event("t", WEDNESDAY), swim, player(None, date_of_birth=today)))
    assert "weekly_hours" in broken(verdict_on(event("t", WEDNESDAY), swim, player(None, date_of_birth=tomorrow)))


def test_playing_up_does_not_lift_a_limit() -> None:
    profile = player(16, date_of_birth=date(2013, 10, 1))
    assert "half_length" in broken(verdict_on(match("m", WEDNESDAY, half_minutes=31), profile=profile))


@pytest.mark.parametrize("pack", ["default", "academy", "grassroots"])
def test_an_unknown_age_has_the_strictest_limits(pack: str) -> None:
    engine = RulesEngine(load_pack(pack))
    before = [event("a", WEDNESDAY - timedelta(days=3))]
    verdict = engine.evaluate(Calendar.of(before), [event("t", WEDNESDAY, 61)], player(None))
    assert verdict.policy == "grassroots@2026-11"
    assert broken(verdict) >= {"session_minutes", "week_minutes"}
    assert verdict.notes == (Note.AGE_UNKNOWN, Note.CALENDAR_START_UNKNOWN)
    assert "half_length" in broken(engine.evaluate(Calendar(), [match("m", WEDNESDAY, half_minutes=21)], Profile()))


@pytest.mark.parametrize(
    "facts",
    [
        {"start": datetime(2026, 3, 11, 18, 0)},  # noqa: DTZ001 - a naive time is the fault
        {"end": datetime(2026, 3, 11, 19, 0)},  # noqa: DTZ001
        {"end": EASY.start},
        {"end": EASY.start + timedelta(hours=25)},
        {"time_zone": "Europe/Atlantis"},
        {"time_zone": "../etc/passwd"},
        {"time_zone": ""},
        {"headers": -1},
        {"half_minutes": float("nan")},
        {"match_minutes": -0.5},
        {"wbgt_c": float("inf")},
    ],
)
def test_impossible_events_are_refused(facts: dict[str, object]) -> None:
    whole = {name: getattr(EASY, name) for name in EASY.__dataclass_fields__}
    with pytest.raises(SafetyInputError):
        type(EASY)(**{**whole, **facts})


def test_impossible_people_and_questions_are_refused() -> None:
    with pytest.raises(SafetyInputError, match="0 to 10"):
        Wellness(reported_on=date(2026, 1, 1), pain=11)
    with pytest.raises(SafetyInputError, match="age_years"):
        Profile(age_years=-1)
    with pytest.raises(SafetyInputError, match="time zone"):
        Concussion(injured_at=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(SafetyInputError, match="date of birth"):
        verdict_on(EASY, profile=player(None, date_of_birth=date(2030, 1, 1)))
    with pytest.raises(SafetyInputError, match="twice"):
        verdict_on(event("t", WEDNESDAY), [EASY, EASY])
    with pytest.raises(SafetyInputError, match="nothing is proposed"):
        verdict_on([])
