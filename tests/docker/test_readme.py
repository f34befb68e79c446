"""What `docker/README.md` tells people to type is there, and is understood."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
TEXT = (DOCKER / "README.md").read_text(encoding="utf-8")
FLAT = re.sub(r"\s*\n\s*", " ", TEXT)
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
LINES = [line.split("  #")[0].strip() for block in BLOCKS for line in block.splitlines()]
INLINE = re.findall(r"`((?:manage\.py|kubectl|docker compose) [^`…]+)`", FLAT)
ALIASES = ("manage.py ", "once ", "axolotl ")
TYPED = sorted(
    {one.split(" ", 1)[1] for one in (*LINES, *INLINE) if one.startswith(ALIASES) and not one.endswith("manage.py")}
)
PLACEHOLDERS = {"ID": "00000000-0000-0000-0000-000000000001", "N": "90", "$(date +%F)": "2026-11-23"}


def test_commands_are_found_in_the_text() -> None:
    assert len(TYPED) >= 10
    assert {"doctor", "createsuperuser"} <= {one.split()[0] for one in TYPED}


@pytest.mark.parametrize("typed", TYPED)
def test_a_command_of_manage_py_takes_what_is_typed(typed: str) -> None:
    for name, value in PLACEHOLDERS.items():
        typed = re.sub(rf"(?<!\S){re.escape(name)}(?!\S)", value, typed.replace("/" + name, "/" + value))
    name, *words = shlex.split(typed)
    app = get_commands()[name]
    command: Any = load_command_class(app, name) if isinstance(app, str) else app
    command._called_from_command_line = False  # a mistake raises instead of ending the tests
    command.create_parser("manage.py", name).parse_args(words)


def test_files_and_services_are_there() -> None:
    named = set(re.findall(r"docker/[\w./-]+\.(?:ya?ml|md)", FLAT)) | set(re.findall(r"tests/[\w/]+\.py", FLAT))
    assert named and [path for path in named if not (ROOT / path).exists()] == []
    services = yaml.safe_load((DOCKER / "compose.yml").read_text())["services"]
    typed = " ".join([*LINES, *INLINE])
    stopped = re.findall(r"(?:stop|exec|logs) ((?:[a-z-]+ ?)+?)(?= python| \||$| docker| once)", typed)
    asked = {word for one in stopped for word in one.split()} | set(re.findall(r"--scale ([\w-]+)=", FLAT))
    assert {"web", "worker-vision", "nginx"} <= asked and asked <= services.keys() | {"python"}
