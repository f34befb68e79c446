"""The starter library of drills, from `fixtures/drills.json` (the form that `loaddata` reads)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from apps.calendar.models import Drill, FocusArea
from apps.core.errors import InvalidRequest
from apps.search.documents import Kind
from apps.search.services import refresh

LIBRARY = Path(settings.ROOT) / "fixtures" / "drills.json"


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many drills are new and how many were brought up to date."""

    made: int
    updated: int


def load_drills(path: Path = LIBRARY) -> Loaded:
    """Load the drills of a file; those of the same key take its words, others stay. All or none.

    Raises:
        InvalidRequest: the file cannot be read or a drill is malformed; the message says which.
    """
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        drills = [Drill(key=row["pk"], **row["fields"]) for row in rows]
    except OSError as error:
        raise InvalidRequest(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidRequest(f"{path.name}: not a list of drills as loaddata reads it: {error}") from None
    for drill in drills:
        _check(drill, path)
    known = set(Drill.objects.values_list("key", flat=True))
    with transaction.atomic():
        for drill in drills:
            drill.save()
        refresh(None, [Kind.DRILL])
    made = sum(drill.key not in known for drill in drills)
    return Loaded(made, len(drills) - made)


def _check(drill: Drill, path: Path) -> None:
    try:
        drill.full_clean(validate_unique=False)
    except ValidationError as error:
        raise InvalidRequest(f"{path.name}: {drill.key}: {'; '.join(error.messages)}") from None
    unknown = set(drill.focus) - set(FocusArea.values)
    if unknown or drill.youngest > drill.oldest:
        what = f"unknown focus {', '.join(sorted(unknown))}" if unknown else "youngest is older than oldest"
        raise InvalidRequest(f"{path.name}: {drill.key}: {what}")
