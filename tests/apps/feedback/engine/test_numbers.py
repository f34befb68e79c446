"""Every number of a text is found, with its unit; football's own numbers are not figures."""

from __future__ import annotations

from datetime import date

import pytest

from apps.feedback.engine.numbers import moments, numbers


def told(text: str, language: str = "en") -> list[tuple[float, str]]:
    return [(round(number.value, 3), number.unit) for number in numbers(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Top speed 7.2 m/s.", [(7.2, "m/s")]),
        ("26 km/h", [(7.222, "m/s")]),
        ("2,940 m covered", [(2940, "m")]),
        ("2.9 km", [(2900, "m")]),
        ("between 6.9 and 7.4 m/s", [(6.9, "m/s"), (7.4, "m/s")]),
        ("6.9–7.4 m/s", [(6.9, "m/s"), (7.4, "m/s")]),
        ("2 to 3 sprints", [(2, ""), (3, "")]),
        ("sixteen sprints", [(16, "")]),
        ("thirty-one seconds", [(31, "s")]),
        ("two hundred and five metres", [(205, "m")]),
        ("twice a week for 10 minutes", [(2, ""), (600, "s")]),
        ("half of the distance", [(0.5, "share")]),
        ("87 % of the time", [(0.87, "share")]),
        ("an effort of 6 of 10", [(6, ""), (10, "")]),
        ("a drop of -5 m", [(-5, "m")]),
        ("4.5 kilometres per hour", [(1.25, "m/s")]),
        ("15.7 mph", [(7.019, "m/s")]),
        ("3,290 yd covered", [(3008.376, "m")]),
        ("131 yards a minute", [(119.786, "m/min")]),
        ("12 inches", [(0.305, "m")]),
        ("6 ft", [(1.829, "m")]),
        ("6 in the first half", [(6, "")]),
    ],
)
def test_english_numbers(text: str, expected: list[tuple[float, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.940 m de recorrido", [(2940, "m")]),
        ("7,2 m/s", [(7.2, "m/s")]),
        ("dieciséis sprints", [(16, "")]),
        ("treinta y uno metros", [(31, "m")]),
        ("once sprints", [(11, "")]),
        ("una vez por semana", [(1, "")]),
        ("dos veces por semana durante 10 min", [(2, ""), (600, "s")]),
        ("la mitad de la distancia", [(0.5, "share")]),
        ("un buen pase", []),
    ],
)
def test_spanish_numbers(text: str, expected: list[tuple[float, str]]) -> None:
    assert told(text, "es") == expected


@pytest.mark.parametrize(
    "text",
    [
        "Play 3v3 on half the pitch.",
        "A 4-3-3 with one-touch passing.",
        "No one stood still; one of the best runs.",
        "Two things to try.",
        "Go one-on-one.",
        "Once the ball comes, look up.",
    ],
)
def test_football_and_idiom_are_no_figures(text: str) -> None:
    assert told(text) == []


def test_dates_days_and_times_in_the_film() -> None:
    found = [(one.kind, one.value) for one in moments("On Tuesday 5 May 2026 at 1:23 for the U14, 2026-05-02.")]
    assert sorted(found, key=str) == sorted(
        [
            ("weekday", 1),
            ("date", date(2026, 5, 5)),
            ("film", 83),
            ("age_group", 14),
            ("date", date(2026, 5, 2)),
        ],
        key=str,
    )


def test_what_is_no_date_is_not_taken_for_one() -> None:
    assert [one.value for one in moments("31 February 2026")] == [(0, 0)]
