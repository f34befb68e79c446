"""How well the search finds what a coach asks for: questions with the texts that answer them.

The questions were written before the search was tuned. Those of the split `tuned` may be looked at while tuning; those
of `held_out` and `fresh` are only counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import yaml
from django.conf import settings

from apps.search.documents import Kind
from apps.search.retrieval import Query, Retriever

QUESTIONS = Path(settings.ROOT) / "fixtures" / "knowledge" / "evaluation" / "questions.yaml"
PRECISION_BAR = 0.8
"""What every split must reach (precision at 5)."""
TOP, DEEP = 5, 10

Found = tuple[Kind, str]


class QuestionsInvalid(Exception):
    """The file of questions cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a coach asks, and which texts answer it."""

    key: str
    text: str
    language: str
    split: str
    relevant: frozenset[Found]


@dataclass(frozen=True, slots=True)
class Score:
    """How one question was answered.

    Attributes:
        precision: hits among the first 5, of the min(5, relevant) that could be there.
        recall: hits among the first 10, of all relevant.
        reciprocal_rank: 1 over the place of the first hit; 0 where there is none among the first 10.
        ndcg: discounted gain of the first 10 over that of the best order (Järvelin & Kekäläinen 2002).
    """

    question: Question
    found: Sequence[Found]
    precision: float
    recall: float
    reciprocal_rank: float
    ndcg: float
    retrieval: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Means over the questions of a split."""

    split: str
    questions: int
    precision: float
    recall: float
    mrr: float
    ndcg: float

    @property
    def reaches_bar(self) -> bool:
        """Whether it is good enough."""
        return self.precision >= PRECISION_BAR


def read_questions(path: Path = QUESTIONS) -> list[Question]:
    """Read the questions.

    Raises:
        QuestionsInvalid: not such a file; the message names the question.
    """
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]
    except OSError as error:
        raise QuestionsInvalid(f"{path} cannot be read: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise QuestionsInvalid(f"{path.name} is no list of questions: {error}") from None
    return [_question(row, path) for row in rows]


def evaluate(retriever: Retriever, questions: Iterable[Question]) -> list[Score]:
    """Ask every question and judge what is found among articles and drills."""
    return [_score(retriever, question) for question in questions]


def summaries(scores: Sequence[Score]) -> list[Summary]:
    """Return the means by split, and by language where there are several, in the order of their first question."""
    groups: dict[str, list[Score]] = {}
    languages = {score.question.language for score in scores}
    for score in scores:
        groups.setdefault(score.question.split, []).append(score)
    for score in scores if len(languages) > 1 else ():
        groups.setdefault(f"language {score.question.language}", []).append(score)
    return [_summary(name, group) for name, group in groups.items()]


def splits_below_bar(found: Iterable[Summary]) -> list[Summary]:
    """Return the splits that are not good enough; a language alone is not judged."""
    return [one for one in found if not one.split.startswith("language ") and not one.reaches_bar]


def _question(row: Any, path: Path) -> Question:
    try:
        relevant = frozenset((Kind(kind), key) for kind, keys in row["relevant"].items() for key in keys)
        made = Question(row["id"], row["text"], row["language"], row["split"], relevant)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise QuestionsInvalid(f"{path.name}: {row!r:.80} is no question: {error!r}") from None
    if not relevant:
        raise QuestionsInvalid(f"{path.name}: {made.key} names nothing that would answer it.")
    return made


def _score(retriever: Retriever, question: Question) -> Score:
    asked = Query(question.text, kinds=[Kind.ARTICLE, Kind.DRILL], limit=DEEP, language=question.language)
    result = retriever.search(asked)
    found = [(hit.kind, hit.object_id) for hit in result.hits]
    right = [one in question.relevant for one in found]
    gain = sum(1 / math.log2(rank + 1) for rank, is_right in enumerate(right, start=1) if is_right)
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(DEEP, len(question.relevant)) + 1))
    return Score(
        question=question,
        found=found,
        precision=sum(right[:TOP]) / min(TOP, len(question.relevant)),
        recall=sum(right) / len(question.relevant),
        reciprocal_rank=1 / (right.index(True) + 1) if True in right else 0.0,
        ndcg=gain / best,
        retrieval=result.retrieval,
    )


def _summary(split: str, scores: Sequence[Score]) -> Summary:
    columns: Mapping[str, float] = {
        name: fmean(getattr(score, name) for score in scores)
        for name in ("precision", "recall", "reciprocal_rank", "ndcg")
    }
    return Summary(
        split, len(scores), columns["precision"], columns["recall"], columns["reciprocal_rank"], columns["ndcg"]
    )
