"""Real Chromium for tests: where it is, how it starts, what counts as a problem on a page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.e2e.stack import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Root may not use the sandbox; a test browser calls nobody.
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-gpu", "--disable-dev-shm-usage"]
AXE = ROOT / "apps" / "web" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = {"serious", "critical"}
SHOTS = os.environ.get("AXOLOTL_SHOTS")
"""A folder for pictures of the pages, to be looked at; none are taken without it."""


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """The system's Chromium, headless; `more` arguments where a test needs its own."""
    from playwright.sync_api import sync_playwright

    path = next(found for found in map(shutil.which, NAMES) if found)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *more])
        try:
            yield browser
        finally:
            browser.close()


def new_page(context: BrowserContext) -> tuple[Page, list[str]]:
    """A page, and a list that fills with the errors of its code."""
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    return page, problems


def accessibility_problems(page: Page, *, only: Sequence[str] | None = None) -> list[str]:
    """What axe calls serious or critical on the page as it is now; `only` these rules.

    axe is evaluated by the test, not loaded by the page: the content security policy allows no foreign script.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(only)} if only else {})
    found: list[dict[str, Any]] = page.evaluate("async (options) => (await axe.run(options)).violations", options)
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in found
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page for whoever looks."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
