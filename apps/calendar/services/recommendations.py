"""Proposals: asked for, committed together or one by one, dismissed. Committing judges everything anew."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Player, Right, Team, User
from apps.accounts.permissions import require_right
from apps.accounts.selectors import get_player
from apps.calendar.bodies import proposal_body, verdict_body, whole_body
from apps.calendar.models import Drill, Recommendation, RecommendationStatus, TrainingEvent
from apps.calendar.planner import Plan, Proposal, Question, Wishes, plan
from apps.calendar.recurrence import at_wall_time
from apps.calendar.schedule import utc_text
from apps.calendar.selectors.cases import load_cases
from apps.calendar.selectors.figures import findings_of
from apps.calendar.services.advice import add_knowledge, advised
from apps.calendar.services.announce import announce, announce_proposals
from apps.calendar.services.events import fresh, insert_event
from apps.calendar.services.judgement import judge_changed, policy_of, record_verdict, require_safe
from apps.calendar.services.turns import take_turn
from apps.core import audit
from apps.core.errors import Conflict, Gone, InvalidRequest, NotFound
from apps.core.units import read_scale
from apps.safety.inputs import zone_named

LONGEST_PLAN = timedelta(days=42)
LIFE = timedelta(days=7)
"""A proposal older than that was made of another week's loads."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a request came to: proposals, and why there are not more."""

    request_id: uuid.UUID
    rows: list[Recommendation]
    plan: Plan

    @property
    def body(self) -> dict[str, Any]:
        """As an answer shows it."""
        return {
            "request_id": str(self.request_id),
            "proposals": [proposal_body(row) for row in self.rows],
            "reasons": self.plan.reasons,
            "days_considered": self.plan.days_considered,
        }


def recommend(*, user: User, player_id: str, wishes: Wishes, feedback_id: uuid.UUID | None = None) -> Proposed:
    """Propose sessions for a player; nothing is planned by it.

    Args:
        feedback_id: a feedback whose drills the sessions are to hold, as far as they suit one player alone.

    Raises:
        NotFound: the player or the feedback is not visible, or the feedback is not completed.
        PermissionDenied: the role does not carry the right.
        InvalidRequest: the time asked for is over, turned round or too long; the feedback is another player's.
    """
    player = get_player(user, player_id)
    require_right(user, player.team_id, Right.EDIT_SESSIONS)
    if feedback_id is not None:
        wishes = advised(user, player, wishes, feedback_id)
    question = _question(user, player, wishes)
    found = plan(question)
    add_knowledge(found, question.group)
    request_id = uuid.uuid4()
    rows = [_row(user, player, request_id, proposal, question.now) for proposal in found.proposals]
    with transaction.atomic():
        Recommendation.objects.bulk_create(rows)
        announce_proposals(player.team_id, request_id, [proposal_body(row) for row in rows])
    return Proposed(request_id, rows, found)


def commit_proposals(*, user: User, proposal_ids: Sequence[uuid.UUID], reason: str = "") -> list[dict[str, Any]]:
    """Make events of proposals, all or none, judged together as the calendar is now; repeating it changes nothing.

    Raises:
        NotFound: one is not visible.
        PermissionDenied: the role does not carry the right.
        Conflict: one was dismissed, or its event was deleted since.
        Gone: one has expired.
        UnsafeEvent: together they break a rule.
    """
    ids = list(dict.fromkeys(proposal_ids))
    with transaction.atomic():
        rows = _claimed(user, ids)
        new = [row for row in rows if row.status != RecommendationStatus.COMMITTED]
        by_team: dict[uuid.UUID, list[TrainingEvent]] = {}
        for row in new:
            _require_open(row)
            row.event = _event_of(user, row)
            by_team.setdefault(row.team_id, []).append(row.event)
        for events in by_team.values():
            _pass(user, events[0].team, events, reason)
        for row in new:
            _decide(user, row, RecommendationStatus.COMMITTED)
        return [_committed(row) for row in rows]


def dismiss(*, user: User, proposal_id: uuid.UUID) -> Recommendation:
    """Put a proposal away; repeating it changes nothing.

    Raises:
        NotFound: not visible.
        PermissionDenied: the role does not carry the right.
        Conflict: it was committed.
    """
    with transaction.atomic():
        row = _claimed(user, [proposal_id])[0]
        if row.status == RecommendationStatus.COMMITTED:
            raise Conflict("This proposal was committed; delete its event instead.")
        if row.status == RecommendationStatus.PROPOSED:
            _decide(user, row, RecommendationStatus.DISMISSED)
        return row


