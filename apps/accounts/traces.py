"""Where a person is written about: rows that point at them, and texts that name them.

Found in the models themselves, so that no app can forget to tell: every foreign key to a player or user counts, and
every text and JSON column of a team's tables is looked through.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils import timezone

from apps.accounts.models import Player, Team, User
from apps.core.models import AuditEvent, IdempotencyKey
from apps.core.tenancy import TeamOwnedQuerySet

REMOVED = "(removed)"
SECRET = re.compile(r"hash|token|secret|password|key_prefix", re.IGNORECASE)
"""Columns that belong in no export."""
SHORTEST_WORD = 4
"""A surname or club id of fewer letters is a word of any text; alone it is not looked for."""
NOT_LOOKED_THROUGH: frozenset[type[models.Model]] = frozenset({Player, Team, User, AuditEvent, IdempotencyKey})
"""Names of others, or dealt with one by one."""


@dataclass(frozen=True, slots=True)
class Named:
    """How a person is called in texts.

    Attributes:
        first, last: names, "" where unknown.
        words: what names nobody else: id, email, club id, a surname that nobody shares. Found as they are written and
            in capitals, as on team sheets; in small letters "young" is a word.
    """

    first: str = ""
    last: str = ""
    words: tuple[str, ...] = ()

    def pattern(self) -> re.Pattern[str] | None:
        """Return what finds them: full names in either order however joined, and the words as they are written."""
        parts = []
        if self.first and self.last:
            first, last = re.escape(self.first), re.escape(self.last)
            parts.append(rf"(?i:{first}[\W_]*{last}|{last}[\W_]*{first})")
        long = [word for word in self.words if len(word) >= SHORTEST_WORD]
        parts += [re.escape(form) for word in long for form in dict.fromkeys((word, word.upper()))]
        # A name ends where its letters end: "berg_2.mp4" names Berg, "Bergmann" does not.
        return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(parts)})(?![^\W\d_])") if parts else None

    def needles(self) -> set[str]:
        """Return what a database is asked for before the pattern looks closely."""
        written = [self.last if self.first else "", *self.words]
        forms = {form for word in written if word for form in (word, word.lower(), word.upper(), word.title())}
        return forms | {json.dumps(form)[1:-1] for form in forms}


def hold(target: models.Model) -> bool:
    """Keep others from erasing or exporting the person until the transaction ends; false where they are gone."""
    rows = type(target)._base_manager.select_for_update(no_key=True).filter(pk=target.pk)
    return bool(rows.values_list("pk", flat=True))


def rows_about(target: models.Model) -> Iterator[tuple[type[models.Model], str, models.QuerySet[Any]]]:
    """Every table with a foreign key to the target: model, name of the key, its rows."""
    for relation in type(target)._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and isinstance(relation, models.ManyToOneRel):
            name = relation.field.name
            model = relation.related_model
            yield model, name, model._base_manager.filter(**{f"{name}_id": target.pk})


def as_json(rows: Iterable[models.Model]) -> list[dict[str, Any]]:
    """Rows as plain JSON, without what is secret."""
    found = []
    for row in rows:
        columns = [column for column in row._meta.concrete_fields if not SECRET.search(column.attname)]
        found.append({column.attname: _plain(column.value_from_object(row)) for column in columns})
    return found


def records_of(target: models.Model) -> dict[str, list[dict[str, Any]]]:
    """The target's own row and every row that points at it, by table."""
    found = {type(target)._meta.label: as_json([target])}
    for model, name, rows in rows_about(target):
        part = as_json(rows.order_by("pk"))
        if part:
            found[f"{model._meta.label}.{name}"] = part
    return found


def replacer(pattern: re.Pattern[str]) -> Callable[[Any], Any]:
    """Return what takes names out of a text, or out of all texts in a JSON value."""

    def replace(value: Any) -> Any:
        if isinstance(value, str):
            return pattern.sub(REMOVED, value)
        if isinstance(value, Mapping):
            return {replace(key): replace(part) for key, part in value.items()}
        if isinstance(value, Sequence):
            return [replace(part) for part in value]
        return value

    return replace


def scrub_team(team_id: Any, person: Named) -> int:
    """Take a person's name out of every text of a team; return how many rows changed."""
    pattern = person.pattern()
    if pattern is None:
        return 0
    replace = replacer(pattern)
    return sum(_scrub_rows(rows, person, replace) for rows in tables_of(team_id))


def _scrub_rows(rows: models.QuerySet[Any], person: Named, replace: Callable[[Any], Any]) -> int:
    columns = text_columns(rows.model)
    if not columns:
        return 0
    changed = 0
    has_time = any(column.name == "updated_at" for column in rows.model._meta.concrete_fields)
    for row in _matching(rows, columns, person):
        new = {name: replace(getattr(row, name)) for name in columns}
        differing = {name: value for name, value in new.items() if value != getattr(row, name)}
        if differing:
            differing |= _derived(row, differing)
            if has_time:
                differing["updated_at"] = timezone.now()
            rows.model._base_manager.filter(pk=row.pk).update(**differing)
            changed += 1
    return changed


def _derived(row: models.Model, differing: Mapping[str, Any]) -> dict[str, Any]:
    """What a row keeps besides its texts, made from them (the form that is searched); an update would leave it."""
    for name, value in differing.items():
        setattr(row, name, value)
    made = [column for column in row._meta.concrete_fields if set(getattr(column, "sources", ())) & differing.keys()]
    return {column.name: column.pre_save(row, add=False) for column in made}


def text_columns(model: type[models.Model]) -> list[str]:
    """Columns in which people write; what is part of a key is no text."""
    keys = {
        name for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint) for name in rule.fields
    }
    return [
        column.name
        for column in model._meta.concrete_fields
        if (isinstance(column, models.JSONField) or type(column) in (models.CharField, models.TextField))
        and not column.choices
        and not (column.unique or column.name in keys)
        and not SECRET.search(column.name)
    ]


def _matching(rows: models.QuerySet[Any], columns: Sequence[str], person: Named) -> models.QuerySet[Any]:
    asked, needles = Q(), sorted(person.needles())
    for name in columns:
        if connection.vendor == "postgresql":  # would make a text of the same JSON again for each needle
            asked |= Q(**{f"text_{name}__regex": "|".join(map(re.escape, needles))})
            continue
        for needle in needles:
            asked |= Q(**{f"text_{name}__contains": needle})
    texts = {f"text_{name}": Cast(name, models.TextField()) for name in columns}
    found = rows.annotate(**texts).filter(asked).values_list("pk", flat=True)
    matching: models.QuerySet[Any] = rows.model._base_manager.filter(pk__in=list(found))
    return matching


def tables_of(team_id: Any) -> Iterator[models.QuerySet[Any]]:
    """The rows of every table that belong to a team, or to somebody of it alone."""
    for model in apps.get_models():
        if model in NOT_LOOKED_THROUGH or model._meta.proxy or not model._meta.managed:
            continue
        rows = model._default_manager.get_queryset()
        if isinstance(rows, TeamOwnedQuerySet):
            yield model._base_manager.filter(**{rows.team_path: team_id})
        else:
            for column in model._meta.concrete_fields:
                if column.is_relation and column.related_model is Team:
                    yield model._base_manager.filter(**{column.name: team_id})
                elif column.is_relation and column.related_model is User:
                    yield model._base_manager.filter(**{f"{column.name}__memberships__team": team_id})


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value if not hasattr(value, "name") else str(value), cls=DjangoJSONEncoder))
