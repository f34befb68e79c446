"""Backups on both databases, as an operator meets them: taken while people work, checked, put back, kept true."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command

from apps.web.backup import manifest
from tests.conftest import start_postgres

ROOT = Path(__file__).parents[4]


def live(life: str, backups: Path, var: Path, database: str, *options: str) -> dict[str, Any]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AXOLOTL_", "DJANGO_"))}
    environment = kept | {
        "DJANGO_SETTINGS_MODULE": "axolotl_project.settings",
        "AXOLOTL_VAR": str(var),
        "SECRET_KEY": "the same key before and after",
        "DATABASE_URL": database,
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "AZURE_STORAGE_CONNECTION": "",
        "LOG_LEVEL": "ERROR",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.apps.web.backup.life", life, str(backups), *options],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of an empty database."""
    folder = tmp_path_factory.mktemp("pg")
    with start_postgres(folder):
        yield f"postgres://postgres@{quote(str(folder), safe='')}/postgres"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lives(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Both lives: SQLite on a new machine with nothing on it, PostgreSQL into the same database."""
    var = tmp_path_factory.mktemp("life")
    is_new = request.param == "sqlite"
    url = "" if is_new else request.getfixturevalue("postgres")
    found = {"vendor": request.param, "backups": var / "backups"}
    found["first"] = live("first", var / "backups", var / "one", url)
    then = (var / "two", url) if is_new else (var / "one", url, "--force")
    found["second"] = live("second", var / "backups", *then)
    return found


def test_a_backup_brings_back_every_row_and_file_but_of_whom_was_erased_since(lives: dict[str, Any]) -> None:
    before, now = lives["first"]["before"], lives["second"]["now"]
    assert before["vendor"] == lives["vendor"] and before["players"] == ["Kim", "Zebedee"]
    assert now["teams"] == before["teams"] == ["U15 Ünïcode\t\\N 'quoted'"]
    assert (now["players"], now["sessions"], now["film consent"]) == (["Kim"], ["Kept"], 0)
    assert now["users"] == before["users"] - 1
    assert (len(before["media"]), len(now["media"]), len(now["artefacts"])) == (2, 1, 1)
    changed = {name for name, count in before["counts"].items() if now["counts"][name] != count}
    people = {
        "accounts_user",
        "accounts_player",
        "accounts_membership",
        "accounts_consentrecord",
        "training_sessions_session",
    }
    assert people <= changed <= people | {name for name in changed if name.startswith(("core_", "search_", "edge_"))}


def test_the_ledger_outlives_the_machine_and_is_told_again_by_the_next_backup(lives: dict[str, Any]) -> None:
    second = lives["second"]
    for line in ("player.erased × 1", "user.erased × 1", "session.deleted × 1", "consent.withdrawn × 1"):
        assert line in second["told"]
    assert second["now"]["erased"] == 1


def test_a_restore_replaces_nothing_without_being_told_to(lives: dict[str, Any]) -> None:
    first = lives["first"]
    assert first["refused"].startswith("CommandError: There is something in the database, media, artefacts")
    assert "--force" in first["refused"] and first["unchanged"]


def test_a_backup_is_its_owners_alone_and_names_nobody_outside_the_database(lives: dict[str, Any]) -> None:
    backup: Path = lives["backups"] / "tuesday"
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in backup.rglob("*") if file.is_file()} == {0o600}
    for name in ("erasures.json", "manifest.json"):
        assert "zebedee" not in (backup / name).read_text().lower()


def test_what_was_erased_is_not_in_the_backup_that_follows(lives: dict[str, Any]) -> None:
    import gzip

    for file in (lives["backups"] / "tuesday" / "database").iterdir():
        content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        if lives["vendor"] == "postgresql":  # SQLite's free pages keep what was deleted until they are used again
            assert b"Quillfeather" not in content


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A small whole backup."""
    entry = manifest.keep(tmp_path, "media/film.mp4", [b"film"])
    made = manifest.Manifest("2026-11-23T00:00:00Z", "0.1.0", "sqlite", ("core.0001_initial",), {}, (entry,))
    manifest.write(tmp_path, made)
    return tmp_path


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda folder: (folder / "media/film.mp4").write_bytes(b"fil_"), "media/film.mp4 was changed"),
        (lambda folder: (folder / "media/film.mp4").unlink(), "media/film.mp4 is missing"),
        (lambda folder: (folder / "manifest.json").unlink(), "is no backup"),
        (lambda folder: (folder / "manifest.json").write_text("{}"), "cannot be read"),
        (
            lambda folder: (folder / "manifest.json").write_text(
                (folder / "manifest.json").read_text().replace("media/film.mp4", "../film.mp4")
            ),
            "../film.mp4 lies outside the backup",
        ),
    ],
)
def test_a_damaged_backup_is_told_apart(backup: Path, damage: Any, told: str) -> None:
    manifest.verify(backup, manifest.read(backup))
    damage(backup)
    with pytest.raises(manifest.BackupError, match=told):
        manifest.verify(backup, manifest.read(backup))


@pytest.mark.django_db
def test_a_damaged_backup_changes_nothing(backup: Path) -> None:
    from django.db import connection

    from tests.factories.accounts import make_team

    made = json.loads((backup / "manifest.json").read_text())
    (backup / "manifest.json").write_text(json.dumps({**made, "vendor": connection.vendor}))
    (backup / "media" / "film.mp4").write_bytes(b"other")
    team = make_team()
    with pytest.raises(CommandError, match="Nothing was restored"):
        call_command("restore", str(backup), "--force")
    team.refresh_from_db()


@pytest.mark.django_db
def test_backups_of_the_other_database_or_a_newer_version_are_refused(backup: Path) -> None:
    from django.db import connection

    made = json.loads((backup / "manifest.json").read_text())
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[connection.vendor]
    (backup / "manifest.json").write_text(json.dumps({**made, "vendor": other}))
    with pytest.raises(CommandError, match=f"The backup is of {other}"):
        call_command("restore", str(backup))
    newer = {"vendor": connection.vendor, "migrations": ["core.9999_later"], "version": "9.0"}
    (backup / "manifest.json").write_text(json.dumps({**made, **newer}))
    with pytest.raises(CommandError, match=r"newer Axolotl \(core.9999_later\); install 9.0 or later"):
        call_command("restore", str(backup))


@pytest.mark.django_db
def test_a_backup_goes_into_a_folder_of_its_own(backup: Path) -> None:
    with pytest.raises(CommandError, match="is not empty"):
        call_command("backup", str(backup))
