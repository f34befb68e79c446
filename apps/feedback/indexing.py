"""Feedback, figures over time and articles as the search index knows them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from apps.accounts.models import Player
from apps.feedback.models import Feedback, FeedbackStatus, KnowledgeDocument
from apps.scan.models import SessionKPI
from apps.search import services, sources
from apps.search.documents import Document, Kind, ages_of

NEWEST = 12
"""Sessions that a history tells; about six weeks of two trainings."""
HISTORY = ("max_speed_mps", "total_distance_m", "sprint_count")
WORDS = {
    "max_speed_mps": "top speed {:.1f} m/s",
    "total_distance_m": "{:.0f} m covered",
    "sprint_count": "{:.0f} sprints",
}


def register() -> None:
    """Name the sources; called when Django is ready."""
    sources.register(Kind.ARTICLE, article_documents)
    sources.register(Kind.FEEDBACK, feedback_documents)
    sources.register(Kind.KPI, history_documents)


def article_documents(team_id: uuid.UUID | None) -> Iterable[Document]:
    """Yield the articles: for all teams."""
    if team_id is not None:
        return
    for article in KnowledgeDocument.objects.get_queryset():
        youngest, oldest = ages_of(article.age_groups or "all")
        yield Document(
            kind=Kind.ARTICLE,
            object_id=article.slug,
            title=article.title,
            text=article.text,
            tags=article.tags,
            language=article.language,
            age_min=youngest,
            age_max=oldest,
        )


def feedback_documents(team_id: uuid.UUID | None) -> Iterable[Document]:
    """Yield a team's completed feedback."""
    if team_id is None:
        return
    rows = Feedback.objects.filter(team_id=team_id, status=FeedbackStatus.COMPLETED)
    for row in rows.select_related("session", "player"):
        yield _feedback(row)


def history_documents(team_id: uuid.UUID | None) -> Iterable[Document]:
    """Yield each player's figures over time, in sentences."""
    if team_id is None:
        return
    rows = SessionKPI.objects.filter(session__team_id=team_id, is_current=True, player__isnull=False)
    by_player: dict[uuid.UUID, list[tuple[date, SessionKPI]]] = defaultdict(list)
    for row in rows.select_related("session").defer("groups", "series", "details").order_by("-session__start"):
        by_player[row.player_id].append((row.session.start.date(), row))
    for player in Player.objects.filter(pk__in=by_player):
        text = " ".join(_sentences(by_player[player.pk][:NEWEST]))
        if text:
            yield Document(
                kind=Kind.KPI,
                object_id=str(player.pk),
                title=f"Figures of {player.display_name}",
                text=text,
                team_id=team_id,
                player_id=player.pk,
                tags=("figures", "history"),
            )


def put_feedback(feedback_id: uuid.UUID) -> None:
    """Bring one feedback's entry up to date."""
    rows = Feedback.objects.filter(pk=feedback_id, status=FeedbackStatus.COMPLETED)
    row = rows.select_related("session", "player").first()
    if row is not None:
        services.put([_feedback(row)])


def remove_feedback(feedback_ids: Sequence[uuid.UUID]) -> None:
    """Take entries out."""
    services.remove(Kind.FEEDBACK, feedback_ids)


def _feedback(row: Feedback) -> Document:
    about = row.player.display_name if row.player is not None else "the team"
    return Document(
        kind=Kind.FEEDBACK,
        object_id=str(row.pk),
        title=f"Feedback for {about}: {row.session}",
        text=row.text or "(no text)",
        team_id=row.team_id,
        player_id=row.player_id,
        tags=tuple(row.focus_areas),
        language=row.language,
    )


def _sentences(rows: Sequence[tuple[date, SessionKPI]]) -> Iterator[str]:
    for day, row in rows:
        told = [WORDS[key].format(value) for key in HISTORY if (value := getattr(row, key)) is not None]
        if told:
            grade = f" (grade {row.grade})" if row.grade else ""
            yield f"{day.isoformat()}: {', '.join(told)}{grade}."
