"""Answers in the language that is asked for; which sentences have no Spanish yet."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.test import RequestFactory
from django.utils import translation
from rest_framework.test import APIClient

from apps.accounts.clients import BROWSERS
from apps.accounts.tokens import issue
from apps.core import languages
from apps.core.units import Units
from apps.dashboard.metrics import LOAD_KEY, metric_of
from apps.dashboard.selectors.trends import LINE_METHOD
from apps.scan.selectors.presets import PRESETS
from pipeline.api import JobKind, plan_of
from tests.apps.core.untranslated import sentences_of, texts_of
from tests.factories.accounts import make_user

SPANISH_APPS = ("core", "accounts", "sessions", "calendar", "scan", "pairing", "edge", "live", "feedback", "dashboard")
"""What a coach meets."""
REASONS = ("vision/kpi/body", "vision/kpi/company", "vision/kpi/player", "vision/events/find", "pipeline/steps/kpis",
           "apps/dashboard/selectors/comparisons", "apps/dashboard/selectors/trends")  # fmt: skip
ONLY_PARTS = {"{}: {}", "{}: {}: {}"}
"""Nothing of their own to translate."""


def test_a_sentence_is_told_with_its_figures_in_their_places() -> None:
    assert languages.told("There is no such session.", "es") == "No existe esa sesión."
    assert languages.told("There is no such session.", "en") == "There is no such session."
    wrong = "'a.exe' is not a video file that can be read. Use mp4, mov."
    assert languages.told(wrong, "es") == "'a.exe' no es un vídeo que se pueda leer. Usa mp4, mov."
    assert languages.told("A piece of news that nobody translated.", "es") == "A piece of news that nobody translated."
    assert languages.told("There is no such session.", "ca") == "There is no such session."
    # What is filled in may hold braces, line ends, or a sentence with an entry of its own.
    assert languages.told("There is no player {0}\n{x}.", "es") == "No existe el jugador {0}\n{x}."
    assert languages.told("Field 'a': This is your address already.", "es") == "Campo 'a': Esta ya es tu dirección."
    long = "There is no player " + "x" * 5000 + "."
    assert languages.told(long, "es") == long


def test_the_language_is_that_of_the_request() -> None:
    def of(header: str | None) -> str | None:
        given = {} if header is None else {"Accept-Language": header}
        return languages.asked_for(RequestFactory().get("/", headers=given))

    assert of("es") == of("es-MX,es;q=0.9,en;q=0.8") == of("de, es;q=0.5") == "es"
    assert of("en-GB") == of("en;q=0.9, es;q=0.1") == "en"
    assert of(None) is None
    assert of("de") is None
    assert of("*") is None
    assert of(";;;=\x00") is None


@pytest.mark.django_db
def test_an_error_comes_in_the_language_asked_for_and_only_its_words_differ() -> None:
    asked: dict[str, Any] = {"path": "/api/auth/token", "data": {"email": "no address"}, "format": "json"}
    english = APIClient().post(**asked)
    spanish = APIClient().post(**asked, headers={"Accept-Language": "es-ES"})
    assert english.status_code == spanish.status_code == 400
    assert english.json()["error"]["message"] == "The request has errors."
    assert spanish.json()["error"]["message"] == "La petición tiene errores."
    assert "Falta el campo 'password'" in spanish.json()["error"]["details"]
    assert "Field 'password' is required" in english.json()["error"]["details"]
    # REST framework's own words come from its own catalogue.
    assert any("correo electrónico" in line for line in spanish.json()["error"]["details"])
    assert spanish.json()["error"]["code"] == english.json()["error"]["code"] == "VALIDATION_ERROR"
    assert spanish["Content-Language"] == "es"
    assert "Accept-Language" in spanish["Vary"]
    assert APIClient().get("/api/sessions", headers={"Accept-Language": "de"}).json()["error"]["message"] in (
        "Log in first.",
    )


@pytest.mark.django_db
def test_an_accounts_language_counts_where_the_request_names_none() -> None:
    someone = make_user()
    someone.language = "es"
    someone.save()
    token = issue(someone).access
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    absent = "/api/sessions/7d0c1d2e-0000-4000-8000-000000000000"
    assert client.get(absent).json()["error"]["message"] == "No existe esa sesión."
    english = client.get(absent, headers={"Accept-Language": "en"})
    assert english.json()["error"]["message"] == "There is no such session."
    # The next one in the same thread is not answered in the language of the last.
    assert APIClient().get("/api/sessions").json()["error"]["message"] == "Log in first."
    assert translation.get_language() == "en"


def test_an_answer_is_told_where_its_words_are_ours_and_nowhere_else() -> None:
    ours, theirs = "No jump was seen.", "Nadie"
    body = {
        "title": ours,
        "notes": ours,
        "figures": [{"value": None, "absent": ours, "name": theirs}, {"absent": None}],
        "findings": [{"rule_id": "pain", "title": "Pain", "text": "Fever was reported on 2 May 2026; no sport until "
                      "an adult has decided.", "edge": 4.5}],
        "error": {"code": "FAILED", "message": "The scan was cancelled."},
        "steps": ({"label": "Reading the film"},),
        "warnings": ["Higher is not better here.", "What somebody else said."],
        "many": [[1.5, 2.5]],
    }  # fmt: skip
    told = languages.told_all(body, "es")
    assert told == {
        "title": ours,
        "notes": ours,
        "figures": [
            {"value": None, "absent": "No se ha visto ningún salto.", "name": theirs},
            {"absent": None},
        ],
        "findings": [
            {"rule_id": "pain", "title": "Dolor", "edge": 4.5,
             "text": "El 2 de mayo de 2026 se comunicó fiebre; nada de deporte hasta que decida una persona adulta."}
        ],
        "error": {"code": "FAILED", "message": "El análisis se ha cancelado."},
        "steps": [{"label": "Leyendo el vídeo"}],
        "warnings": ["Aquí, más no es mejor.", "What somebody else said."],
        "many": [[1.5, 2.5]],
    }  # fmt: skip
    assert languages.told_all(body, "en") is body


def test_names_of_ours_are_told_and_names_of_people_are_not() -> None:
    body = {
        "presets": [{"key": preset.key, "name": preset.name, "estimate_basis": ""} for preset in PRESETS],
        "logins": [{"device": label, "user_agent": "x"} for label in ("Chrome on Linux", "Unknown device", "Mac")],
        "metric": metric_of(LOAD_KEY, Units.METRIC).text(),
        "slope_method": LINE_METHOD,
        "players": [{"name": "Standard"}, {"device": "Unknown device"}],
    }
    told = languages.told_all(body, "es")
    assert [preset["name"] for preset in told["presets"]] == ["Rápido", "Normal", "Completo"]
    assert [login["device"] for login in told["logins"]] == ["Chrome en Linux", "Dispositivo desconocido", "Mac"]
    assert told["metric"]["name"] == "Carga de la sesión (sRPE)"
    assert told["metric"]["definition"].startswith("Lo duras que parecieron")
    assert told["slope_method"].startswith("mínimos cuadrados")
    assert told["players"] == body["players"]


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("only 10 frames a second", "solo 10 fotogramas por segundo"),
        ("frames a second: 10.00", "solo 10 fotogramas por segundo"),
        ("position error: 0.31 m", "error de posición: 0,31 m"),
        ("film with the player in view: 61.5%", "vídeo con el jugador a la vista: 61,5 %"),
    ],
)
def test_why_a_grade_was_given_is_told_with_a_decimal_comma(english: str, spanish: str) -> None:
    assert languages.told(english, "es") == spanish


def test_every_browser_that_is_recognised_has_its_place_in_spanish() -> None:
    for name in {name for _, name in BROWSERS}:
        assert languages.told(f"{name} on iPhone", "es") == f"{name} en iPhone"


def test_every_step_of_every_plan_has_a_spanish_label() -> None:
    labels = {step.label for kind in JobKind for step in plan_of(kind)}
    assert len(labels) > 10
    assert sorted(label for label in labels if label not in languages.sentences("es")) == []


@pytest.mark.parametrize("module", REASONS)
def test_why_a_figure_is_missing_is_said_in_spanish(module: str) -> None:
    source = (Path(settings.ROOT) / f"{module}.py").read_text(encoding="utf-8")
    said = [text for text in texts_of(ast.parse(source)) if text.startswith(("Not measured", "Not assessed"))]
    assert said
    assert [text for text in said if text not in languages.sentences("es") and not text.endswith("; ")] == []


def test_no_sentence_stands_in_two_files() -> None:
    files = sorted((Path(settings.ROOT) / "apps" / "core").glob("sentences*.es.yaml"))
    found = [english for file in files for english in yaml.safe_load(file.read_text(encoding="utf-8"))]
    assert len(files) > 1
    assert len(found) == len(set(found)) == len(languages.sentences("es"))


@pytest.mark.parametrize("app", SPANISH_APPS)
def test_what_an_app_refuses_is_said_in_spanish(app: str) -> None:
    said = [sentence for sentence in sentences_of(app) if sentence not in ONLY_PARTS]
    missing = [sentence for sentence in said if sentence not in languages.sentences("es")]
    assert said
    listed = "\n  ".join(missing)
    assert not missing, f"of {app} apps/core/sentences.es.yaml lacks:\n  {listed}"


def test_a_translation_fills_in_all_that_its_sentence_fills_in() -> None:
    for english, spanish in languages.sentences("es").items():
        holes = english.count(languages.HOLE)
        used = {int(number) for number in re.findall(r"\{(\d+)\}", spanish)}
        assert used == set(range(holes)), english
        assert english[-1:] == spanish[-1:] or english[-1] not in ".?", english
        assert spanish.format(*"abcdef"[:holes]) != english
