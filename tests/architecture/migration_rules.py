"""What a migration may do while the code of the version before it still runs.

A column comes empty or with a default of the database (`db_default`), never with `default` alone: Django takes that one
back out of the table, and the old code does not know the column. It goes one version after the code has stopped
asking for it, and never changes its name or its type on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.fields import NOT_PROVIDED

GONE = (migrations.DeleteModel, migrations.RemoveField)
RENAMED = (migrations.RenameField, migrations.RenameModel, migrations.AlterModelTable)


def broken(label: str, state: ProjectState, operation: Operation) -> str:
    """Say in a sentence why the version before cannot work beside an operation; "" where it can.

    Args:
        label: the app's.
        state: before the operation.
    """
    if isinstance(operation, GONE):
        return "removes what the version before still asks for; stop asking first, remove one version later"
    if isinstance(operation, RENAMED):
        return "renames what the version before knows by its old name; add the new one, copy, remove one version later"
    if isinstance(operation, migrations.AddField):
        return _added(operation.field)
    if isinstance(operation, migrations.AlterField):
        return _altered(state.models[label, operation.model_name_lower].fields[operation.name], operation.field)
    if isinstance(operation, migrations.AddConstraint):
        return "adds a rule that rows of the version before may break; check it in the code first, one version earlier"
    if isinstance(operation, (migrations.RunPython, migrations.RunSQL)) and not operation.reversible:
        return "cannot be taken back; give it a reverse, if only a no-op"
    return ""


def problems(migration: migrations.Migration, state: ProjectState) -> Iterator[str]:
    """Every sentence about one migration; `state` is changed to that after it."""
    made: set[str] = set()
    for operation in migration.operations:
        if isinstance(operation, migrations.CreateModel):
            made.add(operation.name_lower)
        model = str(getattr(operation, "model_name", "")).lower()
        if model not in made and (why := broken(migration.app_label, state, operation)):
            yield f"{migration.app_label}.{migration.name}: {operation.describe()} {why}"
        operation.state_forwards(migration.app_label, state)


def _added(field: models.Field[Any, Any]) -> str:
    if field.many_to_many or field.null or field.db_default is not NOT_PROVIDED:
        return ""
    return "is required, and the version before leaves it out; make it null=True or give it a db_default"


def _altered(old: models.Field[Any, Any], new: models.Field[Any, Any]) -> str:
    if old.null and not new.null:
        return (
            "is required from now on, and the version before may leave it empty; one version later, with a db_default"
        )
    if old.get_internal_type() != new.get_internal_type():
        return "changes the type under the version before; add a new column instead"
    if new.max_length is not None and (old.max_length is None or new.max_length < old.max_length):
        return "is shorter than what the version before writes; add a new column instead"
    if new.unique and not old.unique:
        return "is unique from now on, which the version before does not know; check it in the code first"
    return ""
