"""Learning which texts answer what, on a small library whose right answers are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from apps.search import phrasings, services
from apps.search.answering import Answers, Learned, Lines, learn, stems
from apps.search.documents import Kind
from apps.search.models import IndexEntry, Passage
from apps.search.vectors import MODEL, Vector, pack, read_part
from tests.apps.search.factories import axis, document

pytestmark = pytest.mark.django_db

ASKED: Mapping[str, Sequence[str]] = {
    "sleep": ("Gaming until midnight", "Tired on Saturday morning"),
    "rest": ("How many free days?", "Too many evenings"),
    "shots": ("We never score", "Blasting over the bar"),
}


@pytest.fixture
def _library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three articles; the lines of each point their own way, and rest belongs to sleep."""
    monkeypatch.setattr(phrasings, "asked_for", lambda kind, name: ASKED.get(name, ()))
    monkeypatch.setattr(phrasings, "relations", lambda: {"sleep": {"rest": 0.8, "elsewhere": 1.0}})
    services.put([document(name, f"About {name}.", kind=Kind.ARTICLE, team_id=None) for name in (*ASKED, "silent")])
    for place, (name, lines) in enumerate(ASKED.items()):
        _embed(IndexEntry.objects.get(object_id=name), [axis(place)] * (1 + len(lines)))
    _embed(IndexEntry.objects.get(object_id="silent"), [axis(9)])


def _embed(entry: IndexEntry, directions: Sequence[Vector]) -> None:
    """The first direction is that of the text, the others of its lines."""
    Passage.objects.bulk_create(
        Passage(
            entry=entry,
            position=position,
            asked=position > 0,
            start=0,
            end=1,
            embedding=pack(direction),
            model=MODEL,
            content_hash=entry.content_hash,
        )
        for position, direction in enumerate(directions)
    )


def told(answers: Answers | None, question: str, direction: Vector) -> dict[str, float]:
    assert answers is not None
    names = dict(IndexEntry.objects.values_list("pk", "object_id"))
    return {names[key]: how_well for key, how_well in answers.to(question, direction).items()}


@pytest.mark.usefixtures("_library")
def test_a_question_is_answered_by_what_its_nearest_lines_ask_for_and_what_belongs_to_it() -> None:
    answers = told(learn(read_part(None)), "nothing in common", axis(0))
    assert answers.keys() == ASKED.keys()  # what nobody asks for in words of their own is not learned
    assert answers["sleep"] > 0.7
    assert answers["sleep"] > answers["rest"] > answers["shots"] + 0.3
    assert answers["rest"] == pytest.approx(0.8 * answers["sleep"], abs=0.1)
    # It belongs one way: who asks for rest is not answered with sleep.
    other = told(learn(read_part(None)), "nothing in common", axis(1))
    assert max(other, key=other.__getitem__) == "rest"
    assert other["sleep"] < 0.3


@pytest.mark.usefixtures("_library")
def test_the_words_decide_where_the_meaning_is_no_help() -> None:
    far = axis(7)
    plain = told(learn(read_part(None)), "parachute", far)
    worded = told(learn(read_part(None)), "They were gaming, at MIDNIGHT!", far)
    gained = {name: worded[name] - plain[name] for name in plain}
    assert max(gained, key=gained.__getitem__) == "sleep"
    assert gained["sleep"] > 0.05 > gained["shots"]


@pytest.mark.usefixtures("_library")
def test_lines_that_were_embedded_before_they_changed_teach_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    newer = {**ASKED, "shots": ("One", "Two", "Three")}
    monkeypatch.setattr(phrasings, "asked_for", lambda kind, name: newer.get(name, ()))
    assert told(learn(read_part(None)), "x", axis(2)).keys() == {"sleep", "rest"}


def test_nothing_is_learned_of_an_empty_index() -> None:
    assert learn(read_part(None)) is None
    services.put([document("alone", "No line.", kind=Kind.ARTICLE, team_id=None)])
    assert learn(read_part(None)) is None


@pytest.mark.usefixtures("_library")
def test_the_same_part_is_learned_from_once() -> None:
    learned, part = Learned(), read_part(None)
    first = learned.of(part)
    assert first is not None
    assert learned.of(part) is first
    assert learned.of(read_part(None)) is not first


def test_likeness_of_words_is_a_cosine_that_rare_words_lead() -> None:
    lines = Lines(["ball and parachute", "ball and whistle", "ball games", ""])
    like = lines.likeness("A parachute, a ball!")
    assert like[0] == pytest.approx(1.0)
    assert like[0] > like[1] > 0.0
    assert like[1] == pytest.approx(float(lines.likenesses()[0, 1]))
    assert np.diag(lines.likenesses()) == pytest.approx([1.0, 1.0, 1.0, 0.0])
    assert not lines.likeness("of the and").any()
    assert not lines.likeness("京").any()
    assert stems("Recuperación recuperar RECUPERARSE") == ["recup"]
