"""Each rule at its edge: just below, at, just above; the sources stand beside the tables."""

from __future__ import annotations

from datetime import datetime

import pytest

from apps.safety.inputs import Breaks, Growth, Intensity, Kind
from apps.safety.verdict import Decision, Severity
from tests.apps.safety.calendars import WEDNESDAY, broken, event, later, match, player, unknown, verdict_on

AROUND = [(-1, False), (0, False), (1, True)]
GROUPS = [7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 25]

# The FA, youth football match formats (kpis.md, section 10): minutes of a half.
HALVES = [20, 20, 25, 25, 30, 30, 35, 35, 40, 40, 45, 45, 45]
# The FA, maximum playing time a day: league, tournament; none for adults.
DAILY = [(40, 60)] * 2 + [(60, 90)] * 2 + [(80, 120)] * 2 + [(100, 150)] * 4 + [(120, 180)] * 2
# Default pack (kpis.md): minutes a session, minutes a week.
TRAINING = [(60, 180)] * 8 + [(75, 210)] * 2 + [(90, 240)] * 2 + [(120, 300)]
# The FA, Scottish FA and Irish FA with UEFA: headers a session.
HEADERS = [0, 0, 0, 0, 0, 5, 5, 10, 10, 10, 10, 10]


@pytest.mark.parametrize(("group", "limit"), list(zip(GROUPS, HALVES, strict=True)))
@pytest.mark.parametrize(("extra", "refused"), AROUND)
def test_half_length_by_age(group: int, limit: int, extra: int, refused: bool) -> None:
    verdict = verdict_on(match("m", WEDNESDAY, half_minutes=limit + extra, match_minutes=10), profile=player(group))
    assert ("half_length" in broken(verdict)) is refused
    assert (verdict.decision is Decision.BLOCK) is refused
    assert verdict.overridable is not refused


@pytest.mark.parametrize(("group", "limits"), list(zip(GROUPS[:-1], DAILY, strict=True)))
@pytest.mark.parametrize("cup", [False, True])
@pytest.mark.parametrize(("extra", "refused"), AROUND)
def test_match_minutes_a_day_by_age(group: int, limits: tuple[int, int], cup: bool, extra: int, refused: bool) -> None:
    first = match("first", later(hours=-5), match_minutes=20, tournament=cup)
    second = match("second", WEDNESDAY, match_minutes=limits[cup] - 20 + extra, tournament=cup)
    verdict = verdict_on(second, [first], player(group))
    assert ("match_minutes_day" in broken(verdict)) is refused


def test_adults_have_no_daily_limit_of_match_minutes() -> None:
    assert "match_minutes_day" not in broken(verdict_on(match("m", WEDNESDAY, match_minutes=300), profile=player(19)))


def test_a_tournament_on_the_day_does_not_lift_the_league_limit() -> None:
    league = [match("a", later(hours=-6), match_minutes=60)]
    cup = match("cup", later(hours=-3), match_minutes=5, tournament=True)
    proposed = match("b", WEDNESDAY, match_minutes=41)
    assert "match_minutes_day" in broken(verdict_on(proposed, league, player(14)))
    assert "match_minutes_day" in broken(verdict_on(proposed, [*league, cup], player(14)))


@pytest.mark.parametrize(("minutes", "assessed"), [(40, True), (41, False)])
def test_unknown_match_minutes_pass_only_when_the_whole_event_would(minutes: int, assessed: bool) -> None:
    verdict = verdict_on(match("m", WEDNESDAY, minutes, match_minutes=None), profile=player(8))
    assert ("match_minutes_day" not in unknown(verdict)) is assessed
    assert "match_minutes_day" not in broken(verdict)


@pytest.mark.parametrize(("group", "limits"), list(zip(GROUPS, TRAINING, strict=True)))
@pytest.mark.parametrize(("extra", "refused"), AROUND)
def test_minutes_a_session_by_age(group: int, limits: tuple[int, int], extra: int, refused: bool) -> None:
    verdict = verdict_on(event("t", WEDNESDAY, limits[0] + extra), profile=player(group))
    assert ("session_minutes" in broken(verdict)) is refused
    assert verdict.overridable


