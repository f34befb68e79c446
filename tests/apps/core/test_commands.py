"""Every command of the architecture is there, explains itself, and meets a user's mistake with a sentence."""

from __future__ import annotations

import argparse
from typing import Any

import pytest
from django.core.management import BaseCommand, CommandError, call_command, get_commands, load_command_class

COMMANDS = {
    *("up", "demo", "doctor", "worker", "scan", "calibrate", "fetch_models", "models", "reconcile_jobs", "retry_job"),
    *("recompute_kpis", "export_session", "import_tracking", "edge_agent", "bench", "create_team", "purge"),
    *("live", "reindex", "backup", "restore"),
}
OWN = sorted(name for name, app in get_commands().items() if isinstance(app, str) and app.startswith("apps."))
MISTAKES: dict[str, list[str]] = {
    "up": ["--port", "many"],
    "demo": ["--port", "many"],
    "doctor": ["surplus"],
    "worker": ["--queue", "nowhere"],
    "worker_alive": ["--timeout", "0"],
    "scan": ["/nowhere/film.mp4"],
    "calibrate": ["/nowhere/marks.json"],
    "fetch_models": ["no-such-model"],
    "models": ["surplus"],
    "reconcile_jobs": ["surplus"],
    "retry_job": ["not-an-id"],
    "recompute_kpis": ["not-an-id"],
    "export_session": ["not-an-id", "--as", "nobody@example.org"],
    "import_tracking": ["no-such-provider", "a", "b", "--team", "U15"],
    "edge_agent": ["--watch", "/nowhere"],
    "bench": ["no-such-subject"],
    "create_team": ["U15", "no-address"],
    "purge": ["--days", "-1"],
    "backup": ["/proc/nowhere", "--keep", "-1"],
    "restore": ["/nowhere"],
    "audit_verify": ["--head", "0000"],
    "purge_uploads": ["surplus"],
    "load_drills": ["/nowhere/drills.json"],
    "live": ["/nowhere/film.mp4", "--email", "nobody@example.org"],
    "reindex": ["--team", "00000000-0000-0000-0000-000000000009"],
    "evaluate_retrieval": ["--questions", "/nowhere/questions.yaml"],
    "evaluate_feedback": ["--sessions", "-1"],
    "load_knowledge": ["/nowhere"],
    "prepare": ["surplus"],
}


def parser_of(name: str) -> argparse.ArgumentParser:
    return load_command_class(get_commands()[name], name).create_parser("manage.py", name)


def test_every_command_of_the_architecture_is_there() -> None:
    assert set(OWN) >= COMMANDS


@pytest.mark.parametrize("name", OWN)
def test_help_says_what_it_does_and_what_each_option_is(name: str) -> None:
    parser = parser_of(name)
    known = {action.dest for action in BaseCommand().create_parser("manage.py", "x")._actions}
    own = [action for action in parser._actions if action.dest not in known]
    assert (parser.description or "").rstrip().endswith((".", "}", ")"))
    assert [action.dest for action in own if not action.help] == []
    assert f"manage.py {name}" in parser.format_help()


@pytest.mark.django_db
@pytest.mark.parametrize("name", OWN)
def test_a_mistake_is_met_with_a_sentence(name: str, capfd: Any) -> None:
    """`manage.py` prints a `CommandError` without a traceback and exits with its code."""
    with pytest.raises((CommandError, SystemExit)) as raised:
        call_command(name, *MISTAKES[name])
    error, printed = raised.value, capfd.readouterr().err
    assert (error.returncode if isinstance(error, CommandError) else error.code) in (1, 2)
    said = printed + (str(error) if isinstance(error, CommandError) else "")
    assert len(said) >= 20
    assert "Traceback" not in said
    assert "Errno" not in said
