"""`manage.py doctor` and `manage.py models`: what is used, what is missing, and the command that mends it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from apps.scan.services.models import chosen_models, why_unusable
from apps.web import doctor

pytestmark = pytest.mark.django_db


def findings() -> tuple[dict[str, dict[str, str]], bool]:
    """What doctor finds, part by part, and whether it ended with exit code 1."""
    out, failed = StringIO(), False
    try:
        call_command("doctor", "--json", stdout=out)
    except SystemExit as end:
        failed = end.code == 1
    return {finding["part"]: finding for finding in json.loads(out.getvalue())}, failed


def test_missing_models_are_named_with_the_command_that_makes_them(settings: LazySettings, tmp_path: Path) -> None:
    settings.MODEL_DIR = tmp_path
    found, failed = findings()
    assert failed
    assert found["models"]["state"] == "missing"
    assert "make models" in found["models"]["detail"]


def test_a_database_that_answers_is_told_with_what_production_would_change() -> None:
    from django.db import connection

    found, _ = findings()
    assert found["database"]["state"] == "ok"
    assert bool(found["database"]["production"]) == (connection.vendor == "sqlite")


def test_what_is_not_built_yet_is_off_and_never_ok(settings: LazySettings) -> None:
    settings.AZURE_SEARCH_ENDPOINT = ""
    found, _ = findings()
    assert found["retrieval"]["state"] == "off"


def test_who_writes_feedback(settings: LazySettings) -> None:
    assert findings()[0]["language model"]["chosen"] == "rule-based coach"
    settings.AZURE_OPENAI_ENDPOINT = "https://coach.example"
    half, failed = findings()
    assert failed
    assert (half["language model"]["state"], half["language model"]["detail"]) == (
        "missing",
        "AZURE_OPENAI_KEY, AZURE_OPENAI_DEPLOYMENT not set: rules write instead",
    )
    settings.AZURE_OPENAI_KEY, settings.AZURE_OPENAI_DEPLOYMENT = "key", "coach"
    assert findings()[0]["language model"]["detail"].startswith("coach at https://coach.example")
    settings.ASSISTANT_PROVIDER = "rules"
    assert findings()[0]["language model"]["chosen"] == "rule-based coach"


def test_a_redis_that_does_not_answer_is_missing_when_it_was_chosen(settings: LazySettings) -> None:
    settings.REDIS_EMBEDDED = False
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    found, failed = findings()
    assert failed
    assert found["broker, cache, sockets"]["state"] == "missing"


def test_models_lists_every_licence_and_what_is_wrong(settings: LazySettings, tmp_path: Path) -> None:
    settings.MODEL_DIR = tmp_path
    (tmp_path / "nanodet.onnx").write_bytes(b"not a model")
    out = StringIO()
    call_command("models", "--json", stdout=out)
    states = {state["key"]: state for state in json.loads(out.getvalue())}
    assert states["nanodet"]["licence"] == "Apache-2.0"
    assert "damaged" in states["nanodet"]["problem"]
    assert "not there" in states["movenet-thunder"]["problem"]
    assert states["yolov8n"]["licence"] == "AGPL-3.0"


@pytest.mark.parametrize(
    ("detector", "pose", "said"),
    [
        ("yolov8n", "", "fetch_models yolov8n"),
        ("movenet-thunder", "", "SCAN_DETECTOR=movenet-thunder has another task; choose one of nanodet, yolov8n"),
        ("", "rtmpose", "SCAN_POSE_MODEL=rtmpose is neither a key of `manage.py models` nor a file"),
    ],
)
def test_a_model_that_a_scan_could_not_use_is_missing(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch, detector: str, pose: str, said: str
) -> None:
    def state(key: str, task: str, problem: str | None = None) -> dict[str, object]:
        return {"key": key, "task": task, "embedded": problem is None, "problem": problem}

    states = [state("nanodet", "detect"), state("yolov8n", "detect", "not there: run fetch_models yolov8n")]
    monkeypatch.setattr(doctor, "model_states", lambda: [*states, state("movenet-thunder", "pose")])
    settings.SCAN_DETECTOR, settings.SCAN_POSE_MODEL = detector, pose
    found, failed = findings()
    assert failed and found["models"]["state"] == "missing"
    assert said in found["models"]["detail"]


def test_a_model_file_of_ones_own_may_be_used(settings: LazySettings, tmp_path: Path) -> None:
    (tmp_path / "football.onnx").write_bytes(b"weights")
    settings.SCAN_DETECTOR = str(tmp_path / "football.onnx")
    assert why_unusable([]) == [] and chosen_models() == {"detector": settings.SCAN_DETECTOR}


def test_where_only_requests_are_answered_models_are_not_missed(
    settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MODEL_DIR = tmp_path
    monkeypatch.setattr(doctor, "MODEL_RUNTIME", "a_runtime_that_nobody_installed")
    found, _ = findings()
    assert {found[part]["state"] for part in ("models", "device")} == {"off"}
    assert "in a worker" in found["models"]["detail"]


def test_a_redis_of_live_frames_is_told_apart(settings: LazySettings) -> None:
    assert findings()[0]["live frames"]["chosen"] == "REDIS_URL"
    settings.LIVE_REDIS_URL = "redis://127.0.0.1:9/0"
    found, failed = findings()
    assert failed
    assert (found["live frames"]["chosen"], found["live frames"]["state"]) == ("LIVE_REDIS_URL", "missing")
