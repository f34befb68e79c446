"""The code of the version before on the tables of this one: while a deployment rolls, both write.

Historical models of Django are that code: they insert the columns that they know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from tests.architecture.test_migrations import BREAKS, FIRST_RELEASE, WORKS, player_state

NOT_TRIED = {"no way back", "shorten", "make unique", "add a rule", "change a type"}
"""They break rows of some values only, or (types, lengths) not on SQLite, which keeps what it is given."""


@pytest.fixture
def rolled() -> Iterator[Callable[[Operation], Any]]:
    """Make the small table, run an operation on it, answer the model of the code before."""
    before = player_state()
    made: list[str] = []

    def roll(operation: Operation) -> Any:
        old = before.apps.get_model("club", "Player")
        after = before.clone()
        operation.state_forwards("club", after)
        with connection.schema_editor() as editor:
            editor.create_model(old)
        made.append("club_player")
        with connection.schema_editor() as editor:
            operation.database_forwards("club", editor, before, after)
        return old

    yield roll
    with connection.cursor() as cursor:
        for table in ("club_player", "club_member", "club_kit"):
            cursor.execute(f"DROP TABLE IF EXISTS {table}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", WORKS)
def test_what_the_rule_lets_pass_works_for_the_version_before(what: str, rolled: Callable[[Operation], Any]) -> None:
    old = rolled(WORKS[what])
    made = old.objects.create(name="Kim")
    old.objects.filter(pk=made.pk).update(name="Kim S")
    assert list(old.objects.values_list("name", "note")) == [("Kim S", None)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", sorted(BREAKS.keys() - NOT_TRIED))
def test_what_the_rule_sees_does_break_the_version_before(what: str, rolled: Callable[[Operation], Any]) -> None:
    old = rolled(BREAKS[what])
    with pytest.raises(DatabaseError):
        old.objects.create(name="Kim")


@pytest.mark.django_db
def test_the_first_release_writes_to_the_tables_of_today() -> None:
    """A club, a player, a session and a job, by the models of 0.1.0."""
    loader = MigrationLoader(connection)
    old = loader.project_state(sorted(FIRST_RELEASE)).apps
    team = old.get_model("accounts", "Team").objects.create(name="U15")
    user = old.get_model("accounts", "User").objects.create(email="old@example.org", password="x")
    player = old.get_model("accounts", "Player").objects.create(team=team, first_name="Kim", last_name="Old")
    session = old.get_model("training_sessions", "Session").objects.create(
        team=team, player=player, title="Monday", start="2026-11-23T10:00:00Z"
    )
    old.get_model("accounts", "Membership").objects.create(team=team, user=user, role="coach")
    old.get_model("core", "AuditEvent").objects.create(action="x", object_type="y", object_id="z")
    session.refresh_from_db()
    assert session.player_id == player.pk


@pytest.mark.django_db
def test_no_table_of_the_first_release_requires_a_column_that_it_does_not_know() -> None:
    executor = MigrationExecutor(connection)
    old = executor.loader.project_state(sorted(FIRST_RELEASE)).apps
    missing, surprising = [], []
    with connection.cursor() as cursor:
        for model in old.get_models(include_auto_created=True):
            table = model._meta.db_table
            known = {field.column for field in model._meta.concrete_fields}
            there = {column.name: column for column in connection.introspection.get_table_description(cursor, table)}
            missing += [f"{table}.{name}" for name in known - there.keys()]
            surprising += [
                f"{table}.{name}"
                for name, column in there.items()
                if name not in known and not column.null_ok and column.default is None
            ]
    assert (missing, surprising) == ([], [])
