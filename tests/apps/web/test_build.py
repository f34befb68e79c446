"""What the built web app weighs, and what its page may load."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from apps.web.assets import _with_imports

BUILD = Path(__file__).parents[3] / "apps" / "web" / "static" / "web"
BUDGET_BYTES = 200_000
"""First load, JavaScript, gzip (design: UI, Bar)."""
FIRST_PAGES = ("src/pages/sign-in.tsx", "src/pages/sessions.tsx", "src/pages/session.tsx", "src/pages/new-scan.tsx")


@pytest.fixture(scope="module")
def chunks() -> dict[str, Any]:
    manifest = BUILD / "manifest.json"
    if not manifest.exists():
        pytest.skip("needs the built web app: run `make frontend`")
    found: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("page", FIRST_PAGES)
def test_first_load_stays_within_the_budget(chunks: dict[str, Any], page: str) -> None:
    names = set(_with_imports("src/main.tsx", chunks))
    if page in chunks:  # the sign-in page may be part of the entry
        names |= set(_with_imports(page, chunks))
    size = sum(len(gzip.compress((BUILD / chunks[name]["file"]).read_bytes())) for name in names)
    assert size <= BUDGET_BYTES, f"{page}: {size:,} bytes of JavaScript"


@pytest.mark.parametrize("library", ["uplot", "tus"])
def test_heavy_parts_load_on_their_page(chunks: dict[str, Any], library: str) -> None:
    marks = {"uplot": b"uplot", "tus": b"Tus-Resumable"}
    first = _with_imports("src/main.tsx", chunks)
    for name in first:
        assert marks[library] not in (BUILD / chunks[name]["file"]).read_bytes(), name


def test_text_files_are_compressed_beforehand(chunks: dict[str, Any]) -> None:
    for chunk in chunks.values():
        file = BUILD / chunk["file"]
        if file.suffix == ".js":
            assert gzip.decompress(file.with_name(file.name + ".gz").read_bytes()) == file.read_bytes()
            # A chunk of one icon is too short to become shorter.
            if file.stat().st_size > 1000:
                assert file.with_name(file.name + ".br").stat().st_size < file.stat().st_size


def test_nothing_is_inlined_that_the_content_security_policy_forbids(chunks: dict[str, Any]) -> None:
    for css in BUILD.glob("assets/*.css"):
        assert b"url(data:" not in css.read_bytes()
    for script in BUILD.glob("assets/*.js"):
        code = script.read_bytes()
        assert b"new Function(" not in code, script.name
        assert b"eval(" not in code, script.name