@pytest.mark.parametrize(("group", "limits"), list(zip(GROUPS, TRAINING, strict=True)))
@pytest.mark.parametrize(("extra", "refused"), AROUND)
def test_training_minutes_a_week_by_age(group: int, limits: tuple[int, int], extra: int, refused: bool) -> None:
    before = [event("a", later(-6), limits[1] / 2), event("b", later(-3), limits[1] / 2 - 30)]
    verdict = verdict_on(event("t", WEDNESDAY, 30 + extra), before, player(group))
    assert ("week_minutes" in broken(verdict)) is refused


def test_matches_are_not_training_minutes() -> None:
    long_match = match("m", WEDNESDAY, 120, half_minutes=35, match_minutes=70)
    verdict = verdict_on(long_match, [event("a", later(-4), 60), event("b", later(-5), 120)])
    assert broken(verdict) & {"session_minutes", "week_minutes"} == set()


@pytest.mark.parametrize("group", GROUPS[:-1])
@pytest.mark.parametrize(("extra", "refused"), AROUND)
def test_hours_a_week_are_at_most_the_age(group: int, extra: int, refused: bool) -> None:
    """NATA. U-n is taken at its youngest, n - 1 years; other sports count."""
    swim = [event(f"s{day}", later(-day), (group - 2) * 60 / 4, sport="swimming") for day in (1, 2, 3, 6)]
    verdict = verdict_on(event("t", WEDNESDAY, 60 + extra), swim, player(group))
    assert ("weekly_hours" in broken(verdict)) is refused
    assert not refused or not verdict.overridable


def test_adults_have_no_limit_of_weekly_hours() -> None:
    days = [event(str(day), later(-day), 600) for day in range(1, 6)]
    assert "weekly_hours" not in broken(verdict_on(event("t", WEDNESDAY), days, player(19)))


@pytest.mark.parametrize(("group", "limit"), list(zip(GROUPS[:-1], HEADERS, strict=True)))
@pytest.mark.parametrize(("extra", "refused"), AROUND)
def test_headers_a_session_by_age(group: int, limit: int, extra: int, refused: bool) -> None:
    verdict = verdict_on(event("t", WEDNESDAY, headers=max(limit + extra, 0)), profile=player(group))
    assert ("heading" in broken(verdict)) is refused
    if refused:
        assert verdict.decision is (Decision.ADJUST if group >= 17 else Decision.BLOCK)


@pytest.mark.parametrize(
    ("group", "days", "refused"),
    [
        (12, 10, True),  # 1 March: same month, U12 once a month
        (12, 11, False),  # 28 February: another month
        (12, -20, True),  # 31 March
        (12, -21, False),  # 1 April
        (13, 6, True),  # U13 once a week
        (13, 7, False),
        (13, -6, True),
        (13, -7, False),
        (14, 6, True),
        (14, 7, False),
        (16, 6, True),
        (16, 7, False),
        (17, 6, True),
        (17, 7, False),
        (18, 6, True),
        (18, 7, False),
    ],
)
def test_how_often_there_is_heading(group: int, days: int, refused: bool) -> None:
    """The FA, Scottish FA and Irish FA with UEFA."""
    verdict = verdict_on(event("t", WEDNESDAY, headers=3), [event("before", later(-days), headers=1)], player(group))
    assert ("heading" in broken(verdict)) is refused


def test_heading_that_nobody_entered_is_not_assessed() -> None:
    assert "heading" in unknown(verdict_on(event("t", WEDNESDAY, headers=None), profile=player(10)))
    other = event("o", later(-3), headers=None)
    assert "heading" in unknown(verdict_on(event("t", WEDNESDAY, headers=3), [other], player(14)))
    assert "heading" not in unknown(verdict_on(event("t", WEDNESDAY, headers=0), [other], player(14)))
    assert "heading" not in broken(verdict_on(match("m", WEDNESDAY, headers=9), profile=player(10)))


