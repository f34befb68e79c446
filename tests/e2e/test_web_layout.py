"""What every page is made of and where things stand, at two widths, in both languages, light and dark.

Outlines are compared with `layouts/*.txt`; `AXOLOTL_LAYOUTS=write` writes them anew. See `layout.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.e2e.browser import accessibility_problems, new_page, shoot
from tests.e2e.conftest import COACH, sign_in
from tests.e2e.layout import Part, both, compare, faults, outline, told
from tests.e2e.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request, Response

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

LANGUAGES = ("en", "es")
WIDTHS = (1440, 390)
SCHEMES = ("light", "dark")
WHOLE_AXE = {(1440, "light"), (390, "dark")}
"""Where all of axe's rules are asked for; elsewhere those of colour, which are what is left to differ."""
FIGURES = ("max_speed_mps", "total_distance_m", "sprint_count")
TEAM = f"""
from datetime import timedelta
from django.utils import timezone
from apps.accounts.models import Player, Team, User
from apps.core import versions
from apps.sessions.models import Session
from tests.e2e.match_session import Match, make_match_session
from tests.factories.calendar import make_event
from tests.factories.figures import make_figures
from tests.factories.sessions import make_load, make_note, make_session
team = Team.objects.get(name="U14")
coach = User.objects.get(email={COACH[0]!r})
ada, bo = Player.objects.filter(team=team).order_by("external_id")
for day in (9, 6, 2):
    start = timezone.now() - timedelta(days=day)
    session = make_session(team, title="Training", start=start, end=start + timedelta(hours=1))
    for track, player in enumerate((ada, bo)):
        make_figures(session, player, {{"max_speed_mps": 7.0 + track, "total_distance_m": 3000.0}}, track_id=track)
        make_load(session, player, minutes=60, rpe=6, entered_by=coach)
made = make_match_session(Match(seconds=60, figures={FIGURES}), "Sixty seconds")
whole = make_match_session(Match(dense=frozenset({{0}}), film=False), "Whole match")
soon = timezone.now() + timedelta(minutes=20)
make_event(team, title="Passing", start=soon, end=soon + timedelta(hours=1))
versions.bump(versions.TEAM, team.pk)
first, second, _ = Session.objects.filter(title="Training").order_by("start").values_list("pk", flat=True)
print(ada.pk, bo.pk, first, second, made, whole)
"""
IDS = ("ada", "bo", "first", "second", "match", "whole")
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Two pictures later what a change of width or colours set off is drawn."""
THEME = """async (theme) => {
  const { documentElement: root } = document;
  root.dataset.theme = theme;
  // Chromium leaves some colours of the other theme behind unless it works out all of them anew.
  root.style.display = "none";
  root.getBoundingClientRect();
  root.style.display = "";
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
LANGUAGE = """
Object.defineProperty(Navigator.prototype, "language", { get: () => localStorage.getItem("of the device") ?? "en-GB" });
"""
"""Pages are in the device's language as long as nobody chose one."""
BUSY = ".animate-pulse, .animate-spin, [aria-busy=true]"
QUIET_MS, LOOKS = 50, 3
"""So often in a row nothing may be on its way before a page counts as loaded."""
OPEN_PAGES = {"sign-in": "/sign-in", "forgot-password": "/forgot-password", "join": "/join?token=none"}
PAGES = {
    "dashboard": "/",
    "sessions": "/sessions",
    "session": "/sessions/{match}",
    "calibration": "/sessions/{match}/calibration",
    "new-scan": "/scan/new",
    "players": "/players",
    "player": "/players/{ada}",
    "compare": "/players/compare?ids={ada},{bo}",
    "compare-sessions": "/sessions/compare?ids={first},{second}",
    "calendar": "/calendar",
    "feedback": "/feedback",
    "live": "/live",
    "pairing": "/pairing",
    "settings": "/settings",
}


@pytest.fixture(scope="module")
def ids(stack: Stack) -> dict[str, str]:
    """A team with three trainings, a minute of a match, a whole one, and an event soon."""
    return dict(zip(IDS, stack.python(TEAM).split()[-len(IDS) :], strict=True))


@pytest.fixture(scope="module")
def visitor(stack: Stack, browser: Browser) -> Iterator[Page]:
    """A page of somebody who is not signed in."""
    yield from _page(stack, browser)


@pytest.fixture(scope="module")
def coach(stack: Stack, browser: Browser) -> Iterator[Page]:
    """A page of the coach."""
    for page in _page(stack, browser):
        sign_in(page, *COACH)
        yield page


def _page(stack: Stack, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(base_url=stack.url, locale="en-GB", reduced_motion="reduce")
    context.add_init_script(LANGUAGE)
    page, problems = new_page(context)
    yield page
    context.close()
    assert problems == []


@pytest.mark.parametrize("name", OPEN_PAGES)
def test_page_for_everybody(visitor: Page, name: str) -> None:
    look_at(visitor, name, OPEN_PAGES[name])


@pytest.mark.parametrize("name", PAGES)
def test_page_of_the_coach(coach: Page, ids: dict[str, str], name: str) -> None:
    look_at(coach, name, PAGES[name].format_map(ids))


def look_at(page: Page, name: str, path: str) -> None:
    """Everything that is asserted of a page."""
    outlines: dict[tuple[str, int], list[Part]] = {}
    wrong: list[str] = []
    for language in LANGUAGES:
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        open_in(page, language, path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(SETTLED)
            outlines[language, width] = outline(page)
            wrong += [f"{language}, {width} px: {fault}" for fault in faults(page)]
            # Colours and rules of the markup do not depend on the language.
            for scheme in SCHEMES if language == "en" else SCHEMES[:1]:
                page.evaluate(THEME, scheme)
                if language == "en":
                    only = None if (width, scheme) in WHOLE_AXE else ["color-contrast"]
                    wrong += [f"{scheme}, {width} px: {found}" for found in accessibility_problems(page, only=only)]
                shoot(page, f"{name}-{width}-{scheme}-{language}")
    assert not wrong, "\n".join(sorted(set(wrong)))
    wide, narrow = (told(outlines["en", width], outlines["es", width]) for width in WIDTHS)
    compare(name, [*both(wide, narrow)])


def open_in(page: Page, language: str, path: str) -> None:
    """The page on a device of a language, with all that it loads."""
    page.goto("/static/web/favicon.svg")
    page.evaluate("language => localStorage.setItem('of the device', language)", language)
    page.evaluate("localStorage.removeItem('axolotl.preferences')")
    with loading(page):
        page.goto(path)
        page.locator("h1").wait_for()


@contextmanager
def loading(page: Page) -> Iterator[None]:
    """Wait until nothing is on its way any more and nothing says that it loads; a film's bytes are not waited for."""
    under_way: set[Request] = set()

    def begin(request: Request) -> None:
        if request.resource_type in ("fetch", "xhr", "script"):
            under_way.add(request)

    def end(request: Request) -> None:
        under_way.discard(request)

    heard = {"request": begin, "requestfinished": end, "requestfailed": end}
    for event, hear in heard.items():
        page.on(event, hear)  # type: ignore[call-overload]  # one signature an event
    yield
    quiet = 0
    while quiet < LOOKS:
        page.wait_for_timeout(QUIET_MS)
        quiet = 0 if under_way or page.locator(BUSY).count() else quiet + 1
    for event, hear in heard.items():
        page.remove_listener(event, hear)


def test_of_a_whole_match_a_page_asks_for_seconds(coach: Page, ids: dict[str, str]) -> None:
    answers: list[Response] = []
    coach.on("response", lambda answer: answers.append(answer) if "/api/" in answer.url else None)
    open_in(coach, "en", f"/sessions/{ids['whole']}")
    assert spans(answers) == {("0", "5"), ("5", "10")}, "the shown seconds and the next ones"
    curves = [url for url in (answer.url for answer in answers) if "/kpis?" in url and "series=false" not in url]
    assert len(curves) == 1
    assert "track_id=" in curves[0], "one player's curve, not twenty-two"
    assert len(answers) <= 30
    assert sum(len(answer.body()) for answer in answers) < 3_000_000
    assert coach.evaluate("document.querySelectorAll('*').length") < 3000
    answers.clear()
    with loading(coach):
        coach.get_by_role("slider", name="Position in the film").press("End")
    assert spans(answers) == {("5395", "5400")}, "and those around a jump, not what lies between"
    assert len(answers) == 1


def spans(answers: list[Response]) -> set[tuple[str, str]]:
    """From when to when arrays were asked for [s]."""
    asked = [parse_qs(urlsplit(answer.url).query) for answer in answers]
    return {(query["from"][0], query["to"][0]) for query in asked if "include" in query}


def test_a_session_is_worked_by_keys(coach: Page, ids: dict[str, str]) -> None:
    open_in(coach, "en", f"/sessions/{ids['match']}")
    shown = coach.locator("p", has_text="frame")
    coach.wait_for_function("() => document.querySelector('video').readyState >= 2")
    for key, moment in (
        ("ArrowRight", "frame 1"),
        ("ArrowRight", "frame 2"),
        ("ArrowLeft", "frame 1"),
        ("Shift+ArrowRight", "0:01"),
    ):
        coach.keyboard.press(key)
        shown.filter(has_text=moment).wait_for()
    coach.keyboard.press("Space")
    coach.get_by_role("button", name="Pause").wait_for()
    coach.keyboard.press("Space")
    coach.get_by_role("button", name="Play").wait_for()
    coach.get_by_role("slider", name="Position in the film").press("Home")
    shown.filter(has_text="frame 0").wait_for()
    figures = coach.get_by_role("tab", name="Figures")
    figures.focus()
    coach.keyboard.press("ArrowRight")
    coach.get_by_role("tab", name="Players", selected=True).wait_for()
    last = coach.get_by_role("button", name="Track 22")
    last.focus()
    coach.keyboard.press("Enter")
    coach.get_by_role("img", name="Speed of Track 22").wait_for()
    merge = coach.get_by_role("button", name="Same person as")
    merge.press("Enter")
    dialog = coach.get_by_role("dialog")
    for _ in range(6):
        coach.keyboard.press("Tab")
        assert dialog.evaluate("element => element.contains(document.activeElement)"), "focus stays in the dialog"
    coach.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert merge.evaluate("element => element === document.activeElement"), "and goes back to where it was"
    assert merge.evaluate("element => getComputedStyle(element).outlineStyle") == "solid", "and is seen there"
