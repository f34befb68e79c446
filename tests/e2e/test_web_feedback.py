"""Asking the assistant, watching it write, reading what a sentence rests on, and planning what it recommends."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.browser import accessibility_problems, shoot
from tests.e2e.conftest import COACH, VIEWER
from tests.e2e.stack import ROOT, Stack
from tests.e2e.test_web_team import SEASON

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocketRoute

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

QUESTION = "How sure is her top speed?"


class Season:
    """Ten weekly trainings of two players, and one article of the knowledge base."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.ada, self.bo, self.session, _ = stack.python(SEASON).split()
        shutil.copy(ROOT / "fixtures" / "knowledge" / "top-speed.md", folder)
        stack.manage("load_knowledge", str(folder))


@pytest.fixture(scope="module")
def season(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Season:
    """Made once for all tests of this file."""
    return Season(stack, tmp_path_factory.mktemp("knowledge"))


def ask(page: Page, season: Season) -> None:
    """Ask about Ada's last training, with a question; ends on the page of the finished text."""
    page.goto(f"/feedback?session={season.session}&player={season.ada}")
    assert page.get_by_label("About", exact=True).evaluate("select => select.selectedOptions[0].text") == "Ada Park"
    page.get_by_role("group", name="Focus (optional)").get_by_role("button", name="Speed").click()
    page.get_by_role("textbox", name="Your question").fill(QUESTION)
    page.get_by_role("button", name="Write feedback").click()
    page.get_by_role("heading", name="Feedback for Ada Park").wait_for()
    page.get_by_role("heading", name="In short").wait_for()


def test_a_coach_asks_reads_rates_and_plans(open_page: Callable[..., Page], season: Season) -> None:
    page = open_page(f"/sessions/{season.session}", as_user=COACH)
    page.get_by_role("link", name="Feedback", exact=True).last.click()
    page.get_by_role("heading", name="Ask for feedback").wait_for()
    page.get_by_text("No feedback yet").wait_for()
    page.get_by_label("One question").check()
    page.get_by_role("button", name="Write feedback").click()
    page.get_by_text("Write your question first.").wait_for()
    ask(page, season)

    # Who wrote it and how sure it is stands beside the text; the figure beside its sentence leads to the session.
    page.locator("aside").get_by_text("Axolotl's own rules, on your server").wait_for()
    page.get_by_text(re.compile(r"^\d+ numbers checked against the evidence$")).wait_for()
    physical = page.locator("section").filter(has=page.get_by_role("heading", name="Running and movement"))
    chip = physical.get_by_role("link", name=re.compile(r"Figure: .*28\.4 km.h")).first
    assert chip.get_attribute("href") == f"/sessions/{season.session}?player={season.ada}"

    page.get_by_label(re.compile("^4 of 5")).check(force=True)
    page.get_by_label("What was good, what was wrong? (optional)").fill("Right about the speed")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Your rating: 4 of 5.").wait_for()

    first = page.get_by_role("heading", name="Drills for the next session").locator("xpath=../ul/li").first
    title = first.get_by_role("heading").inner_text()
    first.get_by_role("button", name="How it is done").click()
    first.get_by_role("heading", name="Steps").wait_for()
    first.get_by_role("button", name="Put into the calendar").click()
    form = page.get_by_role("dialog", name="New event")
    assert form.get_by_label("Title", exact=True).input_value() == title
    form.get_by_role("button", name="Save").click()
    form.wait_for(state="detached")
    page.goto("/calendar")
    page.get_by_text(title).first.wait_for()


def test_a_click_leads_to_the_moment_and_the_article(open_page: Callable[..., Page], season: Season) -> None:
    page = open_page("/", as_user=COACH)
    ask(page, season)
    address = page.url
    piece = {"kind": "knowledge", "ref": "article:top-speed", "quote_or_value": "Three traps.", "relevance": ""}
    nothing = {"t_s": None, "low": None, "high": None, "unit": "", "grade": ""}

    def with_more(route: Any) -> None:
        body = route.fetch().json()
        told = body["data"]["evidence"]
        speed = next(one for one in told if one["ref"].endswith(":max_speed_mps") and one["kind"] == "kpi")
        speed["t_s"] = 42.4
        told.append({**piece, **nothing, "title": "Top speed and how to read it", "relevance": body["data"]["summary"]})
        route.fulfill(json=body)

    page.route(f"**/api/feedback/{address.rsplit('/', 1)[1]}", with_more)
    page.goto(address)
    rests_on = page.locator("section").filter(has=page.get_by_role("heading", name="In short"))
    moment = rests_on.get_by_role("link", name=re.compile(r"top speed 28\.4 km.h.*Watch 0:42"))
    assert moment.get_attribute("href") == f"/sessions/{season.session}?t=42.4&player={season.ada}"
    rests_on.get_by_role("button", name="Article: Top speed and how to read it").click()
    article = page.get_by_role("dialog", name="Top speed and how to read it")
    article.get_by_text("Top speed in the app is the fastest average over one whole second").wait_for()
    link = article.get_by_role("link", name=re.compile("^Linke"))
    assert link.get_attribute("href") == "https://doi.org/10.1371/journal.pone.0199519"
    assert accessibility_problems(page) == []
    shoot(page, "feedback-article")


def test_the_history_is_on_the_players_page_and_shared_only_on_purpose(
    open_page: Callable[..., Page], season: Season
) -> None:
    page = open_page("/", as_user=COACH)
    ask(page, season)
    family = open_page("/feedback", as_user=VIEWER)
    family.get_by_text("When a coach shares feedback with you, it appears here.").wait_for()
    assert family.get_by_role("button", name="Write feedback").count() == 0
    page.get_by_role("button", name="Share with the family").click()
    page.get_by_role("button", name="Stop sharing").wait_for()
    family.goto(f"/players/{season.ada}?tab=feedback")
    family.get_by_role("link", name=re.compile("^Ada Park")).first.click()
    family.get_by_role("heading", name="Feedback for Ada Park").wait_for()
    assert family.get_by_role("button", name=re.compile("^Put into the calendar")).count() == 0
    family.goto("/feedback/00000000-0000-4000-8000-000000000000")
    family.get_by_text("Not found").wait_for()


def test_a_text_can_be_deleted(open_page: Callable[..., Page], season: Season) -> None:
    page = open_page("/", as_user=COACH)
    ask(page, season)
    address = page.url
    page.get_by_role("button", name="Delete feedback").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text("Feedback deleted.").first.wait_for()
    page.wait_for_url("**/feedback")
    page.goto(address)
    page.get_by_role("heading", name="Not found").wait_for()


def test_it_is_shown_while_it_is_written_and_when_it_fails(open_page: Callable[..., Page], season: Season) -> None:
    page = open_page("/", as_user=COACH)
    ask(page, season)
    address = page.url
    feedback_id = address.rsplit("/", 1)[1]
    shown: dict[str, Any] = {"status": "queued", "text": "", "version": 0, "summary": None, "error": None}

    def answer(route: Any) -> None:
        body = route.fetch().json()
        body["data"] |= shown
        route.fulfill(json=body)

    state = {"type": "progress", "feedback_id": feedback_id, "status": "running", "body": None, "error": None}
    lines: list[WebSocketRoute] = []

    def opened(line: WebSocketRoute) -> None:
        lines.append(line)
        if len(lines) == 2:  # the first try to come back fails
            line.close(code=1011)
        if len(lines) == 3:
            line.send(json.dumps({**state, "type": "failed", "status": "failed", "version": 3}))

    page.route(f"**/api/feedback/{feedback_id}", answer)
    page.route_web_socket(re.compile(f"/ws/feedback/{feedback_id}"), opened)
    page.goto(address)
    page.get_by_text("It is waiting for a free place.").wait_for()
    for version, text in ((2, "Ada ran well."), (1, "An older message.")):
        lines[0].send(json.dumps({**state, "version": version, "text": text}))
    page.get_by_role("region", name="What is written so far").get_by_text("Ada ran well.").wait_for()
    assert page.get_by_text("An older message.").count() == 0
    shoot(page, "feedback-writing")
    shown |= {"status": "failed", "version": 3, "error": {"code": "ENGINE_FAILED", "message": "The engine gave up."}}
    lines[0].close(code=1011)
    page.get_by_text("The line to the server is gone.").wait_for()
    page.get_by_text("The engine gave up.").wait_for()
    page.get_by_role("button", name="Ask again").wait_for()
    assert accessibility_problems(page) == []


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_are_accessible_and_fit(open_page: Callable[..., Page], season: Season, width: int) -> None:
    page = open_page("/", as_user=COACH, width=width)
    ask(page, season)
    shown = {"text": page.url, "ask": "/feedback", "history": f"/players/{season.ada}?tab=feedback"}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for name, path in shown.items():
            page.goto(path)
            page.wait_for_load_state("networkidle")
            assert accessibility_problems(page) == [], f"{name}, {scheme}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"
            shoot(page, f"feedback-{name}-{width}-{scheme}")
