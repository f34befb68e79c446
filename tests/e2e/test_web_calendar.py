"""Planning in real Chromium: by hand, by keys, by proposals; what the rules refuse, and what each role sees of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.e2e.browser import accessibility_problems, shoot
from tests.e2e.conftest import COACH, VIEWER
from tests.e2e.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


LINK = f"""
from apps.accounts.models import Player, User
Player.objects.filter(external_id="p1").update(user=User.objects.get(email={VIEWER[0]!r}))
"""

BORN = """
from datetime import date
from apps.accounts.models import Player
Player.objects.filter(external_id__in=["p1", "p2"]).update(date_of_birth=date(2012, 3, 4))
"""


def calendar_of(open_page: Callable[..., Page], day: str, who: tuple[str, str] = COACH, **options: object) -> Page:
    """The calendar, with the browser's clock a day before `day`: each test plans in a month of its own."""
    page = open_page("/sign-in", as_user=who, **options)
    noon = datetime.fromisoformat(f"{day}T12:00:00+00:00") - timedelta(days=1)
    page.clock.set_fixed_time(noon)
    page.goto("/calendar")
    page.get_by_role("heading", name=f"{noon:%B %Y}").wait_for()
    return page


def plan(page: Page, title: str, day: str, *, start: str = "17:30", end: str = "18:30") -> Locator:
    """Fill in a new event up to its verdict; answers the dialog."""
    page.get_by_role("button", name="New event").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill(title)
    dialog.get_by_label("Day", exact=True).fill(day)
    dialog.get_by_label("From", exact=True).fill(start)
    dialog.get_by_label("To", exact=True).fill(end)
    return dialog


