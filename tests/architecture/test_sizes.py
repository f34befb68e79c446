"""No file grows past what one can hold in the head."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
VAGUE_NAMES = {"utils", "helpers", "common", "misc"}


def tracked(*suffixes: str) -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = [ROOT / name for name in listing.split("\0") if name.endswith(suffixes)]
    return [path for path in paths if path.exists() and "migrations" not in path.parts]


def shipped(*suffixes: str) -> list[Path]:
    return [path for path in tracked(*suffixes) if path.relative_to(ROOT).parts[0] != "tests"]


def test_no_source_file_is_longer_than_the_limit() -> None:
    made_by_tools = {"schema.d.ts"}
    long = {
        str(path.relative_to(ROOT)): lines
        for path in shipped(".py", ".ts", ".tsx")
        if path.name not in made_by_tools and (lines := path.read_text(encoding="utf-8").count("\n")) > MAX_FILE_LINES
    }
    assert long == {}


def test_no_function_is_longer_than_the_limit() -> None:
    long = []
    for path in shipped(".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MAX_FUNCTION_LINES:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {lines} lines")
    assert long == []


def test_every_file_says_its_subject() -> None:
    vague = [str(path.relative_to(ROOT)) for path in tracked(".py", ".ts", ".tsx") if path.stem in VAGUE_NAMES]
    assert vague == []
