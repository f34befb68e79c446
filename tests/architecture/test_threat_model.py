"""The threat model names tests that are there, for every kind of threat at every border."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "apps/core/threat-model.md").read_text(encoding="utf-8")
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
KINDS = set("STRIDE")


def rows() -> list[list[str]]:
    table = [line for line in PAGE.splitlines() if re.match(r"\| [STRIDE] \|", line)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table]


def test_every_threat_has_its_test() -> None:
    assert len(rows()) >= 30
    assert {row[0] for row in rows()} == KINDS
    assert [row[1] for row in rows() if not TEST.search(row[-1])] == []


def test_every_test_is_there() -> None:
    missing = []
    for file, name in TEST.findall(PAGE):
        path = ROOT / file
        names = set()
        if path.is_file():
            nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            names = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        if not path.is_file() or (name and name not in names):
            missing.append(f"{file}::{name}")
    assert missing == []