@pytest.mark.parametrize(("gap", "refused"), [(71.9, True), (72, False), (72.1, False)])
@pytest.mark.parametrize("order", [1, -1])
def test_hours_between_matches(gap: float, refused: bool, order: int) -> None:
    """Doeven 2018: 72 h from the end of one to the start of the next, whichever is proposed."""
    other = match("other", later(hours=order * (gap + 1)))
    assert ("recovery_next_match" in broken(verdict_on(match("m", WEDNESDAY), [other]))) is refused


@pytest.mark.parametrize(
    ("days", "cups", "refused"), [(0, (True, True), False), (0, (True, False), True), (1, (True, True), True)]
)
def test_only_the_matches_of_one_tournament_day_go_without_recovery(
    days: int, cups: tuple[bool, bool], refused: bool
) -> None:
    other = match("other", later(days, hours=-3), tournament=cups[0])
    verdict = verdict_on(match("m", WEDNESDAY, tournament=cups[1]), [other])
    assert ("recovery_next_match" in broken(verdict)) is refused


@pytest.mark.parametrize(("gap", "refused"), [(47.9, True), (48, False), (48.1, False)])
def test_high_intensity_after_a_match(gap: float, refused: bool) -> None:
    """Doeven 2018: 48 h."""
    hard = event("t", WEDNESDAY, intensity=Intensity.HIGH)
    verdict = verdict_on(hard, [match("m", later(hours=-gap - 1))], player(16))
    assert ("recovery_high_intensity" in broken(verdict)) is refused
    easy = verdict_on(event("t", WEDNESDAY), [match("m", later(hours=-gap - 1))], player(16))
    assert "recovery_high_intensity" not in broken(easy)


def test_an_unknown_intensity_after_a_match_is_not_assessed() -> None:
    vague = event("t", WEDNESDAY, intensity=None)
    assert "recovery_high_intensity" in unknown(verdict_on(vague, [match("m", later(-1))]))
    assert "recovery_high_intensity" not in unknown(verdict_on(vague, [match("m", later(-4))]))
    assert "recovery_between" in unknown(verdict_on(event("t", WEDNESDAY), [event("v", later(-1), intensity=None)]))


@pytest.mark.parametrize(
    ("group", "gap", "refused"),
    [
        (7, 47.9, True),
        (7, 48, False),
        (14, 47.9, True),
        (14, 48, False),
        (15, 23.9, True),
        (15, 24, False),
        (18, 23.9, True),
        (18, 24, False),
        (25, 23.9, True),
        (25, 24, False),
    ],
)
def test_hours_after_a_hard_session(group: int, gap: float, refused: bool) -> None:
    """Policy: 24 h, up to U14 48 h; a recovery session may come earlier."""
    before = event("hard", later(hours=-gap - 1), intensity=Intensity.HIGH)
    assert ("recovery_between" in broken(verdict_on(event("t", WEDNESDAY), [before], player(group)))) is refused
    calm = verdict_on(event("t", WEDNESDAY, kind=Kind.RECOVERY), [before], player(group))
    assert "recovery_between" not in broken(calm)


@pytest.mark.parametrize(
    ("group", "gap", "refused"),
    [(7, 9.9, True), (7, 10, False), (18, 9.9, True), (18, 10, False), (25, 7.9, True), (25, 8, False)],
)
def test_hours_overnight(group: int, gap: float, refused: bool) -> None:
    """Policy: 10 h, adults 8 h."""
    morning = later(hours=12)
    before = event("evening", later(hours=12 - gap - 1))
    assert ("overnight" in broken(verdict_on(event("t", morning), [before], player(group)))) is refused


@pytest.mark.parametrize(("group", "refused"), [(7, True), (11, True), (12, True), (13, False), (25, False)])
def test_one_session_a_day_under_12(group: int, refused: bool) -> None:
    """Policy; the players of U12 are under 12 at the cut-off."""
    verdict = verdict_on(event("t", WEDNESDAY), [event("swim", later(hours=-6), sport="swimming")], player(group))
    assert ("sessions_per_day" in broken(verdict)) is refused


