"""A brief whose texts are only data: what was typed to steer a writer is gone before any engine reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from apps.feedback.engine.brief import Brief, Note, Passage, Person
from apps.feedback.engine.disguise import readable
from apps.feedback.engine.misuse import CUT, breaches, defused, is_instruction
from apps.feedback.engine.off_limits import subject_of

_NAME = re.compile(r"[^\W\d_][^\W_]*(?:[ .'’‐-]+[^\W_]+){0,4}\.?")
LONGEST_NAME = 60
NAMELESS = {"en": "the player", "es": "el jugador"}


def clean(brief: Brief) -> Brief:
    """Return the brief without instructions in its titles, names, notes and passages."""
    people = tuple(_named(person, brief.language) for person in brief.people)
    return replace(
        brief,
        title=_title(brief.title),
        person=brief.person and _named(brief.person, brief.language),
        people=people,
        notes=tuple(_notes(brief)),
        passages=tuple(_passages(brief)),
    )


def is_name(text: str) -> bool:
    """Whether a text can be somebody's name."""
    plain = readable(text).strip()
    return bool(_NAME.fullmatch(plain)) and len(plain) <= LONGEST_NAME and not is_instruction(plain)


def _named(person: Person, language: str) -> Person:
    return person if is_name(person.name) else replace(person, name=NAMELESS[language])


def _title(title: str) -> str:
    return "" if is_instruction(title, remark=True) or breaches(title) else title


def _notes(brief: Brief) -> Iterator[Note]:
    """Notes of football. One that enters a subject that is not ours is not for the text, nor is what it steers to."""
    for note in brief.notes:
        text = defused(note.text, remark=True)
        if CUT not in text and not breaches(text) and not subject_of(text):
            yield replace(note, text=text)


def _passages(brief: Brief) -> Iterator[Passage]:
    for passage in brief.passages:
        remark = passage.kind != "knowledge"
        text = defused(passage.text, remark=remark)
        if text and not (remark and (CUT in text or breaches(text))):
            yield replace(passage, text=text, title=_title(passage.title) or passage.kind)
