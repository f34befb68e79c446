"""Whom a text is about, how old they are, and what their bodies forbid for now."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from apps.accounts.maturity import Velocity
from apps.accounts.models import Concussion, Player, Team, WellnessReport
from apps.accounts.selectors import growth_of_player
from apps.feedback.engine.brief import AgeBand, Person
from apps.feedback.registries import LibraryDrill
from apps.safety import inputs
from apps.safety.inputs import Calendar, Entry, Growth, Intensity, Kind, Profile, zone_named
from apps.safety.policies import PolicyPack
from apps.safety.rules import RulesEngine
from apps.safety.rules.alternative import SearchParams
from apps.safety.selectors import pack_for
from apps.safety.verdict import Finding, Severity

ADULT_GROUP = 19
ADULT_WORDS = ("senior", "adult", "first team", "reserve", "men", "women")
OLDEST_CHILD, OLDEST_YOUTH = 13, 18
ANY_AGE = 99
CLOCK = time(17, 30)
"""When the next training is thought to begin, for rules that ask the time."""
NO_SEARCH = SearchParams(days=-1)
OF_THE_BODY = ("pain", "fever", "concussion_rest")
"""Rules that hold every recommendation back."""
IN_SPANISH = {
    "pain": "Se comunicó dolor: tiene que decidir una persona adulta.",
    "fever": "Se comunicó fiebre: nada de deporte hasta que decida una persona adulta.",
    "concussion_rest": "Hubo un golpe en la cabeza: nada de deporte por ahora.",
}


def people_of(players: Sequence[Player], day: date) -> list[Person]:
    """Return the players as a text calls them: by first name, by the whole name where two share it."""
    shared = Counter(player.first_name for player in players)
    return [
        Person(
            ref=f"player:{player.pk}",
            name=player.first_name if shared[player.first_name] == 1 else player.display_name,
            age_years=player.age_years_on(day),
            position=player.position,
        )
        for player in players
    ]


def group_of(team: Team, players: Sequence[Player], day: date) -> int | None:
    """Return the n of the youngest U-n among players and team; `None` where nothing tells an age."""
    policy = pack_for(team.policy_pack, team.pk)
    season = policy.season_start(day)
    numbers = [
        Profile(date_of_birth=player.date_of_birth, age_group=team_group(team.age_group)).group_on(day, season)
        for player in players
        if player.date_of_birth is None or player.date_of_birth <= day
    ]
    known = [number for number in (*numbers, team_group(team.age_group)) if number is not None]
    return min(known, default=None)


def team_group(text: str) -> int | None:
    """The n of a team's U-n; an adults' team counts as U19, an unreadable one as unknown."""
    match = re.search(r"\bU\s*-?\s*(\d{1,2})\b", text, re.IGNORECASE)
    if match:
        return int(match[1])
    return ADULT_GROUP if any(word in text.lower() for word in ADULT_WORDS) else None


def label_of(group: int | None) -> str:
    """Return "U14", "adult" or ""."""
    if group is None:
        return ""
    return f"U{group}" if group < ADULT_GROUP else "adult"


def band_of(group: int | None) -> AgeBand:
    """Return the band whose rules of wording hold; an unknown age has the strictest."""
    if group is None or group <= OLDEST_CHILD:
        return "child"
    return "youth" if group <= OLDEST_YOUTH else "adult"


class Gate:
    """Asks the safety rules about drills on the next training day; equal drills are asked about once."""

    def __init__(self, team: Team, player: Player | None, day: date) -> None:
        self._policy: PolicyPack = pack_for(team.policy_pack, team.pk)
        self._engine = RulesEngine(self._policy, NO_SEARCH)
        self._profile = profile_of(team, player)
        self._team, self._day = team, day
        self._judged = lru_cache(maxsize=64)(self._judge)

    def allows(self, drill: LibraryDrill) -> bool:
        """Whether the rules let the drill stand as it is."""
        return not self._judged(drill.intensity, drill.head_contact, drill.headers, drill.conditioning)

    def caution(self, language: str) -> tuple[str, ...]:
        """Return why nothing at all is to be recommended now; empty where nothing speaks against it."""
        found = self._judged(Intensity.LOW.value, False, 0, False)  # noqa: FBT003 - the mildest drill there is
        held = [finding for finding in found if finding.rule_id in OF_THE_BODY]
        if language == "es":
            return tuple(IN_SPANISH[finding.rule_id] for finding in held)
        return tuple(finding.text for finding in held)

    def _judge(self, intensity: str, head_contact: bool, headers: int, conditioning: bool) -> tuple[Finding, ...]:  # noqa: FBT001 - a drill's own fields, one key of the cache
        start = datetime.combine(self._day, CLOCK, tzinfo=zone_named(self._team.time_zone))
        entry = Entry(
            id="drill",
            kind=Kind.TRAINING,
            start=start,
            end=start + timedelta(minutes=30),
            time_zone=self._team.time_zone,
            team=str(self._team.pk),
            intensity=Intensity(intensity),
            headers=headers,
            head_contact=head_contact,
            conditioning=conditioning,
        )
        verdict = self._engine.evaluate(Calendar(), [entry], self._profile)
        return tuple(finding for finding in verdict.findings if finding.severity is not Severity.ADVISE)


def profile_of(team: Team, player: Player | None) -> Profile:
    """Return what is known of a player's body (3 queries), or of the team its age group alone."""
    if player is None:
        return Profile(age_group=team_group(team.age_group))
    injuries = Concussion.objects.filter(player=player).values_list("injured_at", "symptom_free_since")
    reports = WellnessReport.objects.filter(player=player).order_by("-date")[:30]
    told = tuple(inputs.Wellness(reported_on=row.date, pain=row.pain, fever=row.fever) for row in reports)
    growth = growth_of_player(player)
    speeds = [part.value if isinstance(part, Velocity) else None for part in (growth.height, growth.leg)]
    return Profile(
        date_of_birth=player.date_of_birth,
        age_group=team_group(team.age_group),
        growth=Growth(height_cm_per_year=speeds[0], leg_cm_per_year=speeds[1]) if any(speeds) else None,
        wellness=told or None,
        concussions=tuple(inputs.Concussion(injured_at=at, symptom_free_since=since) for at, since in injuries) or None,
    )
