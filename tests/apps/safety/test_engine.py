"""The engine's answers: the seed's two functions, alternatives, windows, incomplete calendars."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.safety.errors import SafetyInputError
from apps.safety.inputs import Intensity
from apps.safety.rules import RulesEngine
from apps.safety.verdict import Decision
from tests.apps.safety.calendars import EASY, WEDNESDAY, broken, event, later, match, player, unknown, verdict_on

MONDAY = datetime(2026, 3, 9, 18, 0, tzinfo=UTC)


def sessions(*minutes: float, gap_days: int = 2, **facts: object) -> list[dict[str, object]]:
    return [
        {"start": MONDAY + timedelta(days=gap_days * day), "duration_min": length, "intensity": "low", **facts}
        for day, length in enumerate(minutes)
    ]


def test_a_light_week_is_valid() -> None:
    assert RulesEngine().validate_training_load(14, sessions(60, 60, 60)) == (True, [])
    assert RulesEngine().validate_training_load(14, []) == (True, [])


def test_a_heavy_week_is_told_in_sentences() -> None:
    valid, texts = RulesEngine().validate_training_load(14, sessions(60, 60, 61))
    assert not valid
    assert texts == [
        "The session lasts 61 minutes; for U14 at most 60.",
        "Training would come to 181 minutes in the 7 days from 7 March 2026 to 13 March 2026; for U14 at most 180.",
    ]


def test_an_unknown_age_is_the_strictest() -> None:
    assert RulesEngine().validate_training_load(None, sessions(60, 60))[0]
    assert not RulesEngine().validate_training_load(None, sessions(60, 60, 60))[0]


def test_what_nobody_entered_is_told() -> None:
    vague = [{key: value for key, value in one.items() if key != "intensity"} for one in sessions(60, 60, gap_days=1)]
    valid, texts = RulesEngine().validate_training_load(16, vague)
    assert valid
    assert texts == ["Not assessed: the intensity of the session on 9 March 2026."]


@pytest.mark.parametrize(
    ("session", "message"),
    [
        ({}, "session 1: start: an aware date"),
        ({"start": "soon"}, "no ISO 8601 time"),
        ({"start": "2026-03-03T18:00", "duration_min": 60}, "an aware date and time is needed"),
        ({"start": MONDAY}, "end or duration_min: a number of minutes"),
        ({"start": MONDAY, "duration_min": "60"}, "a number of minutes"),
        ({"start": MONDAY, "end": MONDAY}, "must end after it starts"),
        ({"start": MONDAY, "duration_min": 60, "event_type": "nap"}, "'nap' is none of training, match"),
        ({"start": MONDAY, "duration_min": 60, "intensity": "wild"}, "'wild' is none of low, moderate, high"),
    ],
)
def test_sessions_that_cannot_be_read_are_refused(session: dict[str, object], message: str) -> None:
    with pytest.raises(SafetyInputError, match=message):
        RulesEngine().validate_training_load(14, [session])


def test_the_names_of_the_seed_are_read() -> None:
    named = {"start_time": "2026-03-09T18:00:00+01:00", "end_time": "2026-03-09T19:01:00+01:00"}
    valid, texts = RulesEngine().validate_training_load(14, [{**named, "event_type": "training"}])
    assert (valid, texts) == (False, ["The session lasts 61 minutes; for U14 at most 60."])
    assert RulesEngine().validate_training_load(14, [EASY]) == (True, [])


@pytest.mark.parametrize(
    ("age", "hours", "recovered"),
    [(None, 47.9, False), (None, 48, True), (14, 47.9, False), (14, 48, True), (16, 23.9, False), (16, 24, True)],
)
def test_recovery_between_two_sessions(age: int | None, hours: float, recovered: bool) -> None:
    """Policy: 24 h after a hard session, up to U14 and for an unknown age 48 h."""
    answer, text = RulesEngine().check_recovery_time(MONDAY, MONDAY + timedelta(hours=hours), player_age=age)
    assert answer is recovered
    assert text.endswith("are needed.")


def test_recovery_needs_zones_and_the_right_order() -> None:
    with pytest.raises(SafetyInputError, match="time zone"):
        RulesEngine().check_recovery_time(MONDAY.replace(tzinfo=None), MONDAY)
    assert RulesEngine().check_recovery_time(MONDAY, MONDAY - timedelta(hours=1)) == (
        False,
        "The proposed session is before the last one; check the dates.",
    )


def test_the_alternative_shortens_softens_and_then_moves() -> None:
    long = event("t", WEDNESDAY, 90, headers=11)
    shorter = verdict_on(long, profile=player(14)).alternative
    assert shorter is not None
    assert (shorter[0].start, shorter[0].headers) == (long.start, 10)
    assert shorter[0].end - shorter[0].start == timedelta(minutes=60)
    hard = event("t", WEDNESDAY, 60, intensity=Intensity.HIGH)
    softer = verdict_on(hard, [match("m", later(-1))]).alternative
    assert softer is not None
    assert (softer[0].start, softer[0].intensity) == (hard.start, Intensity.MODERATE)
    second = verdict_on(match("n", WEDNESDAY), [match("m", later(-2))]).alternative
    assert second is not None
    assert second[0].start == event("x", later(2)).start


def test_a_full_week_leaves_a_shorter_session() -> None:
    before = [event("a", later(-5), 60), event("b", later(-3), 60), event("c", later(-1), 30)]
    alternative = verdict_on(event("t", WEDNESDAY, 60), before).alternative
    assert alternative is not None
    assert alternative[0].start == EASY.start
    assert alternative[0].end - alternative[0].start == timedelta(minutes=30)


def test_too_hot_has_no_alternative_that_guesses_the_weather() -> None:
    verdict = verdict_on(event("t", WEDNESDAY, wbgt_c=34))
    assert (verdict.decision, verdict.alternative) == (Decision.BLOCK, None)


def test_two_proposals_are_judged_together() -> None:
    pair = [event("a", WEDNESDAY, 60), event("b", later(hours=3), 60)]
    assert verdict_on(pair[0], profile=player(10)).decision is Decision.ALLOW
    verdict = verdict_on(pair, profile=player(10))
    assert broken(verdict) == {"sessions_per_day"}
    assert verdict.alternative is not None
    assert len({entry.start.date() for entry in verdict.alternative}) == 2


def test_a_changed_event_replaces_itself() -> None:
    assert verdict_on(event("t", later(hours=1)), [event("t", WEDNESDAY)], player(10)).decision is Decision.ALLOW


def test_a_calendar_that_starts_too_late_is_not_assessed() -> None:
    week = {"week_minutes", "weekly_hours", "rest_days", "rest_day_minimum", "football_days"}
    assert unknown(verdict_on(EASY, complete_from=date(2026, 3, 6))) == {*week, "one_sport_months"}
    assert unknown(verdict_on(EASY, complete_from=date(2026, 3, 5))) == {"one_sport_months"}
    assert unknown(verdict_on(EASY, complete_from=None)) == {"one_sport_months"}
    assert unknown(verdict_on(EASY)) == set()


def test_what_is_there_may_break_a_rule_even_if_more_is_missing() -> None:
    verdict = verdict_on(event("t", WEDNESDAY, 60), [event("a", later(-1), 150)], complete_from=date(2026, 3, 9))
    assert "week_minutes" in broken(verdict)
    assert "week_minutes" not in unknown(verdict)


@pytest.mark.parametrize("hard_first", [True, False])
def test_events_at_the_same_time_leave_no_recovery_whichever_is_asked(hard_first: bool) -> None:
    """Found by the random years: of two events with the same times the order was chance."""
    hard = event("hard", WEDNESDAY, intensity=Intensity.HIGH)
    game = match("game", WEDNESDAY)
    asked, other = (hard, game) if hard_first else (game, hard)
    assert {"recovery_between", "recovery_high_intensity"} <= broken(verdict_on(asked, [other]))