def save(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Save").click()
    dialog.wait_for(state="detached")


def event(page: Page, title: str) -> Locator:
    return page.locator(".fc-event").filter(has_text=title)


def test_a_plan_is_judged_while_typed_and_the_alternative_taken(open_page: Callable[..., Page]) -> None:
    day = "2027-01-13"
    calendar = calendar_of(open_page, day)
    dialog = plan(calendar, "Evening", day, end="21:30")
    verdict = dialog.get_by_role("region", name="What the safety rules say")
    verdict.get_by_text("Not allowed as it is").wait_for()
    verdict.get_by_text("The session lasts 240 minutes").first.wait_for()
    assert dialog.get_by_role("button", name="Save anyway").is_disabled(), "a limit is broken without a reason"
    assert accessibility_problems(calendar) == []
    shoot(calendar, "calendar-verdict-1440-light")
    verdict.get_by_role("button", name="Use the safe alternative").click()
    verdict.get_by_text("Not allowed as it is").wait_for(state="detached")
    assert dialog.get_by_label("To", exact=True).input_value() < "21:30"
    save(dialog)
    event(calendar, "Evening").wait_for()


def test_a_limit_is_overridden_with_a_reason_only(open_page: Callable[..., Page]) -> None:
    day = "2027-02-10"
    calendar = calendar_of(open_page, day)
    dialog = plan(calendar, "Camp", day, end="21:30")
    dialog.get_by_label("Why go ahead all the same?").fill("Camp with four long breaks")
    dialog.get_by_role("button", name="Save anyway").click()
    dialog.wait_for(state="detached")
    event(calendar, "Camp").wait_for()


def test_one_date_of_a_series_and_the_whole(open_page: Callable[..., Page]) -> None:
    day = "2027-04-07"
    calendar = calendar_of(open_page, day)
    dialog = plan(calendar, "Weekly", day)
    dialog.get_by_label("Repeats").select_option("weekly")
    dialog.get_by_label("Until").fill("2027-04-21")
    save(dialog)
    series = event(calendar, "Weekly")
    series.nth(2).wait_for()
    assert series.count() == 3
    series.nth(1).click()
    dialog.get_by_label("Title").fill("Other pitch")
    save(dialog)
    event(calendar, "Other pitch").wait_for()
    assert series.count() == 2
    series.nth(0).click()
    dialog.get_by_label("The whole series").check()
    dialog.get_by_label("From", exact=True).fill("18:00")
    save(dialog)
    calendar.get_by_text("18:00").first.wait_for()
    series.nth(0).click()
    dialog.get_by_label("The whole series").check()
    dialog.get_by_role("button", name="Delete").click()
    dialog.get_by_role("button", name="Yes, delete").click()
    series.first.wait_for(state="detached")


def test_an_event_is_moved_and_repeated_by_keys(open_page: Callable[..., Page]) -> None:
    day = "2027-10-13"
    calendar = calendar_of(open_page, day)
    save(plan(calendar, "By keys", day))
    button = calendar.get_by_role("button", name="By keys")
    button.focus()
    calendar.keyboard.press("Enter")
    dialog = calendar.get_by_role("dialog")
    dialog.get_by_label("Day", exact=True).press_sequentially("10142027")
    repeats = dialog.get_by_label("Repeats")
    repeats.focus()
    repeats.press("e")
    dialog.get_by_label("Until").press_sequentially("10212027")
    dialog.get_by_role("region", name="What the safety rules say").wait_for()
    dialog.get_by_role("button", name="Save").press("Enter")
    dialog.wait_for(state="detached")
    for date in ("2027-10-14", "2027-10-21"):
        calendar.locator(f'td[data-date="{date}"]').get_by_role("button", name="By keys").wait_for()
    assert button.count() == 2
    calendar.get_by_role("button", name="List", exact=True).press("Enter")
    row = calendar.get_by_role("button", name="By keys").first
    row.press("Enter")
    dialog.wait_for()
    calendar.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    # The focus goes back to the event.
    calendar.wait_for_function("element => element === document.activeElement", arg=row.element_handle())


def test_dragging_moves_and_another_coach_sees_it_at_once(open_page: Callable[..., Page]) -> None:
    day = "2027-05-12"
    calendar = calendar_of(open_page, day)
    save(plan(calendar, "Movable", day))
    other = calendar_of(open_page, day)
    event(other, "Movable").wait_for()
    event(calendar, "Movable").drag_to(calendar.locator('td[data-date="2027-05-14"]'))
    calendar.get_by_text("“Movable” moved.", exact=True).wait_for()
    other.locator('td[data-date="2027-05-14"]').filter(has_text="Movable").wait_for()


def pull_end(page: Page, block: Locator, by_px: float) -> None:
    """Drag the lower edge of an event in the week."""
    block.hover()
    grip = block.locator(".fc-event-resizer-end").bounding_box()
    assert grip is not None
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + by_px, steps=6)
    page.mouse.up()


def test_pulling_an_end_makes_it_longer_as_far_as_the_rules_allow(open_page: Callable[..., Page]) -> None:
    day = "2027-08-11"
    calendar = calendar_of(open_page, day)
    save(plan(calendar, "Stretch", day, start="10:00", end="10:30"))
    # What the save set off (events asked for anew) is over before the pull begins.
    calendar.reload()
    calendar.get_by_role("button", name="Week", exact=True).click()
    block = calendar.locator(".fc-timegrid-event").filter(has_text="Stretch")
    area = block.bounding_box()
    assert area is not None
    pull_end(calendar, block, area["height"])
    calendar.get_by_text("“Stretch” moved.", exact=True).wait_for()
    block.get_by_text("10:00 - 11:00").wait_for()
    calendar.reload()
    calendar.get_by_role("button", name="Week", exact=True).click()
    block.get_by_text("10:00 - 11:00").wait_for()
    pull_end(calendar, block, 4 * area["height"])
    dialog = calendar.get_by_role("dialog")
    dialog.get_by_role("region", name="What the safety rules say").get_by_text("Not allowed as it is").wait_for()
    assert dialog.get_by_label("To", exact=True).input_value() == "13:00"
    calendar.keyboard.press("Escape")
    block.get_by_text("10:00 - 11:00").wait_for()


