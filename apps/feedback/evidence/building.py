"""A brief from the tables, and its fingerprint: the same evidence and question need no second text."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Count, Max
from django.utils import timezone

from apps.accounts.models import Player
from apps.core.units import Units
from apps.feedback.engine.brief import Brief, Fact, FactKind, Kind, Missing
from apps.feedback.evidence.figures import NO_FILM, SPOKEN, current_rows, facts_of, missing_of, trends_of
from apps.feedback.evidence.loads import load_facts
from apps.feedback.evidence.notes import notes_of
from apps.feedback.evidence.subjects import Gate, band_of, group_of, label_of, people_of
from apps.feedback.models import KnowledgeDocument
from apps.feedback.registries import next_training
from apps.safety.inputs import zone_named
from apps.sessions.models import Session
from vision.kpi.catalogue import CATALOGUE

TEAM_KEYS = ("max_speed_mps", "total_distance_m", "high_speed_distance_m", "sprint_count")
"""Of a team's players only what a text about all of them speaks of."""


LIVE = {"speed_mps": ("Speed now", "m/s"), "total_distance_m": ("Distance", "m"), "max_speed_mps": ("Top speed", "m/s")}
"""What a session that is going on tells of a player: title, unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a text is asked for.

    Attributes:
        live: facts of a session that is going on, instead of its rows.
        now: from when the next training is looked for.
        units, speed_unit, time_zone: of whoever asks; without a zone days are the team's.
    """

    session: Session
    player: Player | None = None
    kind: Kind = Kind.COMPREHENSIVE
    language: str = "en"
    focus: tuple[str, ...] = ()
    question: str = ""
    live: Sequence[dict[str, Any]] = ()
    now: datetime = field(default_factory=timezone.now)
    units: str = Units.METRIC.value
    speed_unit: str = ""
    time_zone: str = ""


def build_brief(wish: Wish) -> Brief:
    """Return the evidence for a wish, without what retrieval finds (about 20 queries, however many players)."""
    session, team = wish.session, wish.session.team
    day = session.start.astimezone(zone_named(team.time_zone)).date()
    told_in = zone_named(wish.time_zone or team.time_zone)
    rows = current_rows(session, wish.player.pk if wish.player else None)
    roster = list(Player.objects.filter(team=team).order_by("last_name", "first_name", "pk"))
    measured = {told["player_id"] for told in wish.live} or {str(player_id) for player_id in rows}
    players = [wish.player] if wish.player else [player for player in roster if str(player.pk) in measured]
    group = group_of(team, players, day)
    facts, missing = _measured(wish, rows)
    loads, unrated = load_facts(session, players)
    people = {player.pk: person for player, person in zip(roster, people_of(roster, day), strict=True)}
    upcoming = next_training(team.pk, wish.player.pk if wish.player else None, wish.now)
    gate = Gate(team, wish.player, upcoming.day if upcoming else wish.now.date())
    return Brief(
        kind=wish.kind,
        language="es" if wish.language == "es" else "en",
        team=team.name,
        age_group=label_of(group),
        age_band=band_of(group),
        session_ref=f"session:{session.pk}",
        session_type=session.session_type,
        title=session.title,
        day=session.start.astimezone(told_in).date(),
        person=people[wish.player.pk] if wish.player else None,
        people=() if wish.player else tuple(people[player.pk] for player in players),
        facts=(*facts, *loads),
        trends=() if wish.live else tuple(trends_of(rows, told_in)),
        missing=(*missing, *(unrated if wish.player else ())),
        notes=tuple(notes_of(session, wish.player, roster, wish.language)),
        focus=wish.focus,
        question=wish.question,
        next_training=upcoming,
        caution=gate.caution(wish.language),
        synthetic=session.synthetic,
        units=wish.units,
        speed_unit=wish.speed_unit,
    )


def _measured(wish: Wish, rows: dict[uuid.UUID, Any]) -> tuple[list[Fact], list[Missing]]:
    if wish.live:
        return [_live_fact(told) for told in wish.live], []
    keys = SPOKEN if wish.player else TEAM_KEYS
    facts = [fact for row in rows.values() for fact in facts_of(row, keys=keys)]
    if wish.player is None:
        measured = {fact.key for fact in facts}
        gaps = [gap for row in list(rows.values())[:1] for gap in missing_of(row) if gap.key not in measured]
        return facts, [Missing(gap.key, gap.group, gap.title, gap.reason) for gap in gaps]
    if not rows:
        ref = f"player:{wish.player.pk}"
        return [], [Missing(key, CATALOGUE[key].group, CATALOGUE[key].title, NO_FILM, ref) for key in SPOKEN]
    return facts, [gap for row in rows.values() for gap in missing_of(row)]


def _live_fact(told: dict[str, Any]) -> Fact:
    title, unit = LIVE[told["key"]]
    return Fact(
        ref=f"live:{told['player_id']}:{told['key']}",
        kind=FactKind.LIVE,
        key=told["key"],
        group="speed" if unit == "m/s" else "distance",
        title=title,
        value=float(told["value"]),
        unit=unit,
        player=f"player:{told['player_id']}",
    )


def fingerprint(brief: Brief, engine: str) -> str:
    """Return the hash of evidence, question, language, engine and library (1 query)."""
    library = KnowledgeDocument.objects.get_queryset().aggregate(count=Count("pk"), newest=Max("updated_at"))
    told = {"brief": asdict(brief), "engine": engine, "library": library}
    return hashlib.sha256(json.dumps(told, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()
