"""Dashboard, player, comparison and what people add to a session, in real Chromium on a season with known figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.browser import accessibility_problems, shoot
from tests.e2e.conftest import COACH, VIEWER
from tests.e2e.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

TABS = ("figures", "load", "calendar", "wellness", "body", "family")
SEASON = f"""
from datetime import timedelta
from django.utils import timezone
from apps.accounts.models import Player, Team, User
from apps.core import versions
from apps.sessions.models import Session
from tests.factories.figures import make_figures
from tests.factories.scans import make_job
from tests.factories.sessions import make_load, make_session
team = Team.objects.get(name="U14")
coach = User.objects.get(email={COACH[0]!r})
ada, bo = Player.objects.filter(team=team).order_by("external_id")
Player.objects.filter(pk=ada.pk).update(user=User.objects.get(email={VIEWER[0]!r}))
for week in range(10):
    start = timezone.now() - timedelta(weeks=9 - week, hours=3)
    session = make_session(team, title=f"Training {{week + 1}}", start=start, end=start + timedelta(hours=1))
    for track, (player, speed) in enumerate(((ada, 7.0 + week / 10), (bo, 6.0 + week / 10))):
        make_figures(session, player, {{"max_speed_mps": speed, "total_distance_m": 3000.0}}, track_id=track)
        make_load(session, player, minutes=60, rpe=6 if week == 9 else 5, entered_by=coach)
doubted = session.kpis.get(player=ada)
doubted.quality |= {{"identity_doubt": 0.34, "doubtful_s": [31.2, 65.0]}}
doubted.save(update_fields=["quality"])
waiting = make_session(team, title="Waiting film", session_type="analysis", start=timezone.now() - timedelta(hours=1))
make_job(waiting)
versions.bump(versions.TEAM, team.pk)
print(ada.pk, bo.pk, session.pk, Session.objects.get(team=team, title="Training 1").pk)
"""

PLANNED = """
from datetime import timedelta
from django.utils import timezone
from apps.accounts.models import Player, Team
from tests.factories.calendar import make_event
team = Team.objects.get(name="U14")
ada, bo = Player.objects.filter(team=team).order_by("external_id")
for days, title, player in ((1, "Everybody passes", None), (2, "Ada alone", ada), (3, "Bo alone", bo)):
    start = timezone.now() + timedelta(days=days)
    make_event(team, title=title, player=player, start=start, end=start + timedelta(hours=1))
