"""Sessions given as plain mappings, read as calendar entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from apps.safety.errors import SafetyInputError
from apps.safety.inputs import Entry, Intensity, Kind

Choice = TypeVar("Choice", bound=StrEnum)


def entries_of(sessions: Sequence[Mapping[str, object] | Entry]) -> tuple[Entry, ...]:
    """Entries of mappings; entries stay as they are.

    Raises:
        SafetyInputError: a key is missing or has a value of the wrong kind; the message names the session and the key.
    """
    return tuple(
        session if isinstance(session, Entry) else _entry(session, f"session {number}")
        for number, session in enumerate(sessions, 1)
    )


def _entry(session: Mapping[str, object], name: str) -> Entry:
    start = _moment(_first(session, "start", "start_time"), f"{name}: start")
    end_given = _first(session, "end", "end_time")
    if end_given is None:
        end = start + timedelta(minutes=_number(session.get("duration_min"), f"{name}: end or duration_min"))
    else:
        end = _moment(end_given, f"{name}: end")
    minutes = session.get("match_minutes")
    intensity = session.get("intensity")
    return Entry(
        id=str(session.get("id", name)),
        kind=_choice(Kind, _first(session, "event_type", "session_type") or Kind.TRAINING, f"{name}: event_type"),
        start=start,
        end=end,
        time_zone=str(session.get("time_zone") or (start.tzinfo.key if isinstance(start.tzinfo, ZoneInfo) else "UTC")),
        intensity=None if intensity is None else _choice(Intensity, intensity, f"{name}: intensity"),
        tournament=session.get("tournament") is True,
        match_minutes=None if minutes is None else _number(minutes, f"{name}: match_minutes"),
    )


def _first(session: Mapping[str, object], *keys: str) -> object:
    return next((session[key] for key in keys if session.get(key) is not None), None)


def _moment(value: object, where: str) -> datetime:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as error:
            raise SafetyInputError(f"{where}: {value!r} is no ISO 8601 time such as 2026-03-03T18:00+01:00") from error
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise SafetyInputError(f"{where}: an aware date and time is needed, got {value!r}")
    return value


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SafetyInputError(f"{where}: a number of minutes is needed, got {value!r}")
    return float(value)


def _choice(choices: type[Choice], value: object, where: str) -> Choice:
    try:
        return choices(str(value))
    except ValueError as error:
        raise SafetyInputError(f"{where}: {value!r} is none of {', '.join(choices)}") from error
