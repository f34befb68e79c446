"""Distances to others travel from the step `events` to the step `kpis`."""

from __future__ import annotations

from pipeline.steps.player_events import company_results, read_company
from vision.kpi.company import BALL, BALL_AWAY, NEAREST, Company, Typical


class Store:
    """Holds the document of the step `events`."""

    def __init__(self, document: dict) -> None:
        self._document = document

    def read_json(self, name: object) -> dict:
        return self._document


def test_what_is_stored_is_read_back() -> None:
    company = {7: Company({NEAREST: Typical(6.125, 250, 0.8333)}, {BALL: BALL_AWAY}), 9: Company()}
    stored = company_results(company)
    assert stored["7"] == {"figures": {NEAREST: [6.125, 250, 0.8333]}, "absent": {BALL: BALL_AWAY}}
    assert read_company(Store({"company": stored})) == company  # type: ignore[arg-type]


def test_documents_of_earlier_versions_know_nothing_of_it() -> None:
    assert read_company(Store({})) == {}  # type: ignore[arg-type]
