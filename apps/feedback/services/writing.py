"""Writing a feedback in a worker: claim, gather the evidence, compose, keep; it ends once, whoever dies on the way."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from apps.feedback import indexing, messages
from apps.feedback.engine.brief import Brief
from apps.feedback.engine.chain import Engine, Unsupported, compose
from apps.feedback.engine.providers import cloud_coach
from apps.feedback.engine.rule_based import RuleBasedCoach
from apps.feedback.engine.rulebook.team import names_in
from apps.feedback.engine.schema import Body
from apps.feedback.events import state_of
from apps.feedback.evidence import build_brief, fingerprint, retrieve_for
from apps.feedback.models import Feedback, FeedbackMention, FeedbackStatus
from apps.feedback.services.asking import wish_of
from apps.feedback.services.engines import engine_name
from apps.feedback.services.leases import MOST_ATTEMPTS, Heartbeat, LeaseLost, claim, held

log = structlog.get_logger(__name__)

TELL_EVERY_S = 0.25
"""A reader's eye needs no more than four changes a second."""
RING_LOST_S = 30.0
"""A feedback that nobody began after this long: its message was lost."""
UNSUPPORTED = "UNSUPPORTED"
GAVE_UP = "SERVER_ERROR"


def write(feedback_id: uuid.UUID) -> None:
    """Write a feedback, if it is there to be written; may run twice, at once or never."""
    token = claim(feedback_id)
    if token is None:
        return
    try:
        with Heartbeat(feedback_id, token):
            _write(feedback_id, token)
    except LeaseLost:
        log.info("feedback.dropped", feedback_id=str(feedback_id))
    except Unsupported as error:
        _fail(feedback_id, token, UNSUPPORTED, "No text passed the check against its evidence, so none is shown.")
        log.error("feedback.unsupported", feedback_id=str(feedback_id), problems=str(error))
    except Exception:
        log.exception("feedback.failed", feedback_id=str(feedback_id))
        _give_back(feedback_id, token)


def reconcile() -> int:
    """Ring for feedback whose worker died or whose message was lost; end what failed too often. Returns how many."""
    now = timezone.now()
    dead = Q(status=FeedbackStatus.RUNNING, lease_until__lt=now)
    lost = Q(status=FeedbackStatus.QUEUED, updated_at__lt=now - timedelta(seconds=RING_LOST_S))
    rows = list(Feedback.objects.filter(dead | lost).only("pk", "attempts")[:200])
    for row in rows:
        if row.attempts >= MOST_ATTEMPTS:
            _end_failed(Feedback.objects.filter(dead | lost, pk=row.pk), row.pk)
        else:
            Feedback.objects.filter(pk=row.pk).update(updated_at=now)
            messages.ring(row.pk)
    return len(rows)


def _write(feedback_id: uuid.UUID, token: uuid.UUID) -> None:
    row = Feedback.objects.select_related("session__team", "player").get(pk=feedback_id)
    wish = wish_of(row)
    brief = build_brief(wish)
    key = row.cache_key or ("" if row.context else fingerprint(brief, engine_name(row.team_id)))
    known = _same(row, key)
    if known is not None and known.body is not None:
        _keep(row, token, brief, Body.model_validate(known.body), "")
        return
    coach, reason = cloud_coach(row.team_id, _player_ids(brief))
    rules = RuleBasedCoach()
    engine = Engine(coach or rules, rules, reason)
    body = compose(brief, engine, retrieve=retrieve_for(wish), tell=_teller(feedback_id, token))
    _keep(row, token, brief, body, "" if body.grounding.replaced else key)


def _same(row: Feedback, key: str) -> Feedback | None:
    """A completed feedback of the same evidence: one of a batch need not be written again."""
    if not key:
        return None
    rows = Feedback.objects.filter(cache_key=key, status=FeedbackStatus.COMPLETED).exclude(pk=row.pk)
    found: Feedback | None = rows.first()
    return found


def _player_ids(brief: Brief) -> set[uuid.UUID]:
    people = (brief.person,) if brief.person is not None else brief.people
    return {uuid.UUID(person.ref.removeprefix("player:")) for person in people}


def _teller(feedback_id: uuid.UUID, token: uuid.UUID) -> Callable[[str], None]:
    """What stores and sends the text as it grows, a few times a second."""
    told_at, told = float("-inf"), ""

    def tell(text: str) -> None:
        nonlocal told_at, told
        now = time.monotonic()
        if text == told or now - told_at < TELL_EVERY_S:
            return
        told_at, told = now, text
        held(feedback_id, token, text=text, version=F("version") + 1)
        _announce(feedback_id)

    return tell


def _keep(row: Feedback, token: uuid.UUID, brief: Brief, body: Body, key: str) -> None:
    """End the feedback; where somebody was faster with the same evidence, this one is kept without a key."""
    text = "\n\n".join(part for part in (body.answer.text if body.answer else "", body.summary) if part)
    changes: dict[str, Any] = {
        "status": FeedbackStatus.COMPLETED,
        "text": text,
        "body": body.model_dump(mode="json"),
        "provider": body.engine.provider,
        "model": body.engine.model,
        "completed_at": timezone.now(),
        "updated_at": timezone.now(),
        "lease_until": None,
        "version": F("version") + 1,
    }
    try:
        _end(row, token, brief, {**changes, "cache_key": key})
    except IntegrityError:
        _end(row, token, brief, {**changes, "cache_key": ""})


@transaction.atomic
def _end(row: Feedback, token: uuid.UUID, brief: Brief, changes: dict[str, Any]) -> None:
    held(row.pk, token, **changes)
    told = str(changes["body"])
    FeedbackMention.objects.bulk_create(
        FeedbackMention(feedback=row, player_id=person.ref.removeprefix("player:"), name=person.name)
        for person in names_in(brief, told)
    )
    transaction.on_commit(partial(_announce, row.pk), robust=True)
    transaction.on_commit(partial(indexing.put_feedback, row.pk), robust=True)


def _give_back(feedback_id: uuid.UUID, token: uuid.UUID) -> None:
    """Leave it to the next try (`reconcile` rings), or end it."""
    rows = Feedback.objects.filter(pk=feedback_id, worker=token, status=FeedbackStatus.RUNNING)
    if not rows.filter(attempts__lt=MOST_ATTEMPTS).update(lease_until=timezone.now()):
        _end_failed(rows, feedback_id)


def _end_failed(rows: Any, feedback_id: uuid.UUID) -> None:
    message = f"The text could not be written, {MOST_ATTEMPTS} times over. Ask again; staff of the site see why."
    if rows.update(**_failed(GAVE_UP, message)):
        _announce(feedback_id)


def _fail(feedback_id: uuid.UUID, token: uuid.UUID, code: str, message: str) -> None:
    try:
        held(feedback_id, token, **_failed(code, message))
    except LeaseLost:
        return
    _announce(feedback_id)


def _failed(code: str, message: str) -> dict[str, Any]:
    return {
        "status": FeedbackStatus.FAILED,
        "error_code": code,
        "error_message": message,
        "lease_until": None,
        "cache_key": "",
        "version": F("version") + 1,
        "updated_at": timezone.now(),
    }


def _announce(feedback_id: uuid.UUID) -> None:
    row = Feedback.objects.filter(pk=feedback_id).first()
    if row is not None:
        messages.announce(feedback_id, dict(state_of(row)))