def test_the_matches_of_a_tournament_are_one_session_of_the_day() -> None:
    cup = [match(str(hour), later(hours=-hour), 20, match_minutes=10, tournament=True) for hour in (1, 2, 3)]
    final = match("final", WEDNESDAY, 20, match_minutes=10, tournament=True)
    assert "sessions_per_day" not in broken(verdict_on(final, cup, player(10)))
    assert "sessions_per_day" in broken(verdict_on(event("t", later(hours=2)), cup, player(10)))


@pytest.mark.parametrize(
    ("busy", "rules"), [(4, set()), (5, {"rest_days", "football_days"}), (6, {"rest_day_minimum"})]
)
def test_days_off_a_week(busy: int, rules: set[str]) -> None:
    """NATA two days (warn), AAP one day (block) and five days of one sport; `busy` other days before the event."""
    days = [event(str(day), later(-day), 20) for day in range(1, busy + 1)]
    verdict = verdict_on(event("t", WEDNESDAY, 20), days)
    rest = broken(verdict) & {"rest_days", "football_days", "rest_day_minimum"}
    assert rest == (rules | {"rest_days", "football_days"} if rules else set())
    assert verdict.decision is {4: Decision.ALLOW, 5: Decision.ADJUST, 6: Decision.BLOCK}[busy]


def test_another_sport_takes_a_rest_day_but_is_no_football_day() -> None:
    days = [event(str(day), later(-day), 20, sport="swimming") for day in range(1, 6)]
    assert broken(verdict_on(event("t", WEDNESDAY, 20), days)) & {"rest_days", "football_days"} == {"rest_days"}


def test_adults_choose_their_days_off() -> None:
    days = [event(str(day), later(-day), 20) for day in range(1, 7)]
    assert broken(verdict_on(event("t", WEDNESDAY, 20), days, player(19))) == set()


@pytest.mark.parametrize(("months", "advised"), [(7, False), (8, False), (9, True)])
def test_months_of_one_sport(months: int, advised: bool) -> None:
    """NATA: 8 of 12. Only advice, because a league lasts longer."""
    history = [event(str(month), later(-30 * month), 20) for month in range(1, months)]
    verdict = verdict_on(event("t", WEDNESDAY, 20), history)
    assert ("one_sport_months" in broken(verdict)) is advised
    assert verdict.decision is Decision.ALLOW


@pytest.mark.parametrize(("month_ago", "advised"), [(12, False), (11, True)])
def test_the_same_month_of_last_year_is_no_month_of_this_year(month_ago: int, advised: bool) -> None:
    """Eight months with the event's own; the ninth, March or April 2025, counts only within twelve months."""
    history = [event(str(month), later(-30 * month), 20) for month in range(1, 8)]
    last_year = datetime(2025, 3 if month_ago == 12 else 4, 20, 18, 0)  # noqa: DTZ001
    verdict = verdict_on(event("t", WEDNESDAY, 20), [*history, event("old", last_year, 20)])
    assert ("one_sport_months" in broken(verdict)) is advised


def test_one_team_a_season() -> None:
    """NATA. The season turns at the cut-off, 31 August."""
    assert "one_team_per_season" in broken(verdict_on(event("t", WEDNESDAY), [event("o", later(-60), team="blues")]))
    assert "one_team_per_season" not in broken(
        verdict_on(event("t", WEDNESDAY), [event("o", later(-220), team="blues")])
    )
    assert "one_team_per_season" in unknown(verdict_on(event("t", WEDNESDAY, team=None)))


@pytest.mark.parametrize(
    ("wbgt", "rules"),
    [
        (27.7, set()),
        (27.8, set()),
        (30.4, set()),
        (30.5, {"heat_duration"}),
        (32.1, {"heat_duration"}),
        (32.2, {"heat_duration", "heat_conditioning"}),
        (33.3, {"heat_duration", "heat_conditioning"}),
        (33.31, {"heat_cancel", "heat_duration", "heat_conditioning"}),
        (33.4, {"heat_cancel", "heat_duration", "heat_conditioning"}),
        (33.5, {"heat_cancel", "heat_duration", "heat_conditioning"}),
    ],
)
def test_heat(wbgt: float, rules: set[str]) -> None:
    """US Soccer and KSI, category 3: a session of 121 minutes with conditioning."""
    verdict = verdict_on(event("t", WEDNESDAY, 121, wbgt_c=wbgt, conditioning=True), profile=player(25))
    assert broken(verdict) - {"session_minutes"} == rules
    assert verdict.overridable is not bool(rules)


