"""Asking for feedback: who may, what is there already, and the message to the worker who writes it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import partial

from django.db import IntegrityError, transaction

from apps.accounts.models import Right, User
from apps.accounts.permissions import require_right
from apps.accounts.selectors import get_player
from apps.core.errors import InvalidRequest
from apps.feedback import messages
from apps.feedback.engine.brief import Kind
from apps.feedback.evidence import LIVE, Wish, build_brief, fingerprint
from apps.feedback.models import OPEN, Feedback, FeedbackStatus, FeedbackType, Language
from apps.feedback.selectors import newest_measured
from apps.feedback.services.engines import engine_name
from apps.sessions.selectors import get_session

MOST_AT_ONCE = 100
NEVER_MEASURED = "No session of this player has figures yet."


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackWish:
    """What is asked for.

    Attributes:
        player_id: id or external id; `None`: the player whom the session is about, else the whole team.
        language: `None`: that of the user.
    """

    session_id: uuid.UUID
    player_id: str | None = None
    feedback_type: str = FeedbackType.COMPREHENSIVE
    focus_areas: Sequence[str] = ()
    question: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchWish:
    """Many at once, all of one kind; `player_ids` may be external ids."""

    session_ids: Sequence[uuid.UUID] = ()
    player_ids: Sequence[str] = ()
    feedback_type: str = FeedbackType.QUICK
    focus_areas: Sequence[str] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class LiveFigure:
    """A figure of a session that is going on.

    Attributes:
        key: of the catalogue, or `speed_mps` (now).
        value: in the catalogue's unit [m/s].
        player_id: whose it is.
    """

    key: str
    value: float
    player_id: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What was asked for at once, and whose feedback could not be asked for."""

    batch_id: uuid.UUID
    feedback: list[Feedback] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


def generate(*, user: User, wish: FeedbackWish) -> Feedback:
    """Ask for a feedback; the one that is there already where evidence, question, language and engine are the same.

    Raises:
        NotFound: session or player is not visible.
        PermissionDenied: the role does not carry the right (owner, coach, analyst).
        InvalidRequest: a specific feedback without question or focus.
    """
    row = _new(user, wish)
    key = _key(row)
    known = Feedback.objects.filter(cache_key=key).exclude(status=FeedbackStatus.FAILED).first()
    if known is None:
        row.cache_key = key
        known = _saved(row)
    elif known.status in OPEN:
        transaction.on_commit(partial(messages.ring, known.pk), robust=True)
    return known


def generate_batch(*, user: User, wish: BatchWish) -> Batch:
    """Ask for many at once: of sessions, and of players by their newest measured session. All or none.

    Raises:
        NotFound: a session or player is not visible.
        PermissionDenied: the role does not carry the right in one of the teams.
        InvalidRequest: nothing, or more than 100, is asked for.
    """
    if not 1 <= len(wish.session_ids) + len(wish.player_ids) <= MOST_AT_ONCE:
        raise InvalidRequest(f"Name 1 to {MOST_AT_ONCE} sessions or players.")
    batch = Batch(uuid.uuid4())
    with transaction.atomic():
        for one in _wishes(user, wish, batch):
            row = _new(user, one)
            row.batch_id = batch.batch_id
            batch.feedback.append(_saved(row))
    return batch


def answer_live_question(
    *, user: User, session_id: uuid.UUID, question: str, figures: Sequence[LiveFigure], player_id: str | None = None
) -> Feedback:
    """Ask about a session that is going on; the answer rests on the figures that are handed over.

    Raises:
        NotFound: session or player is not visible.
        PermissionDenied: the role does not carry the right.
    """
    wish = FeedbackWish(
        session_id=session_id, player_id=player_id, feedback_type=FeedbackType.SPECIFIC, question=question
    )
    row = _new(user, wish)
    row.context = {"live": [asdict(figure) for figure in figures if figure.key in LIVE]}
    return _saved(row)


def wish_of(row: Feedback) -> Wish:
    """Return what a row asks for, with its session, team and player loaded."""
    return Wish(
        session=row.session,
        player=row.player,
        kind=Kind(row.feedback_type),
        language=row.language,
        focus=tuple(row.focus_areas),
        question=row.question,
        live=tuple(row.context.get("live", ())),
        units=row.units,
        speed_unit=row.speed_unit,
        time_zone=row.time_zone,
    )


def _new(user: User, wish: FeedbackWish) -> Feedback:
    session = get_session(user, wish.session_id)
    require_right(user, session.team_id, Right.EDIT_SESSIONS)
    if wish.feedback_type == FeedbackType.SPECIFIC and not (wish.question.strip() or wish.focus_areas):
        raise InvalidRequest("A specific feedback needs a question or focus_areas.")
    player = get_player(user, wish.player_id, team_id=session.team_id) if wish.player_id else session.player
    return Feedback(
        team_id=session.team_id,
        session=session,
        player=player,
        feedback_type=wish.feedback_type,
        focus_areas=list(dict.fromkeys(wish.focus_areas)),
        question=wish.question.strip(),
        language=_language(user, wish.language),
        units=user.units,
        speed_unit=user.speed_unit,
        time_zone=user.time_zone,
        created_by=user,
    )


def _language(user: User, wished: str | None) -> str:
    told = wished or user.language[:2]
    return told if told in Language.values else Language.ENGLISH.value


def _key(row: Feedback) -> str:
    return fingerprint(build_brief(wish_of(row)), engine_name(row.team_id))


def _saved(row: Feedback) -> Feedback:
    """Save a new row and ring; where somebody was faster with the same, theirs."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        known = Feedback.objects.filter(cache_key=row.cache_key).exclude(status=FeedbackStatus.FAILED).first()
        if known is None:
            raise
        found: Feedback = known
        return found
    transaction.on_commit(partial(messages.ring, row.pk), robust=True)
    return row


def _wishes(user: User, wish: BatchWish, batch: Batch) -> list[FeedbackWish]:
    """One wish for each session and player; who was never measured is noted as skipped."""
    found = [_one(wish, session_id) for session_id in dict.fromkeys(wish.session_ids)]
    for reference in dict.fromkeys(wish.player_ids):
        player = get_player(user, reference)
        require_right(user, player.team_id, Right.EDIT_SESSIONS)
        session_id = newest_measured(player)
        if session_id is None:
            batch.skipped.append((str(player.pk), NEVER_MEASURED))
        else:
            found.append(_one(wish, session_id, str(player.pk)))
    return found


def _one(wish: BatchWish, session_id: uuid.UUID, player_id: str | None = None) -> FeedbackWish:
    return FeedbackWish(
        session_id=session_id,
        player_id=player_id,
        feedback_type=wish.feedback_type,
        focus_areas=wish.focus_areas,
        language=wish.language,
    )
