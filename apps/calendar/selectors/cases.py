"""What the safety rules need to know of a team's players: calendar, done sessions, age, body. Constant queries."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from apps.accounts.maturity import Body, Velocity, growth_of
from apps.accounts.models import Concussion, Measurement, Player, Team, WellnessReport
from apps.calendar.judging import PlayerCase
from apps.calendar.models import EventStatus, TrainingEvent
from apps.calendar.recurrence import at_wall_time
from apps.calendar.schedule import Occurrence, occurrences
from apps.safety import inputs
from apps.safety.inputs import Breaks, Entry, Growth, Intensity, Kind, Profile, Wellness, zone_named
from apps.sessions.models import SessionType
from apps.sessions.selectors import PlayerLoad, player_loads

LOOK_BACK = timedelta(days=375)
"""A year and the rest of its first month: the longest look back of a rule."""
LOOK_AHEAD = timedelta(days=60)
"""A month of heading, and three weeks in which an alternative is looked for."""
NOMINAL_CLOCK = time(10)
"""When the sport of an all-day event is thought to begin; rules that need the time of day are not assessed."""
UNKNOWN_LENGTH = timedelta(minutes=1)
"""A session of unknown length makes its day a day with sport, and nothing more."""
HIGH_RPE, MODERATE_RPE = 7.0, 4.0
"""CR-10 ratings from which a session was hard, or moderate (Foster's three zones)."""
ADULT_GROUP = 19
ADULT_WORDS = ("senior", "adult", "first team", "reserve", "men", "women")
MEASURED_LATELY = timedelta(days=180)
"""An older measurement says nothing about growing now."""


@dataclass(frozen=True, slots=True)
class Cases:
    """The players' cases, and all events of the team in the time looked at, cancelled ones included."""

    players: tuple[PlayerCase, ...]
    occurrences: tuple[Occurrence, ...]


def load_cases(team: Team, since: datetime, until: datetime, player_ids: Iterable[uuid.UUID] | None = None) -> Cases:
    """Everything the rules may look at to judge events between two times (12 queries, however many players).

    Args:
        player_ids: whom to look at; None: the team's whole roster.
    """
    players = list(Player.objects.filter(team=team).order_by("last_name", "first_name", "pk"))
    if player_ids is not None:
        wanted = set(player_ids)
        players = [player for player in players if player.pk in wanted]
    window = (since - LOOK_BACK, until + LOOK_AHEAD)
    found = occurrences(events_between(TrainingEvent.objects.filter(team=team), *window), *window)
    ids = [player.pk for player in players]
    loads: dict[uuid.UUID, list[PlayerLoad]] = defaultdict(list)
    for load in player_loads(ids, *window):
        loads[load.player_id].append(load)
    profiles = profiles_of(team, players)
    planned = [(occurrence, entries_of(occurrence)) for occurrence in found]
    cases = [_case(team, player, planned, loads[player.pk], profiles[player.pk]) for player in players]
    return Cases(tuple(cases), tuple(found))


def events_between(rows: QuerySet[TrainingEvent], since: datetime, until: datetime) -> QuerySet[TrainingEvent]:
    """Events and series with something between two times, and what expanding them needs (4 queries)."""
    moved = TrainingEvent.objects.filter(series__isnull=False, start__lt=until, end__gt=since).values("series_id")
    return with_parts(rows.filter(series__isnull=True).filter(Q(start__lt=until, until__gt=since) | Q(pk__in=moved)))


def with_parts(rows: QuerySet[TrainingEvent]) -> QuerySet[TrainingEvent]:
    """Events with all that answers and the rules ask of them."""
    overrides = TrainingEvent.objects.order_by("occurrence_date").select_related("player", "changed_by")
    return rows.select_related("player", "changed_by", "team").prefetch_related(
        "excused", Prefetch("overrides", overrides.prefetch_related("excused"))
    )


def entries_of(occurrence: Occurrence) -> list[Entry]:
    """An event as the rules take it: one entry, or one for each day of an all-day event."""
    event = occurrence.event
    facts: dict[str, Any] = {
        "kind": Kind(event.event_type),
        "time_zone": event.time_zone,
        "sport": event.sport,
        "team": str(event.team_id),
        "intensity": Intensity(event.intensity) if event.intensity else None,
        "tournament": event.tournament,
        "match_minutes": event.match_minutes,
        "half_minutes": event.half_minutes,
        "headers": event.headers,
        "head_contact": event.head_contact,
        "conditioning": event.conditioning,
        "wbgt_c": event.wbgt_c,
        "breaks": _breaks(event),
    }
    days = occurrence.first_last
    if days is None:
        return [Entry(id=occurrence.key, start=occurrence.start, end=occurrence.end, **facts)]
    zone, length = zone_named(event.time_zone), timedelta(minutes=event.active_minutes or 1)
    starts = [
        at_wall_time(days[0] + timedelta(days=n), NOMINAL_CLOCK, zone) for n in range((days[1] - days[0]).days + 1)
    ]
    return [Entry(id=f"{occurrence.key}#{n}", start=at, end=at + length, **facts) for n, at in enumerate(starts)]


def profiles_of(team: Team, players: Sequence[Player]) -> dict[uuid.UUID, Profile]:
    """What is known of the players' bodies; what nobody entered stays unknown (4 queries)."""
    ids = [player.pk for player in players]
    injuries: dict[uuid.UUID, list[inputs.Concussion]] = defaultdict(list)
    for row in Concussion.objects.filter(player__in=ids):
        injury = inputs.Concussion(injured_at=row.injured_at, symptom_free_since=row.symptom_free_since)
        injuries[row.player_id].append(injury)
    measured: dict[uuid.UUID, list[Measurement]] = defaultdict(list)
    for measurement in Measurement.objects.filter(player__in=ids).order_by("date"):
        measured[measurement.player_id].append(measurement)
    wellness, today = _wellness(ids), datetime.now(UTC).date()
    return {
        player.pk: Profile(
            date_of_birth=player.date_of_birth,
            age_group=age_group_number(team.age_group),
            growth=_growth(measured[player.pk], player, today),
            wellness=wellness.get(player.pk) or None,
            concussions=tuple(injuries[player.pk]) or None,
        )
        for player in players
    }


def age_group_number(text: str) -> int | None:
    """The n of a team's U-n; an adults' team counts as U19, an unreadable one as unknown."""
    match = re.search(r"\bU\s*-?\s*(\d{1,2})\b", text, re.IGNORECASE)
    if match:
        return int(match[1])
    return ADULT_GROUP if any(word in text.lower() for word in ADULT_WORDS) else None


def _growth(rows: Sequence[Measurement], player: Player, today: date) -> Growth | None:
    """Growth as far as it was measured lately; None where nothing is known."""
    bodies = [
        Body(day=row.date, height_cm=row.height_cm, sitting_height_cm=row.sitting_height_cm, weight_kg=row.weight_kg)
        for row in rows
    ]
    found = growth_of(bodies, born=player.date_of_birth, sex=player.sex)
    height, leg = (
        speed.value if isinstance(speed, Velocity) and today - speed.until <= MEASURED_LATELY else None
        for speed in (found.height, found.leg)
    )
    return None if height is None and leg is None else Growth(height_cm_per_year=height, leg_cm_per_year=leg)


def _wellness(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[Wellness, ...]]:
    """The newest word on pain and the newest on fever, which may stand in two reports."""
    own = WellnessReport.objects.filter(player=OuterRef("pk")).order_by("-date")
    newest = Player.objects.filter(pk__in=ids).annotate(
        pain_report=Subquery(own.filter(pain__isnull=False).values("pk")[:1]),
        fever_report=Subquery(own.filter(fever__isnull=False).values("pk")[:1]),
    )
    told = {player: {pain, fever} for player, pain, fever in newest.values_list("pk", "pain_report", "fever_report")}
    reports = WellnessReport.objects.in_bulk([key for keys in told.values() for key in keys if key is not None])
    return {
        player: tuple(
            Wellness(reported_on=report.date, pain=report.pain, fever=report.fever)
            for report in (reports[key] for key in keys if key is not None)
        )
        for player, keys in told.items()
    }


def _case(
    team: Team,
    player: Player,
    planned: Sequence[tuple[Occurrence, list[Entry]]],
    loads: Sequence[PlayerLoad],
    profile: Profile,
) -> PlayerCase:
    sport = [load for load in loads if _is_sport(load)]
    done = {load.session_id for load in sport}
    mine = [
        (occurrence, entries)
        for occurrence, entries in planned
        if takes_part(player, occurrence) and occurrence.event.completed_session_id not in done
    ]
    entries = [entry for occurrence, group in mine if not _happened(occurrence, sport) for entry in group]
    entries += [entry_of_load(load, team) for load in sport]
    first_days = [entry.start.date() for entry in entries]
    return PlayerCase(
        player_id=player.pk,
        name=player.display_name,
        entries=tuple(sorted(entries, key=lambda entry: (entry.start, entry.id))),
        profile=profile,
        complete_from=min([*first_days, team.created_at.date()]),
        unknown_lengths=tuple(load.start for load in sport if load.minutes is None),
    )


def takes_part(player: Player, occurrence: Occurrence) -> bool:
    """Whether an event is for a player: the team's (who is not excused) or the player's own, and not cancelled."""
    event = occurrence.event
    if event.status == EventStatus.CANCELLED or event.player_id not in (None, player.pk):
        return False
    return event.player_id is not None or all(excused.pk != player.pk for excused in event.excused.all())


def _happened(occurrence: Occurrence, loads: Iterable[PlayerLoad]) -> bool:
    """Whether a done session took its place: nobody is in two places at once."""
    if occurrence.first_last is not None:
        return False
    return any(load.start < occurrence.end and _end(load) > occurrence.start for load in loads)


def _is_sport(load: PlayerLoad) -> bool:
    """Whether the player moved: film that was only analysed is no session unless somebody entered a load."""
    entered = load.rpe is not None or load.match_minutes is not None
    return load.session_type != SessionType.ANALYSIS or entered


def _end(load: PlayerLoad) -> datetime:
    length = UNKNOWN_LENGTH if not load.minutes else timedelta(minutes=load.minutes)
    return load.start + min(max(length, UNKNOWN_LENGTH), inputs.LONGEST_EVENT)


def entry_of_load(load: PlayerLoad, team: Team) -> Entry:
    """A done session as the rules take it."""
    match = load.session_type == SessionType.MATCH
    return Entry(
        id=f"session:{load.session_id}",
        kind=Kind.MATCH if match else Kind.TRAINING,
        start=load.start,
        end=_end(load),
        time_zone=team.time_zone,
        team=str(team.pk),
        intensity=_intensity(load.rpe),
        match_minutes=load.match_minutes,
    )


def _intensity(rpe: float | None) -> Intensity | None:
    if rpe is None:
        return None
    if rpe >= HIGH_RPE:
        return Intensity.HIGH
    return Intensity.MODERATE if rpe >= MODERATE_RPE else Intensity.LOW


def _breaks(event: TrainingEvent) -> Breaks | None:
    if event.breaks_per_hour is None or event.break_minutes is None:
        return None
    return Breaks(per_hour=event.breaks_per_hour, minutes=event.break_minutes)
