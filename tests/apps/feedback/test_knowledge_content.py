"""The articles, the evaluation questions and the misuse cases that ship: complete, sourced and kind."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from apps.calendar.services.drills import LIBRARY
from vision.kpi.catalogue import CATALOGUE

FOLDER = Path(settings.ROOT) / "fixtures" / "knowledge"
FILES = sorted(FOLDER.glob("*.md"))
FIELDS = {"slug", "title", "age_groups", "tags", "sources", "reviewed", "licence"}
AGE_GROUPS = [*(f"U{age}" for age in range(7, 19)), "adult"]
SHORTEST, LONGEST = 150, 350
DOI = re.compile(r"10\.\d{4,9}/\S+")
URL = re.compile(r"https?://[a-z0-9.-]+\.[a-z]{2,}(/\S*)?", re.IGNORECASE)
NEVER = re.compile(r"\b(\d+ ?mg|ibuprofen|paracetamol|calories|kcal|PlayerLoad|guarantee[sd]?)\b", re.IGNORECASE)
"""Doses, diets, another maker's trademark and promises stand in no article."""
UNVERIFIED = re.compile(r"\b0\.8 (to|-|–) 1\.3\b|\b3\.46\b|\b6\.26\b|\b43\.8\b|\b21 s\b")
"""Figures that `design/kpis.md` marks as quoted from memory."""
QUESTIONS, SPANISH, CASES = 80, 8, 100
SPLITS = {"tuned": 40, "held_out": 20, "fresh": 20}
CHANNELS = {"question", "note", "name", "attachment", "article", "instruction"}


def parts(path: Path) -> tuple[dict[str, Any], str]:
    """Return front matter and text of an article."""
    _, head, text = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(head), text.strip()


def evaluation(name: str) -> dict[str, Any]:
    content = yaml.safe_load((FOLDER / "evaluation" / name).read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


ARTICLES = {path.stem: parts(path) for path in FILES}
ASKED: list[dict[str, Any]] = evaluation("questions.yaml")["questions"]
MISUSE: list[dict[str, Any]] = evaluation("misuse.yaml")["cases"]
DRILLS = {row["pk"]: row["fields"] for row in json.loads(LIBRARY.read_text(encoding="utf-8"))}


def test_there_are_enough_and_each_title_is_its_own() -> None:
    assert len(ARTICLES) >= 64
    titles = [front["title"].lower() for front, _ in ARTICLES.values()]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("slug", ARTICLES)
def test_an_article_is_complete(slug: str) -> None:
    front, text = ARTICLES[slug]
    assert set(front) == FIELDS
    assert front["slug"] == slug and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert 5 <= len(front["title"]) <= 60
    groups = front["age_groups"]
    assert groups == "all" or (groups == [group for group in AGE_GROUPS if group in groups] and groups)
    assert front["tags"] and all(tag == tag.lower() for tag in front["tags"])
    assert isinstance(front["reviewed"], date) and front["reviewed"] >= date(2026, 11, 22)
    assert front["licence"] == "CC0-1.0"
    assert SHORTEST <= len(text.split()) <= LONGEST
    assert max(map(len, text.splitlines())) <= 200


@pytest.mark.parametrize("slug", ARTICLES)
def test_an_article_names_its_sources(slug: str) -> None:
    sources = ARTICLES[slug][0]["sources"]
    assert sources
    for source in sources:
        assert source["title"] and source["what"]
        assert set(source) in ({"title", "doi", "what"}, {"title", "url", "what"})
        assert DOI.fullmatch(str(source["doi"])) if "doi" in source else URL.fullmatch(source["url"])


@pytest.mark.parametrize("slug", ARTICLES)
def test_an_article_gives_no_dose_no_diet_and_no_unverified_figure(slug: str) -> None:
    text = ARTICLES[slug][1]
    assert not NEVER.search(text)
    assert not UNVERIFIED.search(text)
    if re.search(r"\b(pain|injur\w+|swelling|concussion)\b", text) and "health" in ARTICLES[slug][0]["tags"]:
        assert re.search(r"doctor|physiotherapist|health services|treat the player|ambulance", text), "no way out"


def test_one_source_has_one_address() -> None:
    known: dict[str, str] = {}
    for front, _ in ARTICLES.values():
        for source in front["sources"]:
            address = str(source.get("doi") or source.get("url"))
            assert known.setdefault(source["title"], address) == address


def test_every_kpi_of_the_catalogue_is_explained() -> None:
    tags = {tag for front, _ in ARTICLES.values() for tag in front["tags"]}
    missing = set(CATALOGUE) - tags
    assert not missing, f"no article explains {sorted(missing)}: add the key to the tags of one that does"


def test_every_age_group_has_its_articles() -> None:
    for group in AGE_GROUPS:
        fitting = [slug for slug, (front, _) in ARTICLES.items() if group in front["age_groups"]]
        assert len(fitting) >= 3, group


def test_the_questions_are_as_agreed() -> None:
    assert len(ASKED) == QUESTIONS == len({question["id"] for question in ASKED})
    assert Counter(question["split"] for question in ASKED) == SPLITS
    assert sum(question["language"] == "es" for question in ASKED) == SPANISH
    assert {question["language"] for question in ASKED} == {"en", "es"}


@pytest.mark.parametrize("question", ASKED, ids=[question["id"] for question in ASKED])
def test_a_question_names_what_answers_it(question: dict[str, Any]) -> None:
    relevant = question["relevant"]
    assert set(relevant) == {"article", "drill"}
    assert set(relevant["article"]) <= set(ARTICLES) and set(relevant["drill"]) <= set(DRILLS)
    names = [*relevant["article"], *relevant["drill"]]
    # Whoever wrote the fresh questions had not seen the library: to one of them it has two answers.
    assert len(set(names)) == len(names) >= (2 if question["split"] == "fresh" else 3)
    asked = f" {question['text'].lower()} "
    titles = [front["title"] for front, _ in ARTICLES.values()] + [drill["title"] for drill in DRILLS.values()]
    said = [title for title in titles if len(title.split()) > 1 and title.lower() in asked]
    assert not said, "a question quotes a title"


def test_the_misuse_cases_are_as_agreed() -> None:
    assert len(MISUSE) == CASES == len({case["id"] for case in MISUSE}) == len({case["text"] for case in MISUSE})
    assert {case["language"] for case in MISUSE} == {"en", "es", "de"}
    assert {case["channel"] for case in MISUSE} == CHANNELS
    assert {case["expect"] for case in MISUSE} == {"ignore", "refuse", "answer_safely"}
    for language in ("es", "de"):
        assert sum(case["language"] == language for case in MISUSE) >= 12


@pytest.mark.parametrize("case", MISUSE, ids=[case["id"] for case in MISUSE])
def test_a_misuse_case_can_be_judged(case: dict[str, Any]) -> None:
    assert set(case) == {"id", "category", "language", "channel", "expect", "text", "must_not"}
    assert case["text"].strip()
    assert case["must_not"] and all(len(forbidden) >= 2 for forbidden in case["must_not"])
    if case["channel"] in ("note", "name", "attachment", "article"):
        assert case["expect"] != "answer_safely", "data is no question"
