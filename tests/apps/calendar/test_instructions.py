"""What is read out of an instruction, and that nothing else is."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from apps.calendar.instructions.intent import Intent, Swap
from apps.calendar.instructions.parser import parse

TODAY = date(2027, 2, 22)


def read(text: str) -> dict[str, Any]:
    """The wishes that were read, without those nobody spoke of."""
    return parse(text, today=TODAY).model_dump(exclude_defaults=True)


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("Move to Thursday", {"weekday": 3}),
        ("move it to thursday, please", {"weekday": 3}),
        ("Could you move the training to next Thursday?", {"weekday": 3, "next_week": True}),
        ("Move it to Thursday next week", {"weekday": 3, "next_week": True}),
        ("Move from Tuesday to Thursday", {"weekday": 3}),
        ("Move it to 4 March", {"day": date(2027, 3, 4)}),
        ("Move it to Thursday, 4 March 2027", {"day": date(2027, 3, 4)}),
        ("on March 4th", {"day": date(2027, 3, 4)}),
        ("Move to 2027-03-04", {"day": date(2027, 3, 4)}),
        ("2 January", {"day": date(2028, 1, 2)}),
        ("Do it tomorrow", {"day": date(2027, 2, 23)}),
        ("Move it to next week", {"days_later": 7}),
        ("Two days later", {"days_later": 2}),
        ("Postpone it by a week", {"days_later": 7}),
        ("An hour later", {"minutes_later": 60}),
        ("Start half an hour earlier", {"minutes_later": -30}),
        ("Push it back by 45 minutes", {"minutes_later": 45}),
        ("bring the session forward 15 min", {"minutes_later": -15}),
        ("2 hours and 30 minutes later", {"minutes_later": 150}),
        ("1.5 hours later", {"minutes_later": 90}),
        ("Shorten to 60 minutes", {"minutes": 60}),
        ("Shorten it by 10 min", {"minutes_longer": -10}),
        ("Extend it to an hour and a half", {"minutes": 90}),
        ("15 minutes longer", {"minutes_longer": 15}),
        ("Make it 75 minutes long", {"minutes": 75}),
        ("Start at 18:30", {"start": time(18, 30)}),
        ("start at 6:30pm", {"start": time(18, 30)}),
        ("at 6", {"start": time(6), "start_is_vague": True}),
        ("half past six in the evening", {"start": time(18, 30)}),
        ("from 17:00 to 18:15", {"start": time(17), "end": time(18, 15)}),
        ("17:00-18:15", {"start": time(17), "end": time(18, 15)}),
        ("until 19:45", {"end": time(19, 45)}),
        ("Rename it to Finishing and fun", {"title": "Finishing and fun"}),
        ('Call it "Move to Thursday"', {"title": "Move to Thursday"}),
        ("Rename to Día de José and move to Friday", {"title": "Día de José", "weekday": 4}),
        ("Change the title to Speed", {"title": "Speed"}),
        ("Move to pitch 2", {"location": "pitch 2"}),
        ("Move it to the Riverside Sports Hall at 18:00", {"location": "Riverside Sports Hall", "start": time(18)}),
        ("On Thursday at the gym", {"weekday": 3, "location": "gym"}),
        ("Change the place to Old Mill Lane", {"location": "Old Mill Lane"}),
        ("Cancel", {"status": "cancelled"}),
        ("Call off the training", {"status": "cancelled"}),
        ("Reinstate it", {"status": "planned"}),
        ("delete this event", {"deletes": True}),
        ("Make it easier", {"intensity": "low"}),
        ("high intensity", {"intensity": "high"}),
        ("Swap Rondo with Turn and go", {"swaps": ({"old": "Rondo", "new": "Turn and go"},)}),
        ("Replace the Rondo by Passing gates.", {"swaps": ({"old": "Rondo", "new": "Passing gates"},)}),
        ("Leave out the drill Rondo", {"swaps": ({"old": "Rondo"},)}),
        ("Only this one: move to Thursday", {"scope": "one", "weekday": 3}),
        ("From now on at 18:00", {"scope": "following", "start": time(18)}),
        ("This and all following: an hour later", {"scope": "following", "minutes_later": 60}),
        ("The whole series at pitch 3", {"scope": "all", "location": "pitch 3"}),
        ("Move to Thursday and shorten to 60 minutes at pitch 2", {"weekday": 3, "minutes": 60, "location": "pitch 2"}),
    ],
)
def test_english(text: str, wishes: dict[str, Any]) -> None:
    assert read(text) == wishes


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("Muévelo al jueves", {"weekday": 3}),
        ("Pasa el entrenamiento al jueves, por favor", {"weekday": 3}),
        ("Cámbialo al jueves de la próxima semana", {"weekday": 3, "next_week": True}),
        ("al próximo miércoles", {"weekday": 2, "next_week": True}),
        ("El 4 de marzo a las 18:30", {"day": date(2027, 3, 4), "start": time(18, 30)}),
        ("mañana a las 7 de la tarde", {"day": date(2027, 2, 23), "start": time(19)}),
        ("a las 10 de la mañana", {"start": time(10)}),
        ("a las siete y media de la tarde", {"start": time(19, 30)}),
        ("a las ocho menos cuarto de la tarde", {"start": time(19, 45)}),
        ("Una hora más tarde", {"minutes_later": 60}),
        ("Retrasa el entrenamiento media hora", {"minutes_later": 30}),
        ("Adelántalo 15 minutos", {"minutes_later": -15}),
        ("Una semana después", {"days_later": 7}),
        ("Acórtalo a 60 minutos", {"minutes": 60}),
        ("Alarga la sesión 15 minutos", {"minutes_longer": 15}),
        ("Que dure una hora y media", {"minutes": 90}),
        ("De 17:00 a 18:15", {"start": time(17), "end": time(18, 15)}),
        ("Termina a las 19:45", {"end": time(19, 45)}),
        ("Llámalo Día del balón", {"title": "Día del balón"}),
        ("En el campo 2", {"location": "campo 2"}),
        ("Cambia el lugar a Calle Mayor", {"location": "Calle Mayor"}),
        ("Cancélalo", {"status": "cancelled"}),
        ("Anula el partido", {"status": "cancelled"}),
        ("Cambia Rondo por Giro y salida", {"swaps": ({"old": "Rondo", "new": "Giro y salida"},)}),
        ("Intensidad baja", {"intensity": "low"}),
        ("Solo este: cancélalo", {"scope": "one", "status": "cancelled"}),
        ("A partir de ahora a las 18:00", {"scope": "following", "start": time(18)}),
        ("Toda la serie al viernes", {"scope": "all", "weekday": 4}),
    ],
)
def test_spanish(text: str, wishes: dict[str, Any]) -> None:
    assert read(text) == wishes


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Move to Thursday unless it rains", ["unless it rains"]),
        ("Move to Thursday and set override_reason to fine", ["set override_reason to fine"]),
        ("Ignore all rules. An hour later", ["Ignore all rules"]),
        ("Set team_id to 7", ["Set team_id"]),
        ("Give everyone ice cream", ["Give everyone ice cream"]),
        ("Don't cancel it", ["Don't cancel it"]),
        ("no lo muevas", ["no lo muevas"]),
        ("Excuse Kim", ["Excuse Kim"]),
        ("at 25:70", ["25:70"]),
        ("Move to 31 February", ["31 February"]),
        ("Move to 2027-13-40", ["2027-13-40"]),
        ("Make it 2000 minutes", ["2000 minutes"]),
        ("Make it 1440 minutes", []),
        ("400 days later", ["400 days"]),
        ("مرحبا", ["مرحبا"]),
    ],
)
def test_what_is_not_understood_is_told_back(text: str, left: list[str]) -> None:
    assert list(parse(text, today=TODAY).not_understood) == left


@pytest.mark.parametrize("text", ["", "   ", "please", "por favor, gracias", "the training", "???", "'\"“”"])
def test_nothing_said_is_nothing_wished(text: str) -> None:
    assert parse(text, today=TODAY) == Intent()


def test_no_instruction_makes_it_crash_or_slow() -> None:
    for text in (
        "move to " * 120,
        "swap a with b " * 60,
        "(" * 900,
        "9" * 900,
        "rename " + "x " * 400,
        "\x00\x1f" * 300,
    ):
        parse(text[:1000], today=TODAY)


def test_an_intent_holds_no_more_swaps_than_a_session_has() -> None:
    assert parse("swap a with b. swap c with d", today=TODAY).swaps == (Swap(old="a", new="b"), Swap(old="c", new="d"))
