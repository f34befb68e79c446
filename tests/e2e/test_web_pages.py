"""Every page's states in real Chromium: empty, refused, offline, failing, unknown; none of them shuts anybody out."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.browser import accessibility_problems, shoot
from tests.e2e.conftest import COACH, VIEWER, sign_in
from tests.e2e.mails import mailed_link
from tests.e2e.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

PAGES = {
    "dashboard": ("/", "Dashboard"),
    "sessions": ("/sessions", "Sessions"),
    "new-scan": ("/scan/new", "New scan"),
    "players": ("/players", "Players"),
    "settings": ("/settings", "Settings"),
    "none": ("/no/such", "There is no such page"),
}


def test_wrong_password_is_said_and_nothing_is_let_in(open_page: Callable[..., Page]) -> None:
    page = open_page("/sign-in")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Enter an email address").wait_for()
    page.get_by_label("Email").fill(COACH[0])
    page.get_by_label("Password").fill("not-the-password")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Email or password is not right.").wait_for()
    page.goto("/players")
    page.wait_for_url("**/sign-in")


def test_signed_in_stays_over_a_reload_and_ends_with_sign_out(open_page: Callable[..., Page]) -> None:
    page = open_page("/players", as_user=COACH)
    page.reload()
    page.get_by_text("Ada Park").wait_for()
    stored = page.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage })")
    assert "eyJ" not in stored, "a token lies where any script can read it"
    assert "eyJ" not in page.evaluate("document.cookie")
    page.goto("/settings")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in")
    page.goto("/")
    page.wait_for_url("**/sign-in")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_pages_are_accessible_and_fit(open_page: Callable[..., Page], width: int, scheme: str) -> None:
    page = open_page("/sign-in", width=width, color_scheme=scheme)
    page.get_by_label("Email").wait_for()
    assert accessibility_problems(page) == []
    shoot(page, f"sign-in-{width}-{scheme}")
    page = open_page("/", as_user=COACH, width=width, color_scheme=scheme)
    for name, (path, heading) in PAGES.items():
        page.goto(path)
        page.get_by_role("heading", name=heading, exact=True).wait_for()
        page.wait_for_load_state("networkidle")
        assert accessibility_problems(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"
        shoot(page, f"{name}-{width}-{scheme}")


def test_empty_and_unknown(open_page: Callable[..., Page]) -> None:
    page = open_page("/", as_user=COACH)
    page.get_by_text("Nothing measured yet").wait_for()
    page.goto("/sessions")
    page.get_by_text("No sessions yet").wait_for()
    page.goto("/no/such/page")
    page.get_by_text("There is no such page").wait_for()
    page.goto("/sessions/00000000-0000-4000-8000-000000000000")
    page.get_by_text("Not found", exact=True).wait_for()


def test_what_a_player_may_not_do_is_not_offered(open_page: Callable[..., Page]) -> None:
    page = open_page("/sessions", as_user=VIEWER)
    page.get_by_text("Films about you alone appear here").wait_for()
    assert page.get_by_role("link", name="New scan").count() == 0
    page.goto("/scan/new")
    page.get_by_text("Not open to you").wait_for()
    page.goto("/players")
    page.get_by_role("heading", name="Players", exact=True).wait_for()
    assert page.get_by_role("button", name="Add player").count() == 0


def test_offline_is_said_and_mends_itself(open_page: Callable[..., Page]) -> None:
    page = open_page("/players", as_user=COACH)
    page.get_by_text("Ada Park").wait_for()
    page.context.set_offline(True)
    page.get_by_text("You are offline.").wait_for()
    assert page.get_by_text("Ada Park").is_visible()
    page.context.set_offline(False)
    page.get_by_text("You are offline.").wait_for(state="detached")


def test_a_failing_server_is_an_error_state_with_a_way_on(open_page: Callable[..., Page]) -> None:
    page = open_page("/settings", as_user=COACH)
    failing = True

    def answer(route: Any) -> None:
        if failing:
            body = '{"success": false, "error": {"code": "SERVER_ERROR", "message": "", "details": []}}'
            route.fulfill(status=500, content_type="application/json", headers={"X-Request-ID": "req-7"}, body=body)
        else:
            route.continue_()

    page.route("**/api/players*", answer)
    page.get_by_role("link", name="Players").first.click()
    page.get_by_text("That did not work").wait_for(timeout=20_000)
    page.get_by_text("Reference for support: req-7").wait_for()
    failing = False
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("Ada Park").wait_for()


def test_wrong_files_are_refused_before_a_byte_travels(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page("/scan/new", as_user=COACH)
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(b"%PDF")
    empty = tmp_path / "empty.mp4"
    empty.touch()
    huge = tmp_path / "huge.mp4"
    with huge.open("wb") as hollow:
        hollow.truncate(10 * 1024**3 + 1)
    refusals = (
        (plan, "This is not a film we can read."),
        (empty, "This file is empty."),
        (huge, "This film is larger than 10 GB."),
    )
    for path, said in refusals:
        page.set_input_files("input[type=file]", path)
        page.get_by_text(said).wait_for()
        assert page.get_by_role("button", name="Upload and scan").is_disabled()


def test_what_is_no_film_inside_is_refused_with_a_reason(open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page("/scan/new", as_user=COACH)
    fake = tmp_path / "fake.mp4"
    fake.write_bytes(b"this is no film" * 100)
    page.set_input_files("input[type=file]", fake)
    page.get_by_text("This browser cannot look into the film").wait_for()
    page.get_by_role("button", name="Upload and scan").click()
    page.get_by_text("“fake.mp4” was not scanned").wait_for(timeout=30_000)
    shoot(page, "refused-1440-light")


def test_a_player_is_added_and_changed(open_page: Callable[..., Page]) -> None:
    page = open_page("/players", as_user=COACH)
    page.get_by_role("button", name="Add player").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Enter a first name.").wait_for()
    page.get_by_label("First name").fill("Cleo")
    page.get_by_label("Shirt number").fill("4")
    page.get_by_label("Height [cm]").fill("tall")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Enter a height between").wait_for()
    page.get_by_label("Height [cm]").fill("150,5")
    assert accessibility_problems(page) == []
    page.get_by_role("button", name="Save").click()
    page.get_by_text("150.5 cm").wait_for()
    page.get_by_role("button", name="Edit Cleo").click()
    assert page.get_by_label("Shirt number").input_value() == "4"
    page.get_by_label("Height [cm]").fill("")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("150.5 cm").wait_for(state="detached")


def test_a_film_is_said_to_be_of_the_day_that_its_file_tells(
    open_page: Callable[..., Page], clip: Path, tmp_path: Path
) -> None:
    page = open_page("/scan/new", as_user=COACH, timezone_id="Europe/Madrid")
    film = Path(shutil.copy(clip, tmp_path / "tuesday.mp4"))
    tuesday = datetime(2026, 3, 3, 17, 20, tzinfo=UTC).timestamp()
    os.utime(film, (tuesday, tuesday))
    page.set_input_files("input[type=file]", film)
    filmed = page.get_by_label("Filmed on")
    assert filmed.input_value() == "2026-03-03T17:20", "by the team's clock (UTC), not the device's"
    filmed.fill("2999-03-03T18:00")
    page.get_by_text("This lies in the future.").wait_for()
    assert page.get_by_role("button", name="Upload and scan").is_disabled()
    filmed.fill("")
    page.get_by_text("Say when it was filmed.").wait_for()
    assert page.get_by_role("button", name="Upload and scan").is_disabled()
    filmed.fill("2026-03-03T18:00")
    page.get_by_role("button", name="Upload and scan").click()
    page.wait_for_url(re.compile(r"/sessions/"))
    page.get_by_text("Training · Mar 3, 2026, 6:00 PM").wait_for()


def test_a_training_that_nobody_filmed_counts_in_the_load(open_page: Callable[..., Page]) -> None:
    page = open_page("/sessions", as_user=COACH, width=390, color_scheme="dark")
    page.get_by_role("button", name="Without a film").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("In the rain")
    today = dialog.get_by_label("Day").input_value()
    dialog.get_by_label("Day").fill("2999-01-01")
    dialog.get_by_text("It has not begun yet").wait_for()
    dialog.get_by_label("Minutes").fill("0")
    dialog.get_by_text("1 to 600 minutes.").wait_for()
    assert dialog.get_by_role("button", name="Add session").is_disabled()
    assert accessibility_problems(page) == []
    shoot(page, "unfilmed-390-dark")
    dialog.get_by_label("Day").fill(today)
    dialog.get_by_label("Start").fill("00:00")
    dialog.get_by_label("Minutes").fill("50")
    dialog.get_by_role("button", name="Add session").click()
    page.get_by_role("heading", name="In the rain").wait_for()
    page.get_by_text("There is no film in this session.").wait_for()
    page.get_by_label("Effort 0–10, Ada Park").fill("6")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("cell", name="300", exact=True).wait_for()


def test_mails_lead_into_the_team_and_to_a_new_password(open_page: Callable[..., Page], stack: Stack) -> None:
    page = open_page("/settings", as_user=COACH)
    card = page.locator("section").filter(has=page.get_by_role("heading", name="Invitations: U14"))
    card.get_by_label("Email").fill("assistant@rovers.example")
    card.get_by_label("As").select_option("analyst")
    card.get_by_role("button", name="Invite").click()
    card.get_by_role("button", name="Take back the invitation of assistant@rovers.example").wait_for()
    lost = mailed_link(stack, "/join")
    card.get_by_role("button", name="Send again to assistant@rovers.example").click()
    page.get_by_text("A new mail is on its way to assistant@rovers.example").first.wait_for()
    guest = open_page(mailed_link(stack, "/join", after=lost), width=390)
    guest.get_by_label("Your name").fill("Kim Assistant")
    guest.get_by_label("Password").fill("12345")
    guest.get_by_role("button", name="Join").click()
    guest.get_by_role("alert").wait_for()
    assert accessibility_problems(guest) == []
    guest.get_by_label("Password").fill("throw-in-from-2026")
    guest.get_by_role("button", name="Join").click()
    guest.get_by_role("heading", name="Dashboard", exact=True).wait_for()
    forgetful = open_page("/sign-in")
    forgetful.get_by_role("link", name="Forgotten your password?").click()
    forgetful.get_by_role("heading", name="Forgotten password").wait_for()
    forgetful.get_by_label("Email").fill("assistant@rovers.example")
    forgetful.get_by_role("button", name="Send the link").click()
    forgetful.get_by_text("the mail is on its way").wait_for()
    assert accessibility_problems(forgetful) == []
    link = mailed_link(stack, "/reset-password")
    forgetful.goto(link)
    forgetful.get_by_label("New password").fill("free-kick-from-2026")
    forgetful.get_by_role("button", name="Set it").click()
    forgetful.get_by_text("The new password is set.").wait_for()
    sign_in(forgetful, "assistant@rovers.example", "free-kick-from-2026")
    guest.reload()
    guest.wait_for_url("**/sign-in")
    guest.goto(link)
    guest.get_by_label("New password").fill("free-kick-from-2027")
    guest.get_by_role("button", name="Set it").click()
    guest.get_by_text("This link has expired or was already used.").wait_for()


def test_a_name_and_a_time_zone_are_kept(open_page: Callable[..., Page]) -> None:
    page = open_page("/settings", as_user=VIEWER)
    page.get_by_label("Your name").fill("Ada P.")
    page.get_by_label("Time zone").select_option("America/Lima")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.", exact=True).wait_for()
    page.reload()
    page.get_by_text("Ada P.").first.wait_for()
    assert page.get_by_label("Time zone").input_value() == "America/Lima"
    assert page.get_by_role("heading", name=re.compile("Invitations")).count() == 0, "players invite nobody"


def test_theme_units_and_language_are_kept(open_page: Callable[..., Page]) -> None:
    page = open_page("/settings", as_user=VIEWER)
    page.get_by_label("Appearance").select_option("dark")
    page.get_by_label("Language").select_option("es")
    page.get_by_role("heading", name="Ajustes").wait_for()
    page.reload()
    page.get_by_role("heading", name="Ajustes").wait_for()
    assert page.evaluate("document.documentElement.lang") == "es"
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    page.get_by_label("Idioma").select_option("")
    page.get_by_role("heading", name="Settings").wait_for()


def test_everything_is_reached_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page("/sign-in")
    page.get_by_label("Email").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.type(COACH[0])
    page.keyboard.press("Tab")
    page.keyboard.type(COACH[1])
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Dashboard", exact=True).wait_for()
    page.keyboard.press("Tab")
    page.get_by_role("link", name="Skip to the content").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_no_page_asks_anybody_else(open_page: Callable[..., Page], stack: Stack) -> None:
    page = open_page("/sign-in")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.wait_for_load_state("networkidle")
    foreign = [url for url in asked if not re.match(rf"{re.escape(stack.url)}/|blob:|data:", url)]
    assert foreign == []
