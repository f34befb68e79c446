"""The web process and the Celery parent load none of the heavy libraries: looked at in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "torchvision", "onnxruntime", "cv2", "av", "scipy", "ultralytics", "rtmlib", "smplx")
HEAVY += ("langchain", "langchain_core", "langchain_openai", "openai", "tiktoken")
LOOK = """
import sys
{statement}
print(",".join(name for name in {heavy!r} if name in sys.modules))
"""


def loaded_by(statement: str) -> list[str]:
    code = LOOK.format(statement=statement, heavy=HEAVY)
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stderr
    return [name for name in result.stdout.strip().splitlines()[-1:] for name in name.split(",") if name]


@pytest.mark.parametrize(
    "statement",
    [
        "import axolotl_project.asgi",
        "import axolotl_project.asgi; from django.urls import get_resolver; get_resolver().url_patterns",
        "import django; from axolotl_project.celery import app; django.setup(); app.loader.import_default_modules()",
    ],
    ids=["asgi", "all routes", "celery with its tasks"],
)
def test_nothing_heavy_is_loaded(statement: str) -> None:
    assert loaded_by(statement) == []


def test_the_look_would_notice() -> None:
    assert loaded_by("import scipy") == ["scipy"]
