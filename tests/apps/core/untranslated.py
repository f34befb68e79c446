"""The sentences that the code raises, read from its source: what a catalogue of another language should hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from apps.core.errors import DomainError

APPS = Path(settings.ROOT) / "apps"
_WORDED = ("message", "details")
_OF_A_FIELD = "error_messages"
_NAMED_HOLE = re.compile(r"\{\w+\}")
"""What REST framework fills in itself."""


def sentences_of(app: str) -> list[str]:
    """Return the sentences of an app's errors in English, with `{}` for what is filled in, each once."""
    raised = {*_names(DomainError), "ValidationError"}
    found: dict[str, None] = {}
    for path in sorted((APPS / app).rglob("*.py")):
        if not {"migrations", "management", "admin"} & set(path.parts):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                found |= dict.fromkeys(_said(node, raised))
    return [sentence for sentence in found if len(sentence.replace("{}", "").split()) > 1]


def texts_of(tree: ast.AST) -> list[str]:
    """Return all texts of a module in English, with `{}` for what is filled in: not those of docstrings or of parts."""
    parts = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, (ast.JoinedStr, ast.Expr, ast.Subscript))
        for inner in ast.walk(node.value if isinstance(node, ast.Expr) else node)
        if inner is not node and not (isinstance(node, ast.Expr) and _is_said(node.value))
    }
    return [text for node in ast.walk(tree) if id(node) not in parts for text in _texts(node) if _is_text(node)]


def _is_said(value: ast.expr) -> bool:
    """Whether a statement of its own says something (`yield finding(…)`), rather than being a docstring."""
    return not isinstance(value, ast.Constant)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, (ast.Constant, ast.JoinedStr))


def _names(error: type[DomainError]) -> Iterator[str]:
    yield error.__name__
    for inner in error.__subclasses__():
        yield from _names(inner)


def _said(node: ast.AST, raised: set[str]) -> Iterator[str]:
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in raised:
            for part in [*node.args[:1], *(word.value for word in node.keywords if word.arg in _WORDED)]:
                yield from _texts(part)
        for word in node.keywords:
            if word.arg == _OF_A_FIELD:
                yield from (_NAMED_HOLE.sub("{}", text) for text in _texts(word.value))
    elif isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "default_message" and node.value:
        yield from _texts(node.value)


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from [*_texts(node.body), *_texts(node.orelse)]
    elif isinstance(node, (ast.List, ast.Tuple)):
        for inner in node.elts:
            yield from _texts(inner)
    elif isinstance(node, ast.Dict):
        for inner in node.values:
            yield from _texts(inner)
