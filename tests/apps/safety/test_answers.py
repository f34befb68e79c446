"""Verdicts as JSON: complete, plain, with codes that machines can rely on."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest

from apps.safety.answers import changes, entry_data, verdict_data
from apps.safety.inputs import Breaks, Calendar, Entry, Growth, Intensity, Kind, Profile, Wellness
from apps.safety.policies import SHAPES
from apps.safety.rules import RulesEngine
from apps.safety.verdict import Decision, Finding, Gap, Note, Verdict
from tests.apps.safety.calendars import EASY, WEDNESDAY, event, later, match, player, verdict_on


def test_a_refusal_in_full() -> None:
    proposed = event("t", WEDNESDAY, 90, headers=11)
    data = verdict_data(verdict_on(proposed), [proposed])
    assert json.loads(json.dumps(data)) == data
    assert (data["decision"], data["overridable"], data["policy"]) == ("block", False, "default@2026-11")
    assert data["findings"][0] == {
        "rule_id": "heading",
        "code": "heading.headers",
        "title": "Heading in training",
        "event_id": "t",
        "severity": "block",
        "overridable": False,
        "text": "The session plans 11 headers; U14 trains with 10 headers.",
        "source": "Heading guidance for training of The FA, Scottish FA and Irish FA (2020, revised 2021)",
        "value": 11,
        "edge": 10.0,
        "unit": "headers",
    }
    assert [finding["code"] for finding in data["findings"]] == ["heading.headers", "session_minutes"]
    assert data["not_assessed"] == [
        {
            "rule_id": "week_change",
            "code": "week_change.weeks",
            "event_id": "t",
            "missing": "4 weeks in a row with events before this one",
        }
    ]
    [instead] = data["alternative"]
    assert instead["changes"] == {"end": "2026-03-11T18:00:00Z", "headers": 10}
    assert (instead["id"], instead["event_type"], instead["start"]) == ("t", "training", "2026-03-11T17:00:00Z")
    assert data["notes"] == []
    assert data["described"] == [
        {
            "code": "week_load",
            "event_id": "t",
            "text": "The week from 9 March 2026 has 90 minutes of organised sport with this event.",
            "value": 90.0,
            "unit": "min",
        }
    ]


def test_an_allowed_event_has_no_alternative_and_says_what_was_assumed() -> None:
    data = verdict_data(RulesEngine().evaluate(Calendar(), [EASY], Profile()))
    assert (data["decision"], data["alternative"]) == ("allow", None)
    assert [note["code"] for note in data["notes"]] == ["age_unknown", "calendar_start_unknown"]
    assert all(note["text"].endswith(".") for note in data["notes"])


def test_without_the_question_an_alternative_names_no_changes() -> None:
    proposed = event("t", WEDNESDAY, 90)
    data = verdict_data(verdict_on(proposed))
    assert data["alternative"][0]["changes"] == {}


def test_an_event_s_data_says_all_that_the_rules_read() -> None:
    names = {field.name for field in fields(Entry)} - {"kind", "breaks"} | {"event_type", "breaks_per_hour"}
    assert set(entry_data(EASY)) == names | {"break_minutes"}
    bare = replace(EASY, breaks=None, intensity=None)
    assert (entry_data(bare)["breaks_per_hour"], entry_data(bare)["intensity"]) == (None, None)
    assert changes(EASY, bare) == {"intensity": None, "breaks_per_hour": None, "break_minutes": None}


def codes_of(verdict: Verdict) -> set[str]:
    return {finding.code for finding in verdict.findings}


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (verdict_on(match("m", WEDNESDAY, match_minutes=101)), "match_minutes_day.league"),
        (verdict_on(match("m", WEDNESDAY, match_minutes=151, tournament=True)), "match_minutes_day.tournament"),
        (
            verdict_on(event("t", WEDNESDAY, headers=1), [event("o", later(-1), headers=1)]),
            "heading.sessions_per_week",
        ),
        (
            verdict_on(event("t", WEDNESDAY, headers=1), [event("o", later(-1), headers=1)], player(12)),
            "heading.sessions_per_month",
        ),
        (verdict_on(EASY, profile=player(14, growth=Growth(adult_height_percent=90))), "growth_advice.adult_height"),
        (verdict_on(EASY, profile=player(14, growth=Growth(height_cm_per_year=8))), "growth_advice.height"),
        (verdict_on(EASY, profile=player(14, growth=Growth(leg_cm_per_year=4))), "growth_advice.legs"),
        (verdict_on(event("t", WEDNESDAY, 61)), "session_minutes"),
    ],
)
def test_a_rule_with_several_edges_tells_which(verdict: Verdict, code: str) -> None:
    assert code in codes_of(verdict)


def test_codes_are_names_and_not_words() -> None:
    """They are written in stored verdicts and translations: a change here is a change of the API."""
    assert {gap.value for gap in Gap} == {
        *("wbgt", "conditioning", "half_minutes", "match_minutes", "headers", "other_headers", "intensity"),
        *("calendar", "calendar_start", "weeks", "teams", "pain_report", "fever_report", "head_injury", "growth"),
        *("length", "time_of_day", "other"),
    }
    assert {note.code for note in Note} == {"age_unknown", "calendar_start_unknown"}
    nothing = verdict_on(
        event("t", WEDNESDAY, intensity=None, headers=None, conditioning=None, team=None, wbgt_c=None),
        profile=Profile(),
        complete_from=None,
    )
    assert {gap.code for gap in nothing.not_assessed} == {
        *("concussion_competition.head_injury", "concussion_contact.head_injury", "concussion_rest.head_injury"),
        *("fever.fever_report", "pain.pain_report", "growth_advice.growth", "growth_volume.growth"),
        *("heat_breaks.wbgt", "heat_cancel.wbgt", "heat_conditioning.wbgt", "heat_duration.wbgt"),
        *("heading.headers", "one_sport_months.calendar_start", "one_team_per_season.teams", "week_change.weeks"),
    }
    assert {gap.rule_id for gap in nothing.not_assessed} <= set(SHAPES)


@pytest.mark.parametrize(
    ("reports", "broken"),
    [
        (((0, 5, None),), {"pain"}),
        (((0, 5, None), (1, None, False)), {"pain"}),  # a newer report that says nothing of pain
        (((0, 5, None), (1, 0, False)), set()),
        (((1, 0, False), (0, 5, True)), set()),  # in any order
        (((0, 2, None), (0, 6, None)), {"pain"}),  # of one day the worse
        (((0, 0, True), (1, 0, None)), {"fever"}),
    ],
)
def test_of_several_reports_the_newest_that_says_something_counts(
    reports: tuple[tuple[int, int | None, bool | None], ...], broken: set[str]
) -> None:
    told = tuple(
        Wellness(reported_on=date(2026, 3, 10) + timedelta(days=day), pain=pain, fever=fever)
        for day, pain, fever in reports
    )
    verdict = verdict_on(EASY, profile=player(14, wellness=told))
    assert {finding.rule_id for finding in verdict.findings} == broken


def weeks(*minutes: float, kind: Kind = Kind.TRAINING) -> list[Entry]:
    """One session on the Tuesday of each week before the event's, the last one a week before."""
    return [
        event(f"w{number}", later(-1 - 7 * number), length, kind=kind)
        for number, length in enumerate(reversed(minutes), 1)
        if length
    ]


