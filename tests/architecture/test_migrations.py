"""Zero downtime: no migration takes from the version before what it needs (docker/README.md, "A new version")."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from tests.architecture.migration_rules import broken, problems

ROOT = Path(__file__).parents[2]
FIRST_RELEASE = {
    ("accounts", "0002_entered_data_and_logins"),
    ("calendar", "0001_initial"),
    ("core", "0001_initial"),
    ("edge", "0001_initial"),
    ("feedback", "0001_initial"),
    ("live", "0003_first_frames"),
    ("pairing", "0002_membership"),
    ("safety", "0001_policy_packs"),
    ("scan", "0003_one_open_body_fit"),
    ("search", "0003_asked"),
    ("training_sessions", "0003_notes_search_and_files"),
}
"""The last migration of each app in version 0.1.0; before it there was nobody to keep working for."""
LATER: dict[str, str] = {"scan.0004_one_open_blur": "no version before makes jobs of the kind that it speaks of"}
"""Second halves (`app.name`: why the version before no longer asks for it)."""


def ours(loader: MigrationLoader) -> set[tuple[str, str]]:
    return {key for key, found in loader.disk_migrations.items() if found.__module__.startswith("apps.")}


def test_every_migration_since_the_first_release_leaves_the_version_before_working() -> None:
    loader = MigrationLoader(None)
    released = {node for key in FIRST_RELEASE for node in loader.graph.forwards_plan(key)}
    todo = [key for key in loader.graph._generate_plan(sorted(ours(loader)), at_end=True) if key not in released]
    state = loader.project_state(sorted(FIRST_RELEASE))
    found = [why for key in todo for why in problems(loader.disk_migrations[key], state)]
    assert [why for why in found if why.partition(":")[0] not in LATER] == []
    assert set(LATER) <= {why.partition(":")[0] for why in found}


def test_every_app_has_a_first_release() -> None:
    loader = MigrationLoader(None)
    apps = {app for app, _ in ours(loader)}
    new = apps - {app for app, _ in FIRST_RELEASE}
    assert new == set(), "a new app's first migration needs no line; its later ones do"


def player_state() -> ProjectState:
    state = ProjectState()
    fields: list[tuple[str, models.Field[Any, Any]]] = [
        ("id", models.AutoField(primary_key=True)),
        ("name", models.CharField(max_length=40)),
        ("note", models.CharField(max_length=40, null=True)),
    ]
    state.add_model(ModelState("club", "Player", fields))
    return state


ON = {"model_name": "player"}
BREAKS: dict[str, migrations.operations.base.Operation] = {
    "remove a column": migrations.RemoveField("player", "name"),
    "remove a table": migrations.DeleteModel("Player"),
    "rename a column": migrations.RenameField("player", "name", "title"),
    "rename a table": migrations.RenameModel("Player", "Member"),
    "require a new column": migrations.AddField("player", "age", models.IntegerField()),
    "default of Python alone": migrations.AddField("player", "age", models.IntegerField(default=3)),
    "require an old column": migrations.AlterField("player", "note", models.CharField(max_length=40)),
    "change a type": migrations.AlterField("player", "name", models.IntegerField()),
    "shorten": migrations.AlterField("player", "name", models.CharField(max_length=10)),
    "make unique": migrations.AlterField("player", "name", models.CharField(max_length=40, unique=True)),
    "add a rule": migrations.AddConstraint(
        "player", models.CheckConstraint(condition=models.Q(name__gt=""), name="player_named")
    ),
    "no way back": migrations.RunPython(lambda apps, editor: None),
}
WORKS: dict[str, migrations.operations.base.Operation] = {
    "an empty column": migrations.AddField("player", "age", models.IntegerField(null=True)),
    "a default of the database": migrations.AddField("player", "age", models.IntegerField(db_default=3)),
    "a wider column": migrations.AlterField("player", "name", models.CharField(max_length=80)),
    "a column that may be empty": migrations.AlterField("player", "name", models.CharField(max_length=40, null=True)),
    "an index": migrations.AddIndex("player", models.Index(fields=["name"], name="player_name")),
    "a new table": migrations.CreateModel("Kit", [("id", models.AutoField(primary_key=True))]),
    "a filling with a way back": migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop),
}


@pytest.mark.parametrize("what", BREAKS)
def test_the_rule_sees_what_breaks(what: str) -> None:
    assert len(broken("club", player_state(), BREAKS[what])) > 20


@pytest.mark.parametrize("what", WORKS)
def test_the_rule_lets_pass_what_works(what: str) -> None:
    assert broken("club", player_state(), WORKS[what]) == ""


def test_a_table_of_the_same_migration_may_be_anything() -> None:
    migration = migrations.Migration("0002_kit", "club")
    migration.operations = [
        migrations.CreateModel("Kit", [("id", models.AutoField(primary_key=True))]),
        migrations.AddField("kit", "size", models.IntegerField()),
        migrations.AddField("player", "size", models.IntegerField()),
    ]
    (why,) = problems(migration, player_state())
    assert why.startswith("club.0002_kit: Add field size to player is required")
