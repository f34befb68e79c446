"""What is done beside live sessions: their films, and looking after those that everybody left."""

from __future__ import annotations

import uuid

from celery import shared_task

from apps.live.services import films, watching


@shared_task(name="apps.live.tasks.make_films", ignore_result=True)
def make_films(session_id: str) -> None:
    """Make the films of a finished session out of what was kept while it ran."""
    films.make_films(uuid.UUID(session_id))


@shared_task(name="apps.live.tasks.watch", ignore_result=True)
def watch() -> None:
    """End sessions that nobody films any more; ask again for workers and films that did not come."""
    watching.watch()