@pytest.mark.parametrize(
    ("before", "minutes", "step"),
    [
        ((50, 50, 50, 50), 60, False),  # exactly 20 %
        ((50, 50, 50, 50), 60.1, True),
        ((60, 60, 60, 40), 60, True),  # only the week before counts
        ((30, 30, 30, 60), 60, False),
        ((50, 50, 50), 61, None),  # three weeks are no month
        ((50, 0, 50, 50), 61, None),
    ],
)
def test_a_steep_step_from_week_to_week_is_a_warning(
    before: tuple[float, ...], minutes: float, step: bool | None
) -> None:
    verdict = verdict_on(event("t", WEDNESDAY, minutes), weeks(*before), player(25))
    assert ("week_change" in codes_of(verdict)) is (step is True)
    assert ("week_change.weeks" in {gap.code for gap in verdict.not_assessed}) is (step is None)
    assert verdict.decision is (Decision.ADJUST if step else Decision.ALLOW)
    assert verdict.overridable


def test_a_step_is_described_whatever_it_is() -> None:
    down = verdict_on(event("t", WEDNESDAY, 45), weeks(50, 50, 50, 60))
    assert [(told.code, told.value, told.unit) for told in down.described] == [
        ("week_load", 45, "min"),
        ("week_change", -25, "%"),
    ]
    assert down.described[1].text == "That is 25 % less than in the week before (60 minutes)."
    fixture = verdict_on(match("m", WEDNESDAY, match_minutes=60), weeks(30, 30, 30, 30))
    assert fixture.described[1].value == 100
    assert "week_change" not in codes_of(fixture), "fixtures are not chosen by the coach"


def test_minutes_that_nobody_gave_make_no_step() -> None:
    vague = [*weeks(30, 30, 30, 30), match("m", later(-4), match_minutes=None)]
    verdict = verdict_on(event("t", WEDNESDAY, 45), vague, player(25))
    assert "week_change.match_minutes" in {gap.code for gap in verdict.not_assessed}
    assert [told.code for told in verdict.described] == ["week_load"]
    late = verdict_on(event("t", WEDNESDAY, 45), weeks(30, 30, 30, 30), complete_from=date(2026, 3, 3))
    assert "week_change.calendar" in {gap.code for gap in late.not_assessed}
    assert [told.code for told in late.described] == ["week_load"]


def test_a_steep_step_has_an_alternative_that_is_none() -> None:
    proposed = event("t", WEDNESDAY, 80, intensity=Intensity.LOW)
    verdict = verdict_on(proposed, weeks(50, 50, 50, 50), player(25))
    assert verdict.alternative is not None
    assert verdict.alternative[0].end - verdict.alternative[0].start == timedelta(minutes=60)


def test_no_rule_judges_by_a_ratio_of_loads() -> None:
    """ACWR and EWMA describe (design: never block by them)."""
    assert not [rule_id for rule_id in SHAPES if set(rule_id.split("_")) & {"acwr", "ratio", "ewma"}]


def test_every_finding_is_plain_data() -> None:
    verdict = verdict_on(event("t", WEDNESDAY, 90, headers=11, breaks=Breaks(per_hour=1, minutes=1)))
    assert len(verdict.findings) == 3
    assert set(verdict_data(verdict)["findings"][0]) == {field.name for field in fields(Finding)}