@pytest.mark.parametrize(("wbgt", "minutes"), [(30.5, 120), (32.1, 120), (32.2, 60), (33.3, 60)])
@pytest.mark.parametrize(("extra", "refused"), AROUND)
def test_length_in_the_heat(wbgt: float, minutes: int, extra: int, refused: bool) -> None:
    verdict = verdict_on(event("t", WEDNESDAY, minutes + extra, wbgt_c=wbgt), profile=player(25))
    assert ("heat_duration" in broken(verdict)) is refused


@pytest.mark.parametrize(
    ("wbgt", "breaks", "advised"),
    [
        (20, (3, 3), False),
        (20, (2, 3), True),
        (27.7, (3, 3), False),
        (27.8, (3, 3), True),
        (27.8, (3, 4), False),
        (30.5, (3, 4), True),
        (30.5, (4, 4), False),
        (33.0, (4, 3), True),
    ],
)
def test_breaks_in_the_heat_are_advice(wbgt: float, breaks: tuple[int, int], advised: bool) -> None:
    verdict = verdict_on(event("t", WEDNESDAY, wbgt_c=wbgt, breaks=Breaks(per_hour=breaks[0], minutes=breaks[1])))
    assert ("heat_breaks" in broken(verdict)) is advised
    assert verdict.decision is Decision.ALLOW


def test_heat_without_a_forecast_is_not_assessed() -> None:
    heat = {"heat_cancel", "heat_duration", "heat_conditioning", "heat_breaks"}
    verdict = verdict_on(event("t", WEDNESDAY, wbgt_c=None))
    assert unknown(verdict) == heat
    assert broken(verdict) == set()


@pytest.mark.parametrize(
    ("growth", "spurt"),
    [
        (Growth(adult_height_percent=87.9, height_cm_per_year=7.1, leg_cm_per_year=3.5), False),
        (Growth(adult_height_percent=88.0), True),
        (Growth(adult_height_percent=95.0), True),
        (Growth(adult_height_percent=95.1, height_cm_per_year=7.1, leg_cm_per_year=3.5), False),
        (Growth(height_cm_per_year=7.2), True),
        (Growth(leg_cm_per_year=3.6), True),
    ],
)
def test_growth(growth: Growth, spurt: bool) -> None:
    """Monasterio 2024: advice always, less intensity where it is high."""
    profile = player(14, growth=growth)
    easy = verdict_on(event("t", WEDNESDAY), profile=profile)
    assert ("growth_advice" in broken(easy)) is spurt
    assert easy.decision is Decision.ALLOW
    hard = verdict_on(event("t", WEDNESDAY, intensity=Intensity.HIGH), profile=profile)
    assert hard.decision is (Decision.ADJUST if spurt else Decision.ALLOW)
    vague = verdict_on(event("t", WEDNESDAY, intensity=None), profile=profile)
    assert ("growth_volume" in unknown(vague)) is spurt


def test_growth_half_measured_is_not_passed() -> None:
    verdict = verdict_on(event("t", WEDNESDAY), profile=player(14, growth=Growth(height_cm_per_year=5.0)))
    gap = next(gap for gap in verdict.not_assessed if gap.rule_id == "growth_advice")
    assert gap.missing == "percent of adult height, leg growth"


def test_severities_are_those_of_the_policy() -> None:
    verdict = verdict_on(event("t", WEDNESDAY, 61, headers=1), profile=player(9))
    assert [(finding.rule_id, finding.severity, finding.overridable) for finding in verdict.findings] == [
        ("heading", Severity.BLOCK, False),
        ("session_minutes", Severity.BLOCK, True),
    ]
    assert verdict.findings[1].text == "The session lasts 61 minutes; for U9 at most 60."
    assert (verdict.findings[1].value, verdict.findings[1].edge, verdict.findings[1].unit) == (61, 60, "min")
    assert verdict.policy == "default@2026-11"