def _question(user: User, player: Player, wishes: Wishes) -> Question:
    team, now = player.team, timezone.now()
    zone = zone_named(team.time_zone)
    today = now.astimezone(zone).date()
    if wishes.last < wishes.first:
        raise InvalidRequest("end_date must be start_date or later.")
    if wishes.last < today:
        raise InvalidRequest(f"These days are over; today is {today}.")
    if wishes.last - wishes.first > LONGEST_PLAN:
        raise InvalidRequest(f"Ask for at most {LONGEST_PLAN.days} days at once.")
    since, until = at_wall_time(wishes.first, time(), zone), at_wall_time(wishes.last, time(23, 59), zone)
    case = load_cases(team, since, until, [player.pk]).players[0]
    policy = policy_of(team)
    return Question(
        case=case,
        policy=policy,
        zone=zone,
        team=str(team.pk),
        now=now,
        wishes=wishes,
        drills=list(Drill.objects.get_queryset()),
        findings=findings_of(player.pk, partial(read_scale, units=user.units, speed_unit=user.speed_unit)),
        group=case.profile.group_on(wishes.first, policy.season_start(wishes.first)),
    )


def _row(user: User, player: Player, request_id: uuid.UUID, proposal: Proposal, now: datetime) -> Recommendation:
    entry = proposal.entry
    event = {
        "title": proposal.title,
        "start": utc_text(entry.start),
        "end": utc_text(entry.end),
        "time_zone": entry.time_zone,
        "event_type": proposal.event_type.value,
        "intensity": entry.intensity and entry.intensity.value,
        "headers": entry.headers,
        "head_contact": entry.head_contact,
        "conditioning": entry.conditioning,
        "drills": proposal.drills,
        "focus": proposal.focus.value,
    }
    return Recommendation(
        request_id=request_id,
        team_id=player.team_id,
        player=player,
        proposal={"event": event, "rationale": proposal.rationale, "evidence": proposal.evidence},
        verdict=verdict_body(proposal.verdict),
        expires_at=min(now + LIFE, entry.start),
        created_by=user,
        created_at=now,
    )


def _claimed(user: User, ids: Sequence[uuid.UUID]) -> list[Recommendation]:
    """The proposals, in the order asked for, once it is our turn in each team."""
    seen = Recommendation.objects.visible_to(user).filter(pk__in=ids)
    for team_id in sorted({row.team_id for row in seen}):  # in one order, so that two never wait for each other
        require_right(user, team_id, Right.EDIT_SESSIONS)
        take_turn(team_id)
    rows = seen.all().select_related("player", "team", "event").in_bulk()
    missing = [str(key) for key in ids if key not in rows]
    if missing:
        raise NotFound(f"There is no proposal {', '.join(missing)}.")
    return [rows[key] for key in ids]


def _require_open(row: Recommendation) -> None:
    if row.status == RecommendationStatus.DISMISSED:
        raise Conflict("A proposal was dismissed; ask for new ones.")
    if row.expires_at <= timezone.now():
        raise Gone("A proposal has expired; ask for new ones.")


def _event_of(user: User, row: Recommendation) -> TrainingEvent:
    body = row.proposal["event"]
    fields = {name: value for name, value in body.items() if name not in ("focus", "start", "end")}
    times = {name: datetime.fromisoformat(body[name]) for name in ("start", "end")}
    fields = {**fields, **times, "description": row.proposal["rationale"], "ai_generated": True}
    fields["intensity"] = fields["intensity"] or ""
    return insert_event(user=user, team=row.team, player=row.player, fields=fields)


def _pass(user: User, team: Team, events: Sequence[TrainingEvent], reason: str) -> None:
    judgement = judge_changed(team, events)
    overridden = require_safe(user, team, judgement, reason)
    for event in events:
        record_verdict(user, event, judgement.verdict, reason, overridden=overridden)


def _decide(user: User, row: Recommendation, status: RecommendationStatus) -> None:
    row.status, row.decided_by = status, user
    row.save(update_fields=["status", "event", "decided_by", "updated_at"])
    audit.record(actor_id=user.pk, action=f"calendar.proposal_{status.value}", target=row, team_id=row.team_id)
    if row.event is not None:
        announce("created", fresh(row.event.pk))


def _committed(row: Recommendation) -> dict[str, Any]:
    if row.event_id is None:
        raise Conflict("The event of a proposal was deleted since; ask for new ones.")
    return {"proposal_id": str(row.pk), "event": whole_body(fresh(row.event_id))}
