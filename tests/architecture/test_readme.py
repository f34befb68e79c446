"""The README names only what exists."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not {".venv", "var", "node_modules"} & set(path.relative_to(ROOT).parts) and ".git" not in path.parts
)


def test_the_two_commands_stand_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in text
    assert "make test" in text


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_make_targets_and_commands_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    listing = subprocess.run(["make", "-pRrq", ":"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    targets = set(re.findall(r"^([a-z][a-z-]*):", listing, flags=re.MULTILINE))
    # In code only: prose says "make sure" and "make up".
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    code = "\n".join(re.findall(r"`([^`]+)`", prose) + re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL))
    named = set(re.findall(r"\bmake ([a-z-]+)", code))
    commands = set(re.findall(r"manage\.py ([a-z_]+)", code))
    assert named <= targets
    assert commands <= set(get_commands()) | {"help"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", text)
    missing = [link for link in links if not (document.parent / link).exists()]
    assert missing == []
