"""The environment is read in one place, and every variable is explained in `.env.example`."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "axolotl_project" / "settings"
READERS = {"text", "flag", "integer", "size_bytes", "words", "folder", "choice", "pairs"}
NOT_READ_BY_SETTINGS = {"DJANGO_SETTINGS_MODULE"}
PROCESS_STARTERS = {
    "apps/scan/children.py",
    "apps/web/management/commands/demo.py",
    "apps/web/management/commands/worker.py",
    "apps/web/stack/launch.py",
    "apps/web/stack/services.py",
    "apps/web/stack/supervisor.py",
    "axolotl_project/asgi.py",
    "axolotl_project/celery.py",
    "axolotl_project/wsgi.py",
}
"""They hand an environment on, or look at the terminal; what they set is read in the settings."""


def names_read() -> set[str]:
    """Names passed to a reader of `env` anywhere in the settings."""
    found = set()
    for file in SETTINGS.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            is_reader = (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READERS
            )
            if is_reader and isinstance(node.func.value, ast.Name) and node.func.value.id == "env":
                name = node.args[0]
                assert isinstance(name, (ast.Constant, ast.Name)), (
                    f"{file.name}: give env.{node.func.attr} a plain name"
                )
                if isinstance(name, ast.Constant):
                    found.add(str(name.value))
    return found


def names_explained() -> set[str]:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))


def test_every_variable_is_explained_and_none_is_made_up() -> None:
    assert names_explained() == names_read() | NOT_READ_BY_SETTINGS


def test_only_the_settings_read_the_environment() -> None:
    readers = set()
    for folder in ("apps", "axolotl_project"):
        for file in (ROOT / folder).rglob("*.py"):
            name = file.relative_to(ROOT).as_posix()
            if "node_modules" in name or name == "axolotl_project/settings/env.py":
                continue
            if re.search(r"\bos\.(environ|getenv)\b", file.read_text(encoding="utf-8")):
                readers.add(name)
    assert readers - PROCESS_STARTERS == set()