"""
INCOMPARABLE = """
from datetime import timedelta
from django.utils import timezone
from apps.accounts.models import Player, Team
from tests.factories.figures import make_figures
from tests.factories.sessions import make_session
team = Team.objects.get(name="U14")
long_ago = timezone.now() - timedelta(weeks=200)
doubtful, nameless = (make_session(team, title=title, start=long_ago) for title in ("Far away", "Nobody named"))
make_figures(doubtful, Player.objects.get(external_id="p1"), {"max_speed_mps": 7.0}, grade="C")
make_figures(nameless, None, {"max_speed_mps": 7.0})
print(doubtful.pk, nameless.pk)
"""


class Season:
    """Ten weekly trainings of two players: Ada 1 m/s faster than Bo, both 0.1 m/s faster each week."""

    def __init__(self, stack: Stack) -> None:
        self.ada, self.bo, self.session, self.early = stack.python(SEASON).split()


@pytest.fixture(scope="module")
def season(stack: Stack) -> Season:
    """The figures, entered once for all tests of this file."""
    return Season(stack)


def test_the_dashboard_tells_the_team_at_a_glance(open_page: Callable[..., Page], season: Season) -> None:
    page = open_page("/", as_user=COACH)
    tile = page.locator("section").filter(has_text="Active players").first
    assert "2 of 2" in " ".join(tile.inner_text().split())
    # 360 AU after 300 AU; the number of days behind it stands beside the change.
    page.get_by_text(re.compile(r"\+20% on the week before · from 6\d days")).wait_for()
    page.get_by_text("Rising.").wait_for()
    page.get_by_text("+0.36 km/h a week").wait_for()
    assert "injur" not in page.get_by_role("main").inner_text().lower()
    page.get_by_role("button", name="What is training load?").click()
    page.get_by_text("It does not predict injuries.").wait_for()
    page.keyboard.press("Escape")
    page.get_by_text("Show the numbers").first.click()
    assert page.get_by_role("cell", name="360 AU").count() == 1
    jobs = page.locator("section").filter(has=page.get_by_role("heading", name="Scans in progress"))
    jobs.get_by_role("link", name="Waiting film").wait_for()
    jobs.get_by_role("progressbar").wait_for()
    page.get_by_label("Figure", exact=True).select_option(label="Session load (effort × minutes)")
    page.get_by_role("img", name=re.compile("Session load")).wait_for()
    page.get_by_role("link", name="Training 10").click()
    page.get_by_role("heading", name="Training 10", exact=True).wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_are_accessible_and_fit(
    open_page: Callable[..., Page], season: Season, width: int, scheme: str
) -> None:
    page = open_page("/", as_user=COACH, width=width, color_scheme=scheme)
    shown = {
        "team": "/",
        **{f"player-{tab}": f"/players/{season.ada}?tab={tab}" for tab in TABS},
        "compare": f"/players/compare?ids={season.ada},{season.bo}",
        "compare-sessions": f"/sessions/compare?ids={season.early},{season.session}",
        "records": f"/sessions/{season.session}",
    }
    for name, path in shown.items():
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert accessibility_problems(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"
        shoot(page, f"{name}-{width}-{scheme}")


def test_the_dashboard_stands_without_calendar_and_says_what_failed(
    open_page: Callable[..., Page], season: Season
) -> None:
    page = open_page("/settings", as_user=COACH)
    failing = True

    def answer(route: Any) -> None:
        body = '{"success": false, "error": {"code": "SERVER_ERROR", "message": "", "details": []}}'
        if failing:
            route.fulfill(status=500, content_type="application/json", body=body)
        else:
            route.continue_()

    page.route("**/api/dashboard/overview*", answer)
    page.route("**/api/calendar/events*", lambda route: route.abort())
    page.get_by_role("link", name="Dashboard", exact=True).first.click()
    page.get_by_text("That did not work").wait_for(timeout=20_000)
    failing = False
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("Active players").wait_for()
    page.get_by_role("heading", name="Coming up").wait_for(state="detached")
    page.context.set_offline(True)
    page.get_by_text("You are offline.").wait_for()
    assert page.get_by_text("Active players").is_visible()


def test_a_player_sees_and_says_only_their_own(open_page: Callable[..., Page], season: Season) -> None:
    page = open_page("/", as_user=VIEWER)
    page.get_by_text("Your own figures in U14.").wait_for()
    page.get_by_text("Load of the last 7 days").first.wait_for()
    assert page.get_by_text("Active players").count() == 0
    assert page.get_by_text("By player").count() == 0
    assert page.get_by_text("Bo Reyes").count() == 0
    page.goto(f"/players/{season.bo}")
    page.get_by_text("Not found", exact=True).wait_for()
    page.goto("/")
    page.get_by_role("link", name="Ada Park").click()
    page.get_by_role("tab", name="Wellness").click()
    page.get_by_role("group", name="Pain").get_by_label("2", exact=True).check()
    page.get_by_label("Sleep last night [h]").fill("25")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Enter a number from 0 to 24.").wait_for()
    page.get_by_label("Sleep last night [h]").fill("8,5")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Today’s report").wait_for()
    row = page.get_by_role("region", name="Entries so far").first.get_by_role("row").nth(1)
    assert [cell.strip() for cell in row.get_by_role("cell").all_inner_texts()][1:4] == ["2", "–", "8.5"]
    page.get_by_role("group", name="Muscle soreness").get_by_label("4", exact=True).check()
    page.get_by_role("button", name="Save").click()
    row.get_by_role("cell", name="4", exact=True).wait_for()
    page.get_by_role("tab", name="Body and tests").click()
    page.get_by_text("Nothing measured yet").wait_for()
    assert page.get_by_role("button", name="Enter a measurement").count() == 0


def test_a_players_page_tells_what_they_are_to_do_next(
    open_page: Callable[..., Page], season: Season, stack: Stack
) -> None:
    stack.python(PLANNED)
    page = open_page(f"/players/{season.ada}?tab=calendar", as_user=COACH)
    page.get_by_text("Everybody passes").wait_for()
    page.get_by_text("Ada alone").wait_for()
    assert page.get_by_text("Bo alone").count() == 0
    page.route("**/api/calendar/events*", lambda route: route.abort())
    page.goto("/players")
    page.goto(f"/players/{season.ada}?tab=calendar")
    page.get_by_role("button", name="Try again").wait_for(timeout=20_000)


def test_unlikely_measurements_are_asked_about(open_page: Callable[..., Page], season: Season) -> None:
    page = open_page(f"/players/{season.bo}?tab=body", as_user=COACH)
    for day, height in (("2026-01-10", "150"), ("2026-06-10", "140")):
        page.get_by_role("button", name="Enter a measurement").click()
        page.get_by_label("Day", exact=True).fill(day)
        page.get_by_label("Height [cm]", exact=True).fill(height)
        page.get_by_role("button", name="Save").click()
        if height == "140":
            page.get_by_text("Height falls from 150 cm").wait_for()
            page.get_by_role("button", name="The figures are right").click()
        page.get_by_role("dialog").wait_for(state="detached")
    table = page.get_by_role("region", name="Entries so far")
    table.get_by_role("cell", name="140", exact=True).wait_for()
    page.get_by_role("button", name=re.compile("Delete (Jun 10,|10 Jun) 2026")).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    table.get_by_role("cell", name="140", exact=True).wait_for(state="detached")
    page.get_by_role("button", name="Enter a test").click()
    page.get_by_label("Speed [km/h]").fill("25,2")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("cell", name="25.2", exact=True).wait_for()


def test_paper_consent_needs_to_be_found_again(open_page: Callable[..., Page], season: Season) -> None:
    page = open_page(f"/players/{season.bo}?tab=family", as_user=COACH)
    page.get_by_role("button", name="Note a signed paper: Being filmed").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("where the signed paper is").wait_for()
    page.get_by_label("Where the paper is").fill("Folder 2026, signed by the mother")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("dialog").wait_for(state="detached")
    page.get_by_text("Folder 2026, signed by the mother").wait_for()
    page.get_by_label("Email of a guardian").fill("nobody")
    page.get_by_role("button", name="Invite").click()
    page.get_by_text("email").nth(0).wait_for()
    page.get_by_label("Email of a guardian").fill("mother@reyes.example")
    page.get_by_role("button", name="Invite").click()
    page.get_by_text("An invitation was sent to mother@reyes.example.", exact=True).first.wait_for()


def test_players_are_compared_side_by_side(open_page: Callable[..., Page], season: Season) -> None:
    page = open_page(f"/players/{season.ada}", as_user=COACH)
    page.get_by_text("28.4").first.wait_for()  # 7.9 m/s, the newest and the best
    page.get_by_role("link", name="Compare").click()
    page.get_by_label("Bo Reyes").click()  # the address changes first, then the box
    page.get_by_text("Ada Park is 3.6 km/h above Bo Reyes.").wait_for()
    page.get_by_text("Ada Park and Bo Reyes cannot be told apart.").first.wait_for()


def test_sessions_are_compared_player_by_player(open_page: Callable[..., Page], season: Season) -> None:
    page = open_page(f"/sessions/{season.session}", as_user=COACH)
    page.get_by_role("link", name="Compare").click()
    page.get_by_text("Which sessions do you want to compare?").wait_for()
    page.get_by_label("Find a session").fill("Training 1")
    page.get_by_label(re.compile(r"^Training 1 ")).click()
    speeds = page.get_by_role("region", name="Top speed")
    row = speeds.get_by_role("row").filter(has_text="Ada Park")
    row.get_by_text("−3.2 km/h").wait_for()  # 7.0 m/s after 7.9, each by ± 0.1
    assert row.get_by_text("28.4").count() == row.get_by_text("25.2").count() == 1
    assert speeds.get_by_role("columnheader").nth(1).inner_text().startswith("Training 10")
    distances = page.get_by_role("region", name="Distance", exact=True)
    assert distances.get_by_text("no clear difference").count() == 2
    page.get_by_role("button", name="What is “Top speed”?").click()
    page.get_by_text("where it is beyond both intervals").wait_for()
    page.keyboard.press("Escape")
    page.reload()
    row.get_by_text("−3.2 km/h").wait_for()
    page.get_by_label(re.compile(r"^Training 10 ")).click()
    page.get_by_text("Which sessions do you want to compare?").wait_for()


def test_the_day_of_a_session_can_be_mended(open_page: Callable[..., Page], season: Season) -> None:
    page = open_page(f"/sessions/{season.early}", as_user=COACH)
    page.get_by_role("button", name="Edit session").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("When").fill("")
    assert dialog.get_by_role("button", name="Save").is_disabled()
    dialog.get_by_label("When").fill("2026-02-03T18:30")
    dialog.get_by_label("Type").select_option(label="Match")
    dialog.get_by_role("button", name="Save").click()
    dialog.wait_for(state="detached")
    page.get_by_text(re.compile("Match · .*Feb.* 2026")).wait_for()


def test_sessions_that_cannot_be_compared_say_why(open_page: Callable[..., Page], season: Season, stack: Stack) -> None:
    doubtful, nameless = stack.python(INCOMPARABLE).split()
    page = open_page(f"/sessions/compare?ids={season.session},{doubtful}", as_user=COACH)
    row = page.get_by_role("region", name="Top speed").get_by_role("row").filter(has_text="Ada Park")
    row.get_by_role("button", name="Why is there no figure for Top speed?").click()
    page.get_by_text(re.compile("Not comparable: .*grade")).wait_for()
    page.keyboard.press("Escape")
    page.goto(f"/sessions/compare?ids={nameless},{nameless}")
    page.get_by_text("Which sessions do you want to compare?").wait_for()
    page.goto(f"/sessions/compare?ids={nameless},{season.ada}")
    page.get_by_role("heading", name="Not found").wait_for()
    page.get_by_label("Not found", exact=True).click()
    page.get_by_text("Which sessions do you want to compare?").wait_for()


def test_effort_notes_and_files_of_a_session(open_page: Callable[..., Page], season: Season, tmp_path: Path) -> None:
    page = open_page(f"/sessions/{season.session}", as_user=COACH)
    effort = page.get_by_label("Effort 0–10, Bo Reyes")
    effort.fill("11")
    page.get_by_text("Effort goes from 0 to 10").wait_for()
    assert page.get_by_role("button", name="Save").is_disabled()
    effort.fill("7,5")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("cell", name="450", exact=True).wait_for()
    match = page.get_by_label("Of these, match, Bo Reyes")
    match.fill("90")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("they cannot be more").wait_for()
    assert match.input_value() == "90"

    page.get_by_label("Note", exact=True).fill("Bo presses early.")
    page.get_by_role("button", name="Add note").click()
    page.get_by_role("button", name="Change note").click()
    page.get_by_role("dialog").get_by_label("Note", exact=True).fill("Bo presses late.")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.get_by_text("Bo presses late.").wait_for()
    page.get_by_role("button", name="Delete note").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("dialog").wait_for(state="detached")
    page.get_by_label("Note", exact=True).wait_for()
    assert page.get_by_text("Bo presses late.").count() == 0

    disguised = tmp_path / "plan.pdf"
    disguised.write_bytes(b"MZ" + bytes(200))
    page.set_input_files("input[type=file]", disguised)
    page.get_by_text("“plan.pdf” was not taken").wait_for()
    plan = tmp_path / "plan.txt"
    plan.write_text("Rondo, 4 against 2.", encoding="utf-8")
    page.set_input_files("input[type=file]", plan)
    page.get_by_role("link", name="plan.txt").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="plan.txt").click()
    assert Path(download.value.path()).read_text(encoding="utf-8") == "Rondo, 4 against 2."
    page.get_by_role("button", name="Delete plan.txt").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("link", name="plan.txt").wait_for(state="detached")


METRIC_AGAIN = f"""
from apps.accounts.models import User
User.objects.filter(email={COACH[0]!r}).update(units="metric", time_zone="")
"""
HEIGHTS = """
from apps.accounts.models import Measurement
print(*Measurement.objects.filter(player={!r}).values_list("height_cm", flat=True))
"""


def test_imperial_units_and_another_time_zone_go_with_the_account(
    open_page: Callable[..., Page], stack: Stack, season: Season
) -> None:
    page = open_page("/settings", as_user=COACH)
    with page.expect_response("**/api/auth/me"):
        page.get_by_label("Units").select_option("imperial")
    page.get_by_label("Time zone").first.select_option("Asia/Tokyo")  # one's own; then the team's
    page.get_by_role("button", name="Save").first.click()
    page.get_by_text("Saved").first.wait_for()
    shoot(page, "settings-imperial-1440-light")
    try:
        other = open_page(f"/players/{season.ada}", as_user=COACH)
        other.get_by_text("17.7").first.wait_for()  # 7.9 m/s in mph
        other.get_by_text("3,281").first.wait_for()  # 3000 m in yards
        shoot(other, "player-imperial-1440-light")
        other.goto(f"/sessions/{season.session}")
        other.get_by_text(re.compile("GMT.9")).first.wait_for()
        other.goto(f"/players/{season.ada}?tab=body")
        other.get_by_role("button", name="Enter a measurement").click()
        other.get_by_label("Height [ft in]", exact=True).fill("tall")
        other.get_by_role("button", name="Save").click()
        other.get_by_text("Enter a number from 1 ft 11.6 in to 8 ft 2.4 in.").wait_for()
        other.get_by_label("Height [ft in]", exact=True).fill("5'7\"")
        other.get_by_label("Weight [lb]", exact=True).fill("100")
        other.get_by_role("button", name="Save").click()
        other.get_by_role("cell", name="5 ft 7 in", exact=True).wait_for()
        other.get_by_role("cell", name="100", exact=True).wait_for()
        other.get_by_role("button", name=re.compile("^Change")).first.click()
        assert other.get_by_label("Height [ft in]", exact=True).input_value() == "5 ft 7 in"
        other.get_by_role("button", name="Save").click()
        other.get_by_role("dialog").wait_for(state="detached")
        assert stack.python(HEIGHTS.format(season.ada)).split() == ["170.18"]
    finally:
        stack.python(METRIC_AGAIN)


def test_moments_at_which_two_players_may_have_been_mixed_up(open_page: Callable[..., Page], season: Season) -> None:
    page = open_page(f"/players/{season.ada}", as_user=COACH)
    page.get_by_text("In 1 session two players may have been mixed up").wait_for()
    page.get_by_text("chance of two players 34%").wait_for()
    shoot(page, "player-doubt-1440-light")
    link = page.get_by_role("link", name="Show 0:31 in the film")
    assert link.get_attribute("href") == f"/sessions/{season.session}?player={season.ada}&t=31.2"
    link.click()
    page.get_by_text("Perhaps two players: 34% at 2 moments").first.wait_for()
    assert accessibility_problems(page) == []
    shoot(page, "session-doubt-1440-light")
