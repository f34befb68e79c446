"""The session page with a whole match in real Chromium: how soon it is open, and what keeps its main thread busy.

The longest task is what a coach feels: above 50 ms (the browser's own mark for a long task) a film that plays stumbles.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.row import Bar, Row, measure
from tests.e2e.browser import chromium, new_page
from tests.e2e.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Page

COACH = ("coach@bench.example", "goal-kick-from-2026")
OPEN_S = 2.0
TASK_MS = 50.0
PLAY_S = 20.0
JUMPS = 20
SETTLE_MS = 400
"""After a jump: its windows come, are sorted and drawn."""
WATCH = """
window.longTasks = [];
const watch = new PerformanceObserver((list) => {
  window.longTasks.push(...list.getEntries().map((task) => task.duration));
});
watch.observe({ type: "longtask", buffered: true });
"""
OPEN = """() => {
  const video = document.querySelector("video");
  const shown = (...places) => places.every((place) => document.querySelector(place));
  const drawn = video && video.readyState >= 2 && !shown("video ~ [role=status]");
  return drawn && shown("[role=tabpanel] .figure", ".u-over") && performance.now();
}"""
"""Film, boxes, figures and the speed curve are all there."""


def run(repeats: int) -> list[Row]:
    """The rows of this module."""
    opened: list[float] = []
    tasks: dict[str, list[float]] = {"plays 20 s": [], f"{JUMPS} jumps": []}
    with tempfile.TemporaryDirectory(prefix="axolotl-bench-") as folder, chromium() as browser:
        stack = Stack(Path(folder)).start()
        try:
            session = prepare(stack)
            for _ in range(repeats):
                context = browser.new_context(base_url=stack.url, viewport={"width": 1440, "height": 900})
                page, _problems = new_page(context)
                page.add_init_script(WATCH)
                sign_in(page)
                opened.append(open_session(page, session) / 1000)
                play(page)
                tasks["plays 20 s"].append(longest(page))
                jump(page)
                tasks[f"{JUMPS} jumps"].append(longest(page))
                context.close()
        finally:
            stack.stop()
    name = "session page, 90 min of 22 players"
    return [
        measure(f"{name}: open", "s", opened, Bar("at_most", OPEN_S)),
        *(
            measure(f"{name}: longest task, {what}", "ms", runs, Bar("at_most", TASK_MS))
            for what, runs in tasks.items()
        ),
    ]


def prepare(stack: Stack) -> str:
    """A coach and a match; the session's id."""
    stack.manage("create_team", "U14", COACH[0], "--club", "Rovers", "--coach", "Sam", "--password", COACH[1])
    made = stack.python("from tests.e2e.match_session import make_match_session\nprint(make_match_session())")
    return made.strip().splitlines()[-1]


def sign_in(page: Page) -> None:
    """Through the form."""
    page.goto("/sign-in")
    page.get_by_label("Email").fill(COACH[0])
    page.get_by_label("Password").fill(COACH[1])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Dashboard", exact=True).wait_for()


def open_session(page: Page, session: str) -> float:
    """Milliseconds from asking for the address until film, boxes, figures and curve are there."""
    page.goto(f"/sessions/{session}", wait_until="commit")
    return float(page.wait_for_function(OPEN).json_value())


def play(page: Page) -> None:
    """As a coach watches."""
    page.wait_for_timeout(1000)
    forget(page)
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(PLAY_S * 1000)
    page.get_by_role("button", name="Pause").click()


def jump(page: Page) -> None:
    """To moments all over the match, with the mouse on the bar under the film."""
    page.wait_for_timeout(1000)
    forget(page)
    bar: Any = page.get_by_role("slider").locator("xpath=../..").bounding_box()
    for number in range(JUMPS):
        share = (0.37 * (number + 1)) % 1.0
        page.mouse.click(bar["x"] + share * bar["width"], bar["y"] + bar["height"] / 2)
        page.wait_for_timeout(SETTLE_MS)


def forget(page: Page) -> None:
    """Tasks from here on count."""
    page.evaluate("() => { window.longTasks.length = 0; }")


def longest(page: Page) -> float:
    """The longest task since `forget` [ms]; below 50 ms the browser does not say, and 0 stands for it."""
    return float(page.evaluate("() => Math.max(0, ...window.longTasks)"))
