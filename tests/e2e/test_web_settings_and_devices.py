"""Pairing, looks and one's own data in real Chromium; and that planning and settings pages are accessible and fit."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.e2e.browser import accessibility_problems, shoot
from tests.e2e.conftest import COACH, VIEWER, sign_in
from tests.e2e.mails import mailed_link
from tests.e2e.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


MOVES = ("moves@rovers.example", "far-post-from-2026")

MOVING = f"""
from apps.accounts.models import User
User.objects.create_user(email={MOVES[0]!r}, password={MOVES[1]!r}, name="Robin")
"""

ADDRESSES = (
    "from apps.accounts.models import User; print(*User.objects.filter(name='Robin').values_list('email', flat=True))"
)

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

FORGOES = ("forgoes@rovers.example", "long-ball-from-2026")
FORGOING = f"""
from apps.accounts.models import User
User.objects.create_user(email={FORGOES[0]!r}, password={FORGOES[1]!r}, name="Lou")
"""

HELPER = ("helper@rovers.example", "near-post-from-2026")
HELPING = f"""
from apps.accounts.models import Membership, Role, Team, User
helper = User.objects.create_user(email={HELPER[0]!r}, password={HELPER[1]!r}, name="Kit")
Membership.objects.create(user=helper, team=Team.objects.get(name="U14"), role=Role.ANALYST)
"""

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
    asking = open_page("/settings", as_user=MOVES)
    asking.get_by_role("button", name="Change email").click()
    dialog = asking.get_by_role("dialog")
    dialog.get_by_label("New email").fill(new)
    dialog.get_by_label("Present password").fill("back-post-from-2026")
    dialog.get_by_role("button", name="Save").click()
    dialog.get_by_text("This is not your present password.").wait_for()
    assert accessibility_problems(asking) == []
    dialog.get_by_label("Present password").fill(MOVES[1])
    dialog.get_by_role("button", name="Save").click()
    asking.get_by_text(f"a mail is on its way to {new}").first.wait_for()
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


def test_the_film_of_a_live_session_is_said_to_be_coming(open_page: Callable[..., Page], stack: Stack) -> None:
    live = stack.python(ENDED).strip()
    page = open_page(f"/live/{live}", as_user=COACH)
    page.get_by_text("The film is being put together").wait_for()
    assert accessibility_problems(page) == []
    stack.python(MADE.format(live))
    page.get_by_text("The film is being put together").wait_for(state="detached")
    assert page.get_by_text("no picture of it came").count() == 0


def card(page: Page, heading: str) -> Locator:
    return page.locator("section").filter(has=page.get_by_role("heading", name=heading, exact=True))


def test_the_owner_says_who_is_what_in_the_team(open_page: Callable[..., Page], stack: Stack) -> None:
    stack.python(HELPING)
    helper = open_page("/settings", as_user=HELPER)
    assert helper.get_by_role("heading", name=re.compile("Members|Invitations|Team:")).count() == 0
    page = open_page("/settings", as_user=COACH)
    members = card(page, "Members: U14")
    members.get_by_label("Role of Kit").select_option(label="Coach")
    page.get_by_text("Kit: Coach").first.wait_for()
    helper.reload()
    # A coach manages members, though not the owner.
    theirs = card(helper, "Members: U14")
    theirs.get_by_label("Role of Ada Park").wait_for()
    assert theirs.get_by_label("Role of Sam").count() == theirs.get_by_label("Remove Sam").count() == 0
    assert helper.get_by_role("heading", name="Team: U14").count() == 0
    # The only owner can neither step down nor leave.
    members.get_by_label("Role of Sam").select_option(label="Analyst")
    page.get_by_text("The team needs at least one owner").first.wait_for()
    assert members.get_by_label("Role of Sam").input_value() == "owner"
    page.get_by_label("Leave U14").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    page.get_by_role("dialog").get_by_text("The team needs at least one owner").wait_for()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    members.get_by_label("Remove Kit").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    page.get_by_text("Kit is no longer in the team.").first.wait_for()
    members.get_by_label("Role of Kit").wait_for(state="detached")
    helper.goto("/sessions")
    helper.reload()
    assert helper.get_by_role("link", name="New scan").count() == 0, "whoever left sees nothing of the team"


def test_a_team_is_founded_changed_and_deleted(open_page: Callable[..., Page]) -> None:
    page = open_page("/settings", as_user=COACH)
    page.get_by_role("button", name="New team").click()
    dialog = page.get_by_role("dialog")
    assert dialog.get_by_role("button", name="Create team").is_disabled()
    dialog.get_by_label("Name").fill("U16")
    dialog.get_by_label("Age group").fill("U16")
    dialog.get_by_role("button", name="Create team").click()
    team = card(page, "Team: U16")
    team.get_by_label("Club").fill("Rovers")
    team.get_by_label("Usual training [min]").fill("5")
    team.get_by_text("10 to 600 minutes.").wait_for()
    assert team.get_by_role("button", name="Save").is_disabled()
    team.get_by_label("Usual training [min]").fill("75")
    team.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.", exact=True).first.wait_for()
    assert accessibility_problems(page) == []
    page.reload()
    assert [team.get_by_label(name).input_value() for name in ("Club", "Usual training [min]")] == ["Rovers", "75"]
    # Of two teams it is said whose film it is; the players to choose from are that team's.
    page.goto("/scan/new")
    page.get_by_label("Team", exact=True).select_option(label="U14")
    assert page.get_by_label("Player").locator("option").count() == 3
    page.get_by_label("Team", exact=True).select_option(label="U16")
    assert page.get_by_label("Player").locator("option").count() == 1
    page.goto("/settings")
    team.get_by_role("button", name="Delete team").click()
    assert dialog.get_by_role("button", name="Delete for good").is_disabled()
    dialog.get_by_label("Write the team’s name to confirm").fill("U16")
    dialog.get_by_role("button", name="Delete for good").click()
    page.get_by_text("U16 is deleted.").first.wait_for()
    team.wait_for(state="detached")
    card(page, "Team: U14").wait_for()


def test_a_players_log_in_opens_that_players_data(open_page: Callable[..., Page], stack: Stack) -> None:
    page = open_page("/settings", as_user=COACH)
    invitations = card(page, "Invitations: U14")
    invitations.get_by_label("Email").fill("bo@reyes.example")
    invitations.get_by_label("As").select_option("player")
    assert invitations.get_by_role("button", name="Invite").is_disabled(), "it must be said whose"
    invitations.get_by_label("Which player").select_option(label="Bo Reyes")
    invitations.get_by_role("button", name="Invite").click()
    invitations.get_by_role("button", name="Take back the invitation of bo@reyes.example").wait_for()
    bo = open_page(mailed_link(stack, "/join"), width=390)
    bo.get_by_label("Your name").fill("Bo")
    bo.get_by_label("Password").fill("overhead-kick-from-2026")
    bo.get_by_role("button", name="Join").click()
    bo.get_by_role("heading", name="Dashboard", exact=True).wait_for()
    bo.get_by_role("link", name="Bo Reyes").click()
    bo.get_by_role("heading", name="Bo Reyes").wait_for()
    assert bo.get_by_text("Ada Park").count() == 0


def test_another_password_ends_the_other_devices_only(open_page: Callable[..., Page], stack: Stack) -> None:
    stack.python(FORGOING)
    here, elsewhere = open_page("/settings", as_user=FORGOES), open_page("/settings", as_user=FORGOES)
    here.get_by_role("button", name="Change password").click()
    dialog = here.get_by_role("dialog")
    dialog.get_by_label("Present password").fill(FORGOES[1])
    dialog.get_by_label("New password").fill("12345")
    dialog.get_by_role("button", name="Save").click()
    dialog.get_by_text("too short").wait_for()
    dialog.get_by_label("New password").fill("scissor-kick-from-2026")
    dialog.get_by_role("button", name="Save").click()
    here.get_by_text("The password is changed.").first.wait_for()
    here.reload()
    here.get_by_role("heading", name="Settings").wait_for()
    elsewhere.reload()
    elsewhere.wait_for_url("**/sign-in")
    open_page("/settings", as_user=(FORGOES[0], "scissor-kick-from-2026")).get_by_role(
        "heading", name="Settings"
    ).wait_for()
