"""`manage.py evaluate_retrieval`: how well the search answers the questions of `fixtures/knowledge/evaluation`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.search import asking
from apps.search.evaluation import (
    PRECISION_BAR,
    QUESTIONS,
    QuestionsInvalid,
    Score,
    Summary,
    evaluate,
    read_questions,
    splits_below_bar,
    summaries,
)
from apps.search.retrieval import retriever


class Command(BaseCommand):
    """Asks every question of the index as it is now; `manage.py reindex` first."""

    help = (
        "Measure the search: precision at 5 (hits among the first 5, of the min(5, relevant) that could be there), "
        "recall and nDCG at 10, mean reciprocal rank. Exit code 1 where a split is below the bar."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--questions", type=Path, default=QUESTIONS, help="another file of the same form")
        parser.add_argument("--split", help="only this split (tuned, held_out, fresh)")
        parser.add_argument("--misses", action="store_true", help="show what was found wrongly; for tuned alone")
        parser.add_argument("--json", action="store_true", help="machine-readable")

    def handle(self, *args: Any, questions: Path, split: str | None, **options: Any) -> None:
        asking.make_here()
        try:
            asked = [one for one in read_questions(questions) if split in (None, one.split)]
        except QuestionsInvalid as error:
            raise CommandError(str(error)) from None
        if not asked:
            raise CommandError(f"There is no question of the split {split}; there are tuned, held_out and fresh.")
        scores = evaluate(retriever(), asked)
        found = summaries(scores)
        self.stdout.write(json.dumps([asdict(one) for one in found]) if options["json"] else self._table(found, scores))
        if options["misses"]:
            self._misses(scores)
        if below := splits_below_bar(found):
            names = ", ".join(f"{one.split} {one.precision:.3f}" for one in below)
            raise CommandError(f"Below the bar of {PRECISION_BAR} (precision at 5): {names}.")

    def _table(self, found: Sequence[Summary], scores: Sequence[Score]) -> str:
        ways = ", ".join(sorted({score.retrieval for score in scores}))
        lines = [f"{'':14}{'questions':>10}{'P@5':>8}{'R@10':>8}{'MRR':>8}{'nDCG@10':>9}   ({ways})"]
        for one in found:
            numbers = f"{one.precision:8.3f}{one.recall:8.3f}{one.mrr:8.3f}{one.ndcg:9.3f}"
            lines.append(f"{one.split:14}{one.questions:10d}{numbers}")
        return "\n".join(lines)

    def _misses(self, scores: Sequence[Score]) -> None:
        for score in scores:
            if score.question.split == "tuned" and score.precision < 1.0:
                wrong = [key for kind, key in score.found[:5] if (kind, key) not in score.question.relevant]
                self.stdout.write(f"{score.question.key} {score.precision:.2f} {score.question.text}")
                self.stdout.write(f"    found wrongly: {', '.join(wrong)}")
