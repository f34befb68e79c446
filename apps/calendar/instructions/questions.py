"""What is asked back where words can be read in two ways, in English or Spanish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Language = Literal["en", "es"]
_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
           "noviembre", "diciembre"),
}  # fmt: skip
TEXTS: Mapping[str, Mapping[Language, str]] = {
    "not_understood": {
        "en": "Not understood: “{part}”. Say it in other words or leave it out.",
        "es": "No se entiende: «{part}». Dilo con otras palabras o quítalo.",
    },
    "empty": {
        "en": "Say what to change, for example: move to Thursday at 18:00, or: shorten to 60 minutes.",
        "es": "Di qué hay que cambiar, por ejemplo: pásalo al jueves a las 18:00, o: acórtalo a 60 minutos.",
    },
    "same": {"en": "The event is so already.", "es": "El evento ya está así."},
    "scope": {
        "en": "It repeats. Which events are meant?",
        "es": "Se repite. ¿Qué eventos?",
    },
    "one": {"en": "Only {day}", "es": "Solo el {day}"},
    "following": {"en": "{day} and all after it", "es": "El {day} y todos los siguientes"},
    "all": {"en": "The whole series", "es": "Toda la serie"},
    "which_date": {"en": "Which date of the series is meant?", "es": "¿Qué fecha de la serie?"},
    "which_day": {"en": "Which {weekday} is meant?", "es": "¿Qué {weekday}?"},
    "past": {
        "en": "{day} at {clock} is over. Name a day that is still to come.",
        "es": "El {day} a las {clock} ya pasó. Di un día que esté por venir.",
    },
    "which_hour": {"en": "Morning or evening?", "es": "¿Por la mañana o por la tarde?"},
    "series_date": {
        "en": "A whole series has no single date. Name a weekday, or say: only this one.",
        "es": "Una serie entera no tiene una sola fecha. Di un día de la semana, o: solo este.",
    },
    "several_days": {
        "en": "The series falls on several weekdays. Say which date to move, with: only this one.",
        "es": "La serie cae en varios días de la semana. Di qué fecha mover, con: solo este.",
    },
    "all_day": {
        "en": "The event lasts all day. Only its day can be changed in words; set times in its fields.",
        "es": "El evento dura todo el día. Con palabras solo se cambia el día; pon las horas en sus campos.",
    },
    "no_length": {
        "en": "Nothing would be left of the event. Say how long it lasts, in minutes.",
        "es": "No quedaría nada del evento. Di cuánto dura, en minutos.",
    },
    "cancel_or_move": {
        "en": "Cancel it or change it? Say one of the two.",
        "es": "¿Cancelarlo o cambiarlo? Di una de las dos cosas.",
    },
    "delete": {
        "en": "In words an event is cancelled, not deleted; it then stays in the calendar, struck through.",
        "es": "Con palabras un evento se cancela, no se borra; queda en el calendario, tachado.",
    },
    "cancel_it": {"en": "Cancel it", "es": "Cancelarlo"},
    "no_such_part": {
        "en": "The event has no drill “{name}”. It has: {drills}.",
        "es": "El evento no tiene el ejercicio «{name}». Tiene: {drills}.",
    },
    "no_parts": {"en": "The event has no drills yet.", "es": "El evento aún no tiene ejercicios."},
    "no_such_drill": {
        "en": "The library has no drill “{name}”. Did you mean one of these?",
        "es": "La biblioteca no tiene el ejercicio «{name}». ¿Alguno de estos?",
    },
    "which_drill": {
        "en": "Several drills fit “{name}”. Which one?",
        "es": "Varios ejercicios encajan con «{name}». ¿Cuál?",
    },
    "too_young": {
        "en": "“{name}” is for U{youngest} and older, not for this team.",
        "es": "«{name}» es para U{youngest} y mayores, no para este equipo.",
    },
    "too_old": {
        "en": "“{name}” is for U{oldest} and younger, not for this team.",
        "es": "«{name}» es para U{oldest} y menores, no para este equipo.",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Option:
    """A way to say it clearly.

    Attributes:
        instruction: to send instead of the first one.
        scope, occurrence: to send with it.
    """

    text: str
    instruction: str
    scope: str | None = None
    occurrence: date | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, with ways to answer it."""

    text: str
    options: tuple[Option, ...] = ()


def say(key: str, language: Language, **values: object) -> str:
    """One of the texts."""
    return TEXTS[key][language].format(**values)


def day_text(day: date, language: Language) -> str:
    """A date as people say it."""
    joined = " de " if language == "es" else " "
    return f"{weekday_text(day.weekday(), language)} {day.day}{joined}{_MONTHS[language][day.month - 1]}"


def weekday_text(weekday: int, language: Language) -> str:
    """A weekday's name."""
    return _DAYS[language][weekday]
