"""The running stack with a team in it, a film that may be shown, and Chromium looking at it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.browser import chromium, new_page
from tests.e2e.stack import ROOT, Stack

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

COACH = ("coach@rovers.example", "goal-kick-from-2026")
VIEWER = ("player@rovers.example", "corner-kick-from-2026")
FRAMES = 90
SIZE = (884, 496)

PEOPLE = f"""
from apps.accounts.models import Membership, Player, Role, Team, User
team = Team.objects.get(name="U14")
Player.objects.create(team=team, external_id="p1", first_name="Ada", last_name="Park", jersey_number=7, height_cm=165)
Player.objects.create(team=team, external_id="p2", first_name="Bo", last_name="Reyes", jersey_number=9)
viewer = User.objects.create_user(email={VIEWER[0]!r}, password={VIEWER[1]!r}, name="Ada Park")
Membership.objects.create(user=viewer, team=team, role=Role.PLAYER)
"""


@pytest.fixture(scope="session")
def club(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one team: a coach, a player who may only read, two on the roster. To be copied."""
    still = Stack(tmp_path_factory.mktemp("club"))
    still.manage("migrate", "--verbosity", "0")
    still.manage("create_team", "U14", COACH[0], "--club", "Rovers", "--coach", "Sam", "--password", COACH[1])
    still.python(PEOPLE)
    return still.var


@pytest.fixture(scope="module")
def stack(club: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The platform on a port of its own, with the club in it."""
    var = tmp_path_factory.mktemp("web")
    shutil.copytree(club, var, dirs_exist_ok=True)
    running = Stack(var).start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with chromium() as running:
        yield running


@pytest.fixture
def open_page(stack: Stack, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page of a fresh visitor: `open_page("/players", as_user=COACH, width=390)`. Page errors fail the test."""
    contexts = []
    problems: list[list[str]] = []

    def make(path: str = "/", *, as_user: tuple[str, str] | None = None, width: int = 1440, **options: Any) -> Page:
        context = browser.new_context(
            base_url=stack.url, viewport={"width": width, "height": 900}, locale="en-GB", **options
        )
        contexts.append(context)
        page, found = new_page(context)
        problems.append(found)
        if as_user:
            sign_in(page, *as_user)
        page.goto(path)
        return page

    yield make
    for context in contexts:
        context.close()
    assert [text for found in problems for text in found] == []


def sign_in(page: Page, email: str, password: str) -> None:
    """Through the form, as people do."""
    page.goto("/sign-in")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Dashboard", exact=True).wait_for()


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of the demo's footage (BSD-3-Clause) at half size, so that a scan takes seconds."""
    import av

    from apps.web.demo.footage import demo_clip
    from apps.web.stack.supervisor import StackError

    try:
        source = demo_clip(ROOT / "var" / "demo")
    except StackError as error:
        pytest.skip(f"needs the demo footage: {error}")
    path = tmp_path_factory.mktemp("clip") / "walk.mp4"
    with av.open(str(source)) as film, av.open(str(path), "w") as out:
        stream: Any = out.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number, frame in enumerate(film.decode(video=0)):
            if number == FRAMES:
                break
            smaller = frame.reformat(*SIZE, format="yuv420p")
            smaller.pts, smaller.time_base = number, Fraction(1, 30)
            out.mux(stream.encode(smaller))
        out.mux(stream.encode())
    return path
