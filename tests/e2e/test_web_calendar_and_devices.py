"""Planning, pairing and one's own data in real Chromium: the main story of each page, and what each role sees of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.e2e.browser import accessibility_problems, shoot
from tests.e2e.conftest import COACH, VIEWER, sign_in
from tests.e2e.mails import mailed_link
from tests.e2e.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

LINK = f"""
from apps.accounts.models import Player, User
Player.objects.filter(external_id="p1").update(user=User.objects.get(email={VIEWER[0]!r}))
"""


MOVES = ("moves@rovers.example", "far-post-from-2026")
MOVING = f"""
from apps.accounts.models import User
User.objects.create_user(email={MOVES[0]!r}, password={MOVES[1]!r}, name="Robin")
"""

ADDRESSES = (
    "from apps.accounts.models import User; print(*User.objects.filter(name='Robin').values_list('email', flat=True))"
)


BORN = """
from datetime import date
from apps.accounts.models import Player
Player.objects.filter(external_id__in=["p1", "p2"]).update(date_of_birth=date(2012, 3, 4))
"""


FIRST_LOOKS = """
new MutationObserver((_changes, watcher) => {
  if (!document.body) return;
  watcher.disconnect();
  window.firstLooks = [document.documentElement.dataset.theme, document.documentElement.lang];
}).observe(document, { childList: true, subtree: true });
"""
"""How the page looks when its body begins, before which nothing is drawn."""
REFUSED = {"success": False, "error": {"code": "PERMISSION_DENIED", "message": "Only the team's owner may change it."}}
BLURRED = "from apps.accounts.models import Team; print(Team.objects.get(name='U14').blur_shared_film)"


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_pages_are_accessible_and_fit(open_page: Callable[..., Page], width: int, scheme: str) -> None:
    page = open_page("/", as_user=COACH, width=width, color_scheme=scheme)
    for name, heading in (
        ("calendar", "Calendar"),
        ("calendar/proposals", "Proposals"),
        ("pairing", "Devices"),
        ("settings", "Settings"),
    ):
        page.goto(f"/{name}")
        page.get_by_role("heading", name=heading, exact=True).wait_for()
        page.wait_for_load_state("networkidle")
        assert accessibility_problems(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"
        shoot(page, f"{name.replace('/', '-')}-{width}-{scheme}")


def test_a_phone_pairs_and_is_revoked(open_page: Callable[..., Page]) -> None:
    coach = open_page("/pairing", as_user=COACH)
    coach.get_by_role("button", name="Make a code").click()
    coach.get_by_alt_text("QR code").wait_for()
    code = coach.get_by_test_id("pairing-code").inner_text()
    phone = open_page("/pair", width=390)
    phone.get_by_label("Code").fill("ABCD EFGH")
    phone.get_by_role("button", name="Connect").click()
    phone.get_by_text("There is no such code.").wait_for()
    phone.get_by_label("Code").fill(code.lower())
    phone.get_by_label("Name of this phone").fill("Blue phone")
    phone.get_by_role("button", name="Connect").click()
    phone.get_by_text("Blue phone is paired").wait_for()
    assert accessibility_problems(phone) == []
    shoot(phone, "pair-390-light")
    coach.get_by_text("1 of 1 connected").wait_for()
    late = open_page("/pair", width=390)
    late.get_by_label("Code").fill(code)
    late.get_by_role("button", name="Connect").click()
    late.get_by_text("This code has been used.").wait_for()
    phone.reload()
    phone.get_by_text("Blue phone is paired").wait_for()
    coach.get_by_role("button", name="Revoke Blue phone").click()
    coach.get_by_role("dialog").get_by_role("button", name="Revoke", exact=True).click()
    coach.get_by_text("Blue phone was revoked.", exact=True).wait_for()
    phone.reload()
    phone.get_by_text("The pairing of this phone has ended.").wait_for()


def test_a_calendar_link_is_shown_once_and_ended(open_page: Callable[..., Page]) -> None:
    page = open_page("/settings", as_user=COACH)
    page.get_by_role("button", name="Make a link").click()
    url = page.get_by_text(re.compile(r"/api/calendar/feed/.+\.ics")).inner_text()
    assert page.request.get(url).text().startswith("BEGIN:VCALENDAR")
    page.reload()
    page.get_by_text("You have a link.").wait_for()
    assert page.get_by_text(".ics").count() == 0
    page.get_by_role("button", name="End the link").click()
    page.get_by_role("button", name="Yes, end it").click()
    page.get_by_role("button", name="Make a link").wait_for()
    assert page.request.get(url).status == 404


def test_looks_are_the_accounts_on_every_device_and_the_browsers_without(open_page: Callable[..., Page]) -> None:
    page = open_page("/settings", as_user=VIEWER)
    for label, value in (("Appearance", "dark"), ("Language", "es")):
        with page.expect_response("**/api/auth/me") as answered:
            page.get_by_label(label).select_option(value)
        assert answered.value.ok
    page.get_by_label("Idioma").wait_for()
    other = open_page("/sign-in", width=390, color_scheme="light")
    other.get_by_label("Email").fill(VIEWER[0])
    other.get_by_label("Password").fill(VIEWER[1])
    other.get_by_role("button", name="Sign in").click()
    other.get_by_role("heading", name="Panel", exact=True).wait_for()
    assert other.evaluate("document.documentElement.dataset.theme") == "dark"
    other.add_init_script(FIRST_LOOKS)
    other.reload()
    other.get_by_role("heading", name="Panel", exact=True).wait_for()
    assert other.evaluate("window.firstLooks") == ["dark", "es"], "before anything was drawn"
    other.goto("/settings")
    other.get_by_label("Aspecto").select_option("system")
    with other.expect_response("**/api/auth/me") as answered:
        other.get_by_label("Idioma").select_option("")
    assert answered.value.ok
    other.get_by_label("Language").wait_for()
    other.get_by_role("button", name="Sign out", exact=True).first.click()
    other.get_by_role("heading", name="Sign in").wait_for()
    assert other.evaluate("localStorage.getItem('axolotl.preferences')") is None


def test_faces_are_shown_to_families_once_the_owner_says_so(open_page: Callable[..., Page], stack: Stack) -> None:
    page = open_page("/settings", as_user=COACH)
    blurred = page.get_by_role("switch", name="Blur faces in films that players and families see")
    assert blurred.is_checked()
    page.get_by_text("faces stay blurred as long as a player of the team has not given").wait_for()
    page.route("**/api/teams/*", lambda route: route.fulfill(status=403, json=REFUSED))
    blurred.press("Space")
    page.get_by_role("alert").filter(has_text="Only the team's owner").wait_for()
    assert blurred.is_checked(), "a refusal changes nothing"
    page.unroute("**/api/teams/*")
    blurred.press("Space")
    page.get_by_text("Faces are shown, once everybody in the team has consented.", exact=True).wait_for()
    assert stack.python(BLURRED).strip() == "False"
    assert blurred.evaluate("element => element === document.activeElement"), "the focus stays where it was"
    blurred.press("Space")
    page.get_by_text("Faces are blurred from now on.", exact=True).wait_for()


def test_data_is_taken_along_and_sign_out_everywhere_ends_the_other(open_page: Callable[..., Page]) -> None:
    page = open_page("/settings", as_user=VIEWER)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as ZIP").click()
    assert download.value.suggested_filename.endswith(".zip")
    page.get_by_role("button", name="Erase …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your password").fill(VIEWER[1])
    dialog.get_by_role("button", name="Show what would go").click()
    dialog.get_by_text("would be erased").wait_for()
    dialog.get_by_role("button", name="Cancel").click()
    other = open_page("/settings", as_user=VIEWER)
    other.get_by_role("button", name="Sign out everywhere").click()
    other.get_by_role("button", name="Yes, everywhere").click()
    other.wait_for_url("**/sign-in")
    page.reload()
    page.wait_for_url("**/sign-in")


def test_a_new_address_counts_from_the_click_in_its_mail_on(open_page: Callable[..., Page], stack: Stack) -> None:
    stack.python(MOVING)
    new = "robin@rovers.example"
    with httpx.Client(base_url=stack.url, timeout=30) as client:
        body = {"email": MOVES[0], "password": MOVES[1]}
        client.headers["Authorization"] = f"Bearer {client.post('/api/auth/token', json=body).json()['data']['access']}"
        assert client.post("/api/auth/email", json={"email": new, "password": MOVES[1]}).status_code == 202
    page = open_page(mailed_link(stack, "/confirm-email"), width=390)
    page.get_by_role("heading", name="New address").wait_for()
    assert accessibility_problems(page) == []
    shoot(page, "confirm-email-390-light")
    assert stack.python(ADDRESSES).split() == [MOVES[0]], "a program that looks into mails opens links too"
    page.get_by_role("button", name="Confirm this address").click()
    page.get_by_text("Your address is confirmed.").wait_for()
    assert stack.python(ADDRESSES).split() == [new]
    sign_in(page, new, MOVES[1])
    page.goto(mailed_link(stack, "/confirm-email"))
    page.get_by_role("button", name="Confirm this address").click()
    page.get_by_role("alert").wait_for()
    open_page("/confirm-email").get_by_role("alert").wait_for()


ENDED = """
from django.utils import timezone
from apps.accounts.models import Team
from apps.live.models import FilmState, LiveStatus
from tests.factories.live import make_live
live = make_live(Team.objects.get(name="U14"))
live.status, live.film, live.record, live.stopped_at = LiveStatus.STOPPED, FilmState.WAITING, True, timezone.now()
live.save()
print(live.pk)
"""
MADE = "from apps.live.models import LiveSession; LiveSession.objects.filter(pk={!r}).update(film='made')"


def test_the_film_of_a_live_session_is_said_to_be_coming(open_page: Callable[..., Page], stack: Stack) -> None:
    live = stack.python(ENDED).strip()
    page = open_page(f"/live/{live}", as_user=COACH)
    page.get_by_text("The film is being put together").wait_for()
    assert accessibility_problems(page) == []
    stack.python(MADE.format(live))
    page.get_by_text("The film is being put together").wait_for(state="detached")
    assert page.get_by_text("no picture of it came").count() == 0