def test_this_and_following_leaves_the_earlier_dates(open_page: Callable[..., Page]) -> None:
    day = "2027-09-01"
    calendar = calendar_of(open_page, "2027-09-02")
    dialog = plan(calendar, "Autumn", day)
    dialog.get_by_label("Repeats").select_option("weekly")
    dialog.get_by_label("Until").fill("2027-09-22")
    save(dialog)
    event(calendar, "Autumn").nth(3).wait_for()
    event(calendar, "Autumn").nth(2).click()
    dialog.get_by_label("This and all after it").check()
    dialog.get_by_label("Title").fill("Indoors")
    save(dialog)
    event(calendar, "Indoors").nth(1).wait_for()
    calendar.reload()
    event(calendar, "Indoors").nth(1).wait_for()
    days = [calendar.locator(f'td[data-date="2027-09-{number:02}"]') for number in (1, 8, 15, 22)]
    titles = [("Indoors" if "Indoors" in cell.inner_text() else "Autumn") for cell in days]
    assert titles == ["Autumn", "Autumn", "Indoors", "Indoors"]
    assert event(calendar, "Autumn").count() == 2


def test_an_accepted_proposal_is_in_the_calendar_and_the_others_stay_open(
    open_page: Callable[..., Page], stack: Stack
) -> None:
    stack.python(BORN)
    page = open_page("/calendar/proposals", as_user=COACH)
    page.get_by_label("Sessions a week").select_option("3")
    page.get_by_role("button", name="Propose sessions").click()
    page.get_by_text(re.compile(r"\d+ proposals; \d+ days were looked at")).wait_for()
    cards = page.get_by_role("listitem").filter(has=page.get_by_role("button", name="Accept"))
    cards.first.wait_for()
    before = cards.count()
    assert before >= 2
    first = cards.first
    title = first.get_by_role("heading").inner_text()
    assert "rule" in first.get_by_role("region", name="What the safety rules say").inner_text().lower()
    assert accessibility_problems(page) == []
    with page.expect_response(re.compile(r"/api/calendar/.*accept")) as answered:
        first.get_by_role("button", name="Accept").click()
    assert answered.value.ok
    page.get_by_text(f"“{title}” is in the calendar.", exact=True).wait_for()
    page.wait_for_function("wanted => document.querySelectorAll('main li > section').length === wanted", arg=before - 1)
    page.get_by_role("link", name="To the calendar").click()
    page.get_by_role("button", name="List", exact=True).click()
    event(page, title).first.wait_for()


def test_a_change_meanwhile_is_named_and_loaded(open_page: Callable[..., Page], stack: Stack) -> None:
    day = "2027-06-09"
    calendar = calendar_of(open_page, day)
    save(plan(calendar, "Contested", day))
    event(calendar, "Contested").click()
    dialog = calendar.get_by_role("dialog")
    dialog.get_by_label("Place").fill("Mine")
    stack.python(
        "from apps.calendar.models import TrainingEvent as E; from django.db.models import F\n"
        "E.objects.filter(title='Contested').update(version=F('version') + 1, location='Theirs')"
    )
    dialog.get_by_role("button", name="Save").click()
    dialog.get_by_text(re.compile("changed this event at")).wait_for()
    assert dialog.get_by_label("Place").input_value() == "Theirs"
    dialog.get_by_label("Place").fill("Ours")
    save(dialog)


def test_players_read_only(open_page: Callable[..., Page], stack: Stack) -> None:
    stack.python(LINK)
    day = "2027-07-14"
    calendar = calendar_of(open_page, day)
    save(plan(calendar, "For all", day))
    page = calendar_of(open_page, day, VIEWER, width=390)
    event(page, "For all").click()
    page.get_by_role("dialog").get_by_text("Your coach changes it.").wait_for()
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="New event").count() == 0
    page.goto("/calendar/proposals")
    page.get_by_text("Not open to you").wait_for()
    page.goto("/pairing")
    page.get_by_text("Not open to you").wait_for()


def test_a_lost_line_is_said(open_page: Callable[..., Page]) -> None:
    page = open_page("/", as_user=COACH)
    page.route_web_socket("**/ws/calendar*", lambda socket: socket.close(code=1006, reason="gone"))
    page.goto("/calendar")
    page.get_by_text("Connecting again").wait_for()
