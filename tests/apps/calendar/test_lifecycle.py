"""What goes and what stays when a player, a person, a team or a session goes; exports; the admin; the demo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import Membership, Player, Role, Team, User
from apps.calendar.models import CalendarFeed, Drill, Recommendation, TeamCalendar, TrainingEvent
from apps.calendar.services.demo import load_calendars
from apps.calendar.services.feeds import make_feed
from apps.core.lifecycle import lifecycle
from apps.core.models import AuditEvent
from tests.apps.calendar.conftest import EVENTS
from tests.factories.accounts import make_player, make_team
from tests.factories.calendar import make_drill, make_event, make_proposal
from tests.factories.sessions import make_load, make_session


@pytest.fixture
def filled(client: APIClient, team: Team, roster: list[Player], coach: User) -> dict[str, TrainingEvent]:
    """A team event that excuses Kim, one of Kim's own, a proposal and a link."""
    events = {"team": make_event(team, created_by=coach), "own": make_event(team, player=roster[0])}
    events["team"].excused.set(roster[:2])
    make_proposal(roster[0], created_by=coach)
    make_feed(user=coach)
    return events


def test_a_player_goes(filled: dict[str, TrainingEvent], roster: list[Player]) -> None:
    lifecycle.erase("player", [roster[0].pk])
    assert list(TrainingEvent.objects.all()) == [filled["team"]]
    assert list(filled["team"].excused.all()) == [roster[1]]
    assert Recommendation.objects.count() == 0


def test_a_person_goes(filled: dict[str, TrainingEvent], coach: User) -> None:
    lifecycle.erase("user", [coach.pk])
    assert CalendarFeed.objects.count() == 0
    assert TrainingEvent.objects.filter(created_by=coach).count() == 0
    assert TrainingEvent.objects.count() == 2, "the plan is the team's"


def test_a_team_goes(filled: dict[str, TrainingEvent], team: Team) -> None:
    other = make_event(make_team())
    lifecycle.erase("team", [team.pk])
    assert list(TrainingEvent.objects.all()) == [other]
    assert (Recommendation.objects.count(), TeamCalendar.objects.filter(team=team).count()) == (0, 0)


def test_a_session_goes(team: Team, client: APIClient) -> None:
    session = make_session(team)
    event = make_event(team, completed_session=session, status="completed")
    assert client.delete(f"/api/sessions/{session.pk}").status_code == 204
    event.refresh_from_db()
    assert event.completed_session is None


def test_exports(filled: dict[str, TrainingEvent], team: Team, coach: User, roster: list[Player]) -> None:
    mine = lifecycle.export("player", roster[0].pk)["calendar"]
    assert {event["id"] for event in mine["events"]} == {str(event.pk) for event in filled.values()}
    assert "Lou" not in str(mine), "nothing of others"
    assert len(mine["proposals"]) == 1
    person = lifecycle.export("user", coach.pk)["calendar"]
    assert person["feed"]["created_at"].endswith("Z")
    assert [event["id"] for event in person["events"]] == [str(filled["team"].pk)]
    whole = lifecycle.export("team", team.pk)["calendar"]
    assert len(whole["events"]) == 2


@pytest.mark.django_db
def test_the_admin_shows_and_changes_no_plan(client: Client, team: Team, django_assert_max_num_queries: Any) -> None:
    pages = Client()
    pages.force_login(User.objects.create_superuser("admin@example.org", "a long password"))
    make_drill()
    events = [make_event(team, player=make_player(team)) for _ in range(4)]
    make_proposal(events[0].player)
    make_feed(user=User.objects.get(email="admin@example.org"))
    for name in ("trainingevent", "recommendation", "drill", "calendarfeed", "teamcalendar"):
        with django_assert_max_num_queries(12):
            answer = pages.get(reverse(f"admin:calendar_{name}_changelist"), {"q": "training"})
        assert answer.status_code == 200, name
    change = reverse("admin:calendar_trainingevent_change", args=[events[0].pk])
    assert pages.get(change).status_code == 200
    assert pages.post(change, {"title": "x"}).status_code == 403
    feed = CalendarFeed.objects.get()
    shown = pages.get(reverse("admin:calendar_calendarfeed_change", args=[feed.pk])).content.decode()
    assert feed.token_hash not in shown


def test_the_demos_month_is_safe_and_made_once(
    client: APIClient, team: Team, owner: User, roster: list[Player], api_client: Callable[..., APIClient]
) -> None:
    said: list[str] = []
    load_calendars([team], say=said.append)
    load_calendars([team], say=said.append)
    assert said == [], "nothing had to be left out"
    assert TrainingEvent.objects.filter(team=team).count() == 3
    assert not TrainingEvent.objects.exclude(override_reason="").exists()
    assert Drill.objects.count() >= 40
    shown = client.get(EVENTS, {"per_page": 100}).json()
    assert shown["pagination"]["total"] == 15
    adults = make_team(name="First", age_group="Senior", time_zone="Europe/Madrid")
    Membership.objects.create(user=owner, team=adults, role=Role.OWNER)
    make_player(adults, date_of_birth="1999-12-05")
    load_calendars([adults], say=said.append)
    assert said == []
    assert TrainingEvent.objects.filter(team=adults).count() == 3


def test_the_demo_takes_the_step_from_short_sessions_with_a_reason(
    team: Team, owner: User, roster: list[Player]
) -> None:
    now = timezone.now()
    for back in range(1, 43):
        day = now - timedelta(days=back)
        if day.weekday() in (1, 3):
            session = make_session(team, start=day, end=day + timedelta(minutes=30))
            for player in roster:
                make_load(session, player, minutes=30.0)
    said: list[str] = []
    load_calendars([team], say=said.append)
    assert said == []
    reasons = set(TrainingEvent.objects.values_list("override_reason", flat=True))
    assert any(reason.startswith("The league starts") for reason in reasons)
    overridden = AuditEvent.objects.filter(action="calendar.safety_overridden")
    assert {rule for event in overridden for rule in event.after["rules"]} == {"week_change"}
