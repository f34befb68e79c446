"""All that the safety rules say has Spanish words, with the same figures in them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.core.languages import sentences, told
from apps.safety.inputs import Calendar
from apps.safety.policies import load_packs
from apps.safety.rules import RulesEngine, rest
from apps.safety.rules.alternative import SearchParams
from apps.safety.verdict import Note, Verdict
from tests.apps.core.untranslated import texts_of
from tests.apps.safety.random_calendars import question

RULES = ("rest", "load", "heat", "health", "matches", "change", "case")
"""The modules whose words reach a coach; the others of the folder refuse what programs send."""
ENGLISH = re.compile(r"\b(the|of|for|with|would|is|are|minutes|hours|days|needs|most|was|and|before|after|events?)\b")
NOT_TOLD = {"{} {}", "sessions a {}", "cm/year", "of 10", "min of breaks an hour"}
"""A day, which `languages` writes itself, and units, which are codes for programs."""
SEEDS = range(40)
NO_SEARCH = SearchParams(days=-1)


def words_of_the_rules() -> Iterator[str]:
    folder = Path(rest.__file__).parent
    for name in RULES:
        for text in texts_of(ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))):
            if " " in text.strip() and text not in NOT_TOLD:
                yield text


def packs_words() -> Iterator[str]:
    for pack in load_packs().values():
        for bands in pack.bands.values():
            for band in bands:
                yield from (band.title, band.source)


@pytest.mark.parametrize("text", sorted(set(words_of_the_rules())))
def test_every_template_of_the_rules_has_a_spanish_one(text: str) -> None:
    assert text in sentences("es")


def test_every_title_source_and_note_has_a_spanish_one() -> None:
    said = {*packs_words(), *(str(note.value) for note in Note)}
    assert len(said) > 50
    assert sorted(text for text in said if text not in sentences("es")) == []


def _said(verdict: Verdict) -> Iterator[str]:
    for finding in verdict.findings:
        yield from (finding.text, finding.title, finding.source)
    yield from (gap.missing for gap in verdict.not_assessed)
    yield from (str(note.value) for note in verdict.notes)
    yield from (described.text for described in verdict.described)


def _judged() -> Iterator[Verdict]:
    packs = load_packs()
    for seed in SEEDS:
        asked = question(seed)
        engine = RulesEngine(packs[asked.pack], NO_SEARCH)
        yield engine.evaluate(Calendar(asked.calendar), asked.proposed, asked.profile)


def test_what_is_said_of_random_years_is_spanish_to_the_last_word_and_keeps_its_figures() -> None:
    said = {text for verdict in _judged() for text in _said(verdict)}
    assert len(said) > 300
    for text in said:
        spanish = told(text, "es")
        own_names = spanish.rpartition(" (doi")[0] if "doi" in spanish else spanish
        if text not in sentences("es"):
            assert not ENGLISH.search(own_names), (text, spanish)
        figures = [number.replace(".", ",") for number in re.findall(r"\d+(?:\.\d+)?", text)]
        assert sorted(re.findall(r"\d+(?:,\d+)?", spanish.replace("32.2", "32,2"))) == sorted(figures) or (
            text in sentences("es")
        ), (text, spanish)


def test_a_finding_reads_as_a_coach_speaks() -> None:
    text = "Only 1 days off would be left in the 7 days from 2 March 2026 to 8 March 2026; U9 needs 2."
    assert told(text, "es") == (
        "En los 7 días del 2 de marzo de 2026 al 8 de marzo de 2026 quedarían solo 1 días de descanso; U9 necesita 2."
    )
    text = "The player is at 91.5 % of the adult height: watch for pain and ask a clinician."
    assert told(text, "es") == (
        "El jugador está en el 91,5 % de su estatura adulta: vigila si hay dolor y consulta a un profesional sanitario."
    )
    text = "Allowed: on Tuesday 3 March at 18:00, 60 minutes long, at moderate intensity. Without Kim, Noa."
    assert told(text, "es") == (
        "Permitido: el martes 3 de marzo a las 18:00, 60 minutos de duración, con intensidad moderada. Sin Kim, Noa."
    )
