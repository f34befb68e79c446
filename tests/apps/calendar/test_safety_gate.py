"""No event stands that a rule forbids: hard and soft limits, who may override, and whom it concerns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import Concussion, Measurement, Player, Team, User, WellnessReport
from apps.calendar.judging import judge
from apps.calendar.models import TrainingEvent
from apps.calendar.selectors.cases import age_group_number, load_cases
from apps.core.models import AuditEvent
from apps.safety.inputs import Intensity, Kind
from apps.safety.policies import load_pack
from apps.sessions.models import SessionType
from tests.apps.calendar.conftest import EVENTS, match, training
from tests.factories.accounts import make_player
from tests.factories.calendar import MONDAY, make_event
from tests.factories.sessions import make_load, make_session

VALIDATE = "/api/calendar/validate"
Plan = Callable[..., dict[str, Any]]


def refused(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 422, answer.json()
    error: dict[str, Any] = answer.json()["error"]
    assert error["code"] == "SAFETY_RULE"
    return error


def rules_of(error: dict[str, Any]) -> set[str]:
    return {finding["rule_id"] for finding in error["findings"] if finding["severity"] != "advise"}


LONG = {"end": "2027-03-01T19:30:00+01:00"}
"""90 minutes, where U15 train 75."""


def test_a_soft_limit_wants_a_reason(client: APIClient, team: Team) -> None:
    error = refused(client.post(EVENTS, training(team, **LONG)))
    assert (error["overridable"], rules_of(error)) == (True, {"session_minutes"})
    assert error["alternative"] == {"changes": {"end": "2027-03-01T18:15:00Z"}, "text": "Allowed: 75 minutes long."}
    assert "The session lasts 90 minutes; for U15 at most 75. (Kim Berg, Lou Berg, Mia Berg." in error["details"][0]
    assert TrainingEvent.objects.count() == 0
    assert client.post(EVENTS, training(team, **LONG, override_reason="   ")).status_code == 422
    answer = client.post(EVENTS, training(team, **LONG, override_reason="A test match of two age groups"))
    assert answer.status_code == 201
    kept = TrainingEvent.objects.get()
    assert (kept.override_reason, kept.overridden_by, kept.policy[:8]) == (
        "A test match of two age groups", kept.created_by, "default@",
    )  # fmt: skip
    told = AuditEvent.objects.get(action="calendar.safety_overridden")
    assert told.after["rules"] == ["session_minutes"]
    assert len(told.after["players"]) == 3


def test_a_refusal_is_read_in_spanish_and_its_figures_stay(client: APIClient, team: Team) -> None:
    english = refused(client.post(EVENTS, training(team, **LONG)))
    spanish = refused(client.post(EVENTS, training(team, **LONG), headers={"Accept-Language": "es"}))
    assert spanish["alternative"] == {**english["alternative"], "text": "Permitido: 75 minutos de duración."}
    [found], [told] = english["findings"], spanish["findings"]
    assert told["title"] == "Duración de un entrenamiento"
    assert told["text"] == "La sesión dura 90 minutos; para U15, como mucho 75."
    assert told["source"].startswith("Criterio de Axolotl, por verificar: ")
    assert spanish["details"][0].startswith(f"{told['title']}: {told['text']} (Kim Berg, Lou Berg, Mia Berg. Fuente: ")
    same = ("rule_id", "code", "severity", "value", "edge", "players", "event_count")
    assert [told[name] for name in same] == [found[name] for name in same]
    assert (found["unit"], told["unit"]) == ("min", "min")
    assert TrainingEvent.objects.count() == 0


def test_the_alternative_is_accepted_as_it_stands(client: APIClient, team: Team) -> None:
    error = refused(client.post(EVENTS, training(team, **LONG)))
    assert client.post(EVENTS, training(team, **error["alternative"]["changes"])).status_code == 201


def test_a_hard_limit_has_no_override(client: APIClient, team: Team, owner: User, api_client: Any) -> None:
    body = match(team, half_minutes=45, override_reason="The league says so")
    for asking in (client, api_client(owner)):
        error = refused(asking.post(EVENTS, body))
        assert (error["overridable"], rules_of(error)) == (False, {"half_length"})
        assert error["alternative"]["changes"] == {"half_minutes": 40.0}
    assert TrainingEvent.objects.count() == 0


def test_an_analyst_may_plan_but_not_override(analyst: User, team: Team, roster: list[Player], api_client: Any) -> None:
    client = api_client(analyst)
    assert client.post(EVENTS, training(team)).status_code == 201
    answer = client.post(EVENTS, training(team, **LONG, override_reason="I say so"))
    assert answer.status_code == 403
    assert TrainingEvent.objects.count() == 1


def test_advice_refuses_nothing(client: APIClient, team: Team) -> None:
    body = training(team, wbgt_c=20, breaks_per_hour=0, break_minutes=0)
    answer = client.post(EVENTS, body)
    assert answer.status_code == 201
    verdict = answer.json()["data"]["verdict"]
    assert (verdict["decision"], [finding["severity"] for finding in verdict["findings"]]) == ("allow", ["advise"])


def test_one_player_too_young_binds_the_team(client: APIClient, team: Team) -> None:
    make_player(team, first_name="Small", last_name="One", date_of_birth="2016-05-01")
    error = refused(client.post(EVENTS, training(team, end="2027-03-01T19:10:00+01:00")))
    assert [[player["display_name"] for player in finding["players"]] for finding in error["findings"]] == [
        ["Small One"]
    ]


def test_an_unknown_age_has_the_strictest_limits(client: APIClient, team: Team) -> None:
    Team.objects.filter(pk=team.pk).update(age_group="")
    make_player(team, first_name="No", last_name="Age", date_of_birth=None)
    error = refused(client.post(EVENTS, training(team, headers=3)))
    assert {finding["rule_id"]: finding["edge"] for finding in error["findings"]}["heading"] == 0.0


def test_a_players_own_events_count_with_the_teams(client: APIClient, plan: Plan, team: Team) -> None:
    """Three hours of the team and a half of one's own are more than U15's 210 minutes; the others may."""
    for day in (1, 3, 5):
        plan(start=f"2027-03-0{day}T18:00:00+01:00", end=f"2027-03-0{day}T19:05:00+01:00")
    own = {"team_id": ..., "player_id": "player_1", "start": "2027-03-06T10:00:00+01:00"}
    error = refused(client.post(EVENTS, training(team, **own, end="2027-03-06T10:30:00+01:00")))
    assert "week_minutes" in rules_of(error)
    assert {player["display_name"] for finding in error["findings"] for player in finding["players"]} == {"Kim Berg"}


def test_done_sessions_count_and_replace_their_plan(client: APIClient, team: Team, roster: list[Player]) -> None:
    now = timezone.now()
    yesterday = now - timedelta(days=1)
    session = make_session(team, start=yesterday, end=None, session_type=SessionType.TRAINING)
    make_load(session, roster[0], minutes=65.0, rpe=8.0)
    make_event(team, start=yesterday + timedelta(minutes=5), title="As planned")
    case, other, _ = load_cases(team, now, now + timedelta(days=1)).players
    assert [(entry.id[:7], entry.kind, entry.intensity) for entry in case.entries] == [
        ("session", Kind.TRAINING, Intensity.HIGH)
    ]
    assert (case.entries[0].end - case.entries[0].start) == timedelta(minutes=65)
    assert [entry.intensity for entry in other.entries] == [Intensity.MODERATE], "who was not there keeps the plan"


def test_a_session_of_unknown_length_is_not_passed(client: APIClient, team: Team, roster: list[Player]) -> None:
    start = timezone.now() - timedelta(days=2)
    make_session(team, player=roster[0], start=start, end=None, session_type=SessionType.TRAINING)
    tomorrow = timezone.now() + timedelta(days=1)
    body = training(
        team, team_id=..., player_id="player_1", start=tomorrow.isoformat(),
        end=(tomorrow + timedelta(minutes=30)).isoformat(),
    )  # fmt: skip
    gaps = client.post(VALIDATE, body).json()["data"]["not_assessed"]
    text = f"the length of the session on {start:%Y-%m-%d}"
    assert {gap["rule_id"] for gap in gaps if gap["missing"] == text} == {"week_minutes", "weekly_hours"}


# The body --------------------------------------------------------------------------------------------------------


def test_a_concussed_player_is_left_out_not_the_team(client: APIClient, team: Team, roster: list[Player]) -> None:
    Concussion.objects.create(player=roster[1], injured_at=datetime(2027, 2, 27, 12, tzinfo=UTC))
    error = refused(client.post(EVENTS, match(team)))
    assert (error["overridable"], rules_of(error)) == (False, {"concussion_competition", "concussion_contact"})
    assert error["alternative"] == {"changes": {"excused_player_ids": [str(roster[1].pk)]}, "text": "Without Lou Berg."}
    answer = client.post(EVENTS, match(team, **error["alternative"]["changes"]))
    assert answer.status_code == 201
    event = answer.json()["data"]
    back = client.patch(f"{EVENTS}/{event['id']}", {"version": 1, "excused_player_ids": []})
    assert rules_of(refused(back)) == {"concussion_competition", "concussion_contact"}, "coming back is judged too"


@pytest.mark.parametrize(("report", "rule"), [({"pain": 6}, "pain"), ({"fever": True}, "fever")])
def test_pain_and_fever(client: APIClient, team: Team, roster: list[Player], report: Any, rule: str) -> None:
    WellnessReport.objects.create(player=roster[0], date=date(2027, 2, 27), **report)
    WellnessReport.objects.create(player=roster[0], date=date(2027, 2, 28), sleep_h=8)
    error = refused(client.post(EVENTS, training(team)))
    assert (error["overridable"], rules_of(error)) == (True, {rule})


def test_a_growth_spurt_wants_a_milder_session(client: APIClient, team: Team, roster: list[Player]) -> None:
    today = timezone.now().date()
    for back, height in ((200, 150.0), (5, 156.0)):
        Measurement.objects.create(player=roster[0], date=today - timedelta(days=back), height_cm=height)
    error = refused(client.post(EVENTS, training(team, intensity="high")))
    assert rules_of(error) == {"growth_volume"}
    assert error["alternative"]["changes"] == {"excused_player_ids": [str(roster[0].pk)]}


@pytest.mark.parametrize(
    ("text", "number"),
    [("U15", 15), ("u 9", 9), ("Girls U-13 II", 13), ("Senior", 19), ("First team", 19), ("", None), ("Club", None)],
)
def test_age_groups(text: str, number: int | None) -> None:
    assert age_group_number(text) == number


# Series ----------------------------------------------------------------------------------------------------------


def test_a_series_is_judged_on_each_of_its_dates(client: APIClient, plan: Plan, team: Team) -> None:
    plan(**match(team, start="2027-03-17T18:00:00+01:00", end="2027-03-17T19:20:00+01:00"))
    body = training(
        team, start="2027-03-04T18:00:00+01:00", end="2027-03-04T19:00:00+01:00", rrule="FREQ=WEEKLY;COUNT=6",
        intensity="high",
    )  # fmt: skip
    error = refused(client.post(EVENTS, body))
    (finding,) = [found for found in error["findings"] if found["rule_id"] == "recovery_high_intensity"]
    assert [key.rpartition(":")[2] for key in finding["events"]] == ["2027-03-18"], "a day after the match"
    assert error["alternative"]["changes"] == {"exdates": ["2027-03-18"]}
    assert client.post(EVENTS, {**body, **error["alternative"]["changes"]}).status_code == 201


def test_a_series_too_long_each_time_is_made_shorter(client: APIClient, team: Team) -> None:
    error = refused(client.post(EVENTS, training(team, **LONG, rrule="FREQ=WEEKLY;COUNT=8")))
    assert error["findings"][0]["event_count"] == 8
    assert error["alternative"]["changes"] == {"end": "2027-03-01T18:15:00Z"}


def test_a_daily_series_has_no_day_off(client: APIClient, team: Team) -> None:
    body = training(team, end="2027-03-01T18:20:00+01:00", rrule="FREQ=DAILY;COUNT=14")
    assert {"rest_day_minimum", "football_days"} <= rules_of(refused(client.post(EVENTS, body)))


def test_moving_one_date_is_judged(client: APIClient, plan: Plan, team: Team) -> None:
    plan(**match(team))
    series = plan(start="2027-03-04T18:00:00+01:00", end="2027-03-04T19:00:00+01:00", rrule="FREQ=WEEKLY;COUNT=3")
    body = {"version": 1, "scope": "one", "occurrence": "2027-03-04"}
    answer = client.patch(
        f"{EVENTS}/{series['id']}", {**body, "start": "2027-03-06T16:00:00+01:00", "intensity": "high"}
    )
    assert "recovery_high_intensity" in rules_of(refused(answer))
    assert TrainingEvent.objects.filter(series__isnull=False).count() == 0, "a refusal changes nothing"
    assert TrainingEvent.objects.get(pk=series["id"]).version == 1


def test_the_week_of_the_clock_change_is_counted_on_the_local_clock(client: APIClient, plan: Plan, team: Team) -> None:
    """Three days apart on the clock are 71 hours on the night in which an hour is skipped."""
    plan(**match(team, start="2027-03-26T18:00:00+01:00", end="2027-03-26T19:00:00+01:00"))
    on_the_clock = match(team, start="2027-03-29T19:00:00+02:00", end="2027-03-29T20:00:00+02:00")
    assert rules_of(refused(client.post(EVENTS, on_the_clock))) == {"recovery_next_match"}
    later = match(team, start="2027-03-29T20:00:00+02:00", end="2027-03-29T21:00:00+02:00")
    assert client.post(EVENTS, later).status_code == 201


@pytest.mark.parametrize("count", [3, 47])
def test_a_long_series_is_judged_as_each_of_its_dates_alone(team: Team, roster: list[Player], count: int) -> None:
    """Long series are asked about in handfuls; the verdict is that of each date beside all others."""
    start = MONDAY
    series = make_event(
        team, start=start, rrule=f"FREQ=DAILY;INTERVAL=2;COUNT={count}", until=start + timedelta(days=100)
    )
    case = load_cases(team, start, start + timedelta(days=100)).players[0]
    keys = {entry.id for entry in case.entries}
    assert (len(keys), all(key.startswith(str(series.pk)) for key in keys)) == (count, True)
    whole = judge([case], keys, load_pack())
    alone = [judge([case], {key}, load_pack()) for key in sorted(keys)]
    assert {found.finding.rule_id: found.event_keys for found in whole.findings} == {
        rule: {
            key for one in alone for found in one.findings if found.finding.rule_id == rule for key in found.event_keys
        }
        for rule in {found.finding.rule_id for one in alone for found in one.findings}
    }
    assert set(whole.not_assessed) == {gap for one in alone for gap in one.not_assessed}


# Changes ---------------------------------------------------------------------------------------------------------


def test_words_are_not_judged_times_are(client: APIClient, plan: Plan, roster: list[Player]) -> None:
    event = plan(**LONG, override_reason="Agreed")
    renamed = client.patch(f"{EVENTS}/{event['id']}", {"version": 1, "title": "Renamed"})
    assert renamed.status_code == 200
    assert renamed.json()["data"]["verdict"] is None
    assert renamed.json()["data"]["override_reason"] == "Agreed"
    longer = client.patch(f"{EVENTS}/{event['id']}", {"version": 2, "end": "2027-03-01T19:45:00+01:00"})
    assert longer.status_code == 422, "yesterday's reason was for yesterday's plan"
    shorter = client.patch(f"{EVENTS}/{event['id']}", {"version": 2, "end": "2027-03-01T18:45:00+01:00"})
    assert shorter.json()["data"]["override_reason"] is None, "nothing is overridden any more"


def test_a_cancelled_event_that_comes_back_is_judged(client: APIClient, plan: Plan, team: Team) -> None:
    first = plan(**match(team))
    cancelled = client.patch(f"{EVENTS}/{first['id']}", {"version": 1, "status": "cancelled"})
    assert cancelled.status_code == 200
    plan(**match(team, start="2027-03-07T11:00:00+01:00", end="2027-03-07T12:00:00+01:00"))
    back = client.patch(f"{EVENTS}/{first['id']}", {"version": 2, "status": "planned"})
    assert rules_of(refused(back)) == {"recovery_next_match"}


def test_validate_keeps_nothing(client: APIClient, plan: Plan, team: Team) -> None:
    verdict = client.post(VALIDATE, training(team, **LONG)).json()["data"]
    assert (verdict["decision"], verdict["needs_reason"], verdict["overridable"]) == ("block", True, True)
    assert verdict["alternative"]["changes"] == {"end": "2027-03-01T18:15:00Z"}
    assert TrainingEvent.objects.count() == 0
    event = plan()
    change = {"event_id": event["id"], "end": "2027-03-01T19:30:00+01:00"}
    assert client.post(VALIDATE, change).json()["data"]["decision"] == "block"
    assert TrainingEvent.objects.get().version == 1
    assert client.post(VALIDATE, {"event_id": event["id"], "title": "x"}).json()["data"]["decision"] == "allow"


def test_the_teams_own_pack_judges(client: APIClient, team: Team) -> None:
    Team.objects.filter(pk=team.pk).update(policy_pack="academy")
    verdict = client.post(VALIDATE, training(team)).json()["data"]
    assert verdict["policy"].startswith("academy@")


def test_the_roster_costs_no_queries(
    client: APIClient, team: Team, roster: list[Player], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(60) as few:
        assert client.post(EVENTS, training(team)).status_code == 201
    for n in range(22):
        make_player(team, first_name=f"More {n}", date_of_birth=date(2012, 1, 1) + timedelta(days=n))
    with django_assert_max_num_queries(len(few.captured_queries)):
        again = training(team, start="2027-03-03T18:00:00+01:00", end="2027-03-03T19:00:00+01:00")
        assert client.post(EVENTS, again).status_code == 201
