"""Queries that every request asks: their SQL is written once, and only the ids in them change.

Django writes the SQL of a queryset anew each time, which for these takes longer than PostgreSQL's answer.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

Made = Callable[..., QuerySet[Any, Any]]


def sql_of(make: Made, *ids: uuid.UUID) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL and the parameters of a queryset.

    Args:
        make: makes the queryset of so many ids; nothing else may change it, and the same function is given each time.
        ids: what it is made of now.

    Raises:
        ValueError: an id does not stand in the SQL as it is.
    """
    text, params, places = _compiled(make, len(ids), connection.vendor)
    values = _stored(ids)
    return text, tuple(params[at] if place is None else values[place] for at, place in enumerate(places))


@lru_cache(maxsize=32)
def _compiled(make: Made, count: int, vendor: str) -> tuple[str, tuple[Any, ...], tuple[int | None, ...]]:
    """SQL, parameters, and for each parameter which id it is (`None`: it is always the same)."""
    marks = [uuid.uuid4() for _ in range(count)]
    text, params = make(*marks).query.sql_with_params()
    stored = _stored(marks)
    places = tuple(stored.index(param) if param in stored else None for param in params)
    if set(places) - {None} != set(range(count)):
        raise ValueError(f"The ids of {make} do not all stand in its SQL: {text}")
    return text, tuple(params), places


def _stored(ids: Sequence[uuid.UUID]) -> list[Any]:
    """Ids as they stand in parameters."""
    return list(ids) if connection.features.has_native_uuid_field else [one.hex for one in ids]
