"""Celery tasks of the calendar."""

from __future__ import annotations

from celery import shared_task

from apps.calendar import messages


@shared_task(name=messages.READ_WORDS, ignore_result=True)
def read_words(ticket: str, event_id: str, instruction: str, today: str) -> None:
    """Have a language model read a change in words; the answer lies in the cache for whoever waits for it."""
    from apps.calendar.services.words import read_here

    read_here(ticket, event_id, instruction, today)
