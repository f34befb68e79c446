"""Loading the articles, and measuring the engine over them."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.core.errors import InvalidRequest
from apps.feedback.evaluation import evaluate, misuse_cases
from apps.feedback.models import KnowledgeDocument
from apps.feedback.services.knowledge import load_knowledge
from apps.search import asking
from apps.search.models import IndexEntry
from tests.apps.feedback.conftest import Scene

ARTICLE = """---
slug: {slug}
title: {title}
age_groups: [U13, adult]
tags: [speed]
sources: []
reviewed: 2026-11-22
licence: CC0-1.0
---

Run fast, rest long.
"""


def put(folder: Path, slug: str, title: str = "Speed") -> Path:
    path = folder / f"{slug}.md"
    path.write_text(ARTICLE.format(slug=slug, title=title), encoding="utf-8")
    return path


@pytest.mark.django_db
def test_articles_come_change_and_go(tmp_path: Path) -> None:
    first, second = put(tmp_path, "one"), put(tmp_path, "two")
    assert load_knowledge(tmp_path).made == 2
    entry = IndexEntry.objects.get(kind="article", object_id="one")
    assert (entry.title, entry.age_min, entry.age_max, entry.team_id) == ("Speed", 13, 99, None)
    put(tmp_path, "one", "Speed again")
    second.unlink()
    done = load_knowledge(tmp_path)
    assert (done.made, done.updated, done.removed) == (0, 1, 1)
    assert list(IndexEntry.objects.filter(kind="article").values_list("title", flat=True)) == ["Speed again"]
    assert load_knowledge(tmp_path).updated == 0
    assert first.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("no front matter", "front matter"),
        (ARTICLE.format(slug="other", title="T"), "file's name"),
        (ARTICLE.format(slug="bad", title="T").replace("U13", "children"), "no age group"),
        (ARTICLE.format(slug="bad", title="T").replace("tags", "labels"), "tags"),
    ],
)
def test_a_malformed_article_is_named_and_nothing_is_loaded(tmp_path: Path, text: str, why: str) -> None:
    put(tmp_path, "good")
    (tmp_path / "bad.md").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidRequest, match=r"bad\.md") as error:
        load_knowledge(tmp_path)
    assert why in error.value.message
    assert not KnowledgeDocument.objects.get_queryset().exists()


@pytest.mark.django_db
def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    put(tmp_path, "one")
    out = StringIO()
    call_command("load_knowledge", str(tmp_path), stdout=out)
    assert out.getvalue() == "Articles: 1 new, 0 changed, 0 gone.\n"
    with pytest.raises(CommandError, match="no articles"):
        call_command("load_knowledge", str(tmp_path / "empty"))
    (tmp_path / "two.md").write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match=r"two\.md: it cannot be read as text in UTF-8"):
        call_command("load_knowledge", str(tmp_path))


def test_the_rules_are_grounded_and_let_no_misuse_through(scene: Scene) -> None:
    load_knowledge()
    found = evaluate(sessions=1, cases=misuse_cases()[::5])
    assert (found.texts, found.failed, found.replaced, found.unsupported) == (14, [], 0, 0)
    assert found.numbers > 200
    assert (found.misuse, found.leaks) == (20, [])


def test_the_command_fails_without_anything_to_write_about(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "make_here", lambda: None)
    with pytest.raises(CommandError, match="no session with figures"):
        call_command("evaluate_feedback", "--skip-misuse")
