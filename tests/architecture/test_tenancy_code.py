"""Rows of teams are read through `visible_to`: whole tables are asked for only where that is the job."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WHOLE_TABLE = re.compile(r"\.objects\.all\(\)")
MAY = re.compile(r"(^|/)(models|admin)(\.py$|/)|/migrations/")
NO_ROLE_QUESTIONS = re.compile(r"\.(role|memberships)\b")


def sources() -> list[Path]:
    return [file for file in (ROOT / "apps").rglob("*.py") if "node_modules" not in file.parts]


def test_nobody_reads_a_whole_table() -> None:
    found = [
        file.relative_to(ROOT).as_posix()
        for file in sources()
        if not MAY.search(file.relative_to(ROOT).as_posix()) and WHOLE_TABLE.search(file.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_views_do_not_decide_by_role() -> None:
    views = [file for file in sources() if file.name == "views.py" or file.parent.name == "views"]
    assert len(views) > 5
    found = [file.name for file in views if NO_ROLE_QUESTIONS.search(file.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize("line", ["Team.objects.all()", "x = Session.objects.all().count()"])
def test_the_look_would_notice(line: str) -> None:
    assert WHOLE_TABLE.search(line)
