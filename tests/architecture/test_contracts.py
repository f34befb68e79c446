"""The import contracts hold, and each would be noticed if it did not: planted violations are found."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")
PLANTED = {
    "1-layers": ("vision/geometry.py", "import pipeline.plan"),
    "2-vision-pure": ("vision/geometry.py", "import redis"),
    "3-pipeline-without-django": ("pipeline/plan.py", "import django.db"),
    "4-celery-at-the-edge": ("pipeline/runner.py", "import celery"),
    "5-one-door": ("apps/scan/selectors/jobs.py", "import pipeline.runner"),
    "6-vision-for-apps": ("apps/scan/selectors/jobs.py", "import vision.video.reader"),
    "7-light-web": ("apps/scan/selectors/jobs.py", "import cv2"),
    "8-apps-order": ("apps/accounts/selectors.py", "import apps.scan.models"),
    "9-inside-an-app": ("apps/accounts/selectors.py", "import apps.accounts.views"),
    "11-inside-vision": ("vision/geometry.py", "import vision.kpi.speed"),
    "12-inside-pipeline": ("pipeline/plan.py", "import pipeline.runner"),
}


def lint(root: Path, contract: str) -> subprocess.CompletedProcess[str]:
    command = [str(LINTER), "--no-cache", "--contract", contract, "--config", str(root / ".importlinter")]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("planted")
    for package in ("vision", "pipeline", "apps", "axolotl_project"):
        ignore = shutil.ignore_patterns("__pycache__", "node_modules", "static", "frontend")
        shutil.copytree(ROOT / package, root / package, ignore=ignore)
    shutil.copy(ROOT / ".importlinter", root)
    return root


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_violation_is_found(copy: Path, contract: str) -> None:
    name, line = PLANTED[contract]
    file = copy / name
    original = file.read_text(encoding="utf-8")
    file.write_text(f"{original}\n{line}\n", encoding="utf-8")
    try:
        result = lint(copy, contract)
    finally:
        file.write_text(original, encoding="utf-8")
    assert result.returncode == 1, result.stdout + result.stderr
    assert "BROKEN" in result.stdout


def test_every_contract_has_a_planted_violation() -> None:
    lines = (ROOT / ".importlinter").read_text(encoding="utf-8").splitlines()
    names = {line.removeprefix("[importlinter:contract:").rstrip("]") for line in lines if ":contract:" in line}
    assert names == set(PLANTED)
