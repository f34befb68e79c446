"""Notes and drawings over the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import Role, Team, User
from apps.sessions.models import Session, SessionNote
from tests.factories.accounts import make_member
from tests.factories.sessions import make_note, make_session

Clients = Callable[..., APIClient]
ARROW = {"tool": "arrow", "colour": "#FF8800", "width": 0.004, "points": [[0.1, 0.2], [1, 0]]}
DRAWING = {"kind": "drawing", "t_s": 12.48, "data": {"strokes": [ARROW]}}


def notes_url(session: Session, note: SessionNote | None = None) -> str:
    return f"/api/sessions/{session.pk}/notes" + (f"/{note.pk}" if note else "")


def stroke(**changes: Any) -> dict[str, Any]:
    return {**DRAWING, "data": {"strokes": [{**ARROW, **changes}]}}


def test_a_drawing_is_kept_with_its_time(api_client: Clients, coach: User, team: Team) -> None:
    session = make_session(team)
    answer = api_client(coach).post(notes_url(session), DRAWING)
    assert answer.status_code == 201, answer.json()
    data = answer.json()["data"]
    assert (data["kind"], data["t_s"], data["text"]) == ("drawing", 12.48, "")
    assert data["data"] == {"strokes": [{**ARROW, "points": [[0.1, 0.2], [1.0, 0.0]]}]}
    page = api_client(coach).get(f"/api/sessions/{session.pk}").json()["data"]
    assert page["notes"] == [data]


def test_a_text_may_stand_at_a_time(api_client: Clients, coach: User, team: Team) -> None:
    answer = api_client(coach).post(notes_url(make_session(team)), {"text": "Here.", "t_s": 3})
    assert {key: answer.json()["data"][key] for key in ("kind", "text", "t_s", "data")} == {
        "kind": "text",
        "text": "Here.",
        "t_s": 3.0,
        "data": None,
    }


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({**DRAWING, "t_s": None}, "t_s"),
        ({"kind": "drawing", "t_s": 1}, "at least one stroke"),
        ({**DRAWING, "data": {"strokes": []}}, "strokes"),
        ({**DRAWING, "data": {}}, "strokes"),
        ({**DRAWING, "data": []}, "data"),
        ({**DRAWING, "data": {"strokes": [ARROW] * 201}}, "strokes"),
        ({**DRAWING, "t_s": -1}, "t_s"),
        ({**DRAWING, "t_s": "Infinity"}, "t_s"),
        ({"text": "words", "data": DRAWING["data"]}, "kind 'drawing'"),
        ({"kind": "video", "text": "x"}, "kind"),
        (stroke(tool="spray"), "tool"),
        (stroke(colour="url(javascript:1)"), "colour"),
        (stroke(width=5), "width"),
        (stroke(points=[[0.1, 0.2]]), "has 2 points, got 1"),
        (stroke(points=[[0.1, 0.2], [1.1, 0]]), "points"),
        (stroke(points=[[0.1, 0.2, 0.3], [0, 0]]), "points"),
        (stroke(tool="pen", points=[[0, 0]] * 2001), "points"),
        (stroke(text="words"), "tool 'text'"),
        (stroke(tool="text", points=[[0, 0]]), "tool 'text'"),
    ],
)
def test_a_bad_drawing_is_refused(api_client: Clients, coach: User, team: Team, body: Any, word: str) -> None:
    answer = api_client(coach).post(notes_url(make_session(team)), body)
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert word in error["message"] + " ".join(error["details"])
    assert SessionNote.objects.count() == 0


def test_a_text_stroke_has_words(api_client: Clients, coach: User, team: Team) -> None:
    answer = api_client(coach).post(
        notes_url(make_session(team)), stroke(tool="text", points=[[0, 0]], text="press here")
    )
    assert answer.json()["data"]["data"]["strokes"][0]["text"] == "press here"


def test_authors_change_and_delete_their_notes(api_client: Clients, analyst: User, team: Team) -> None:
    note = make_note(make_session(team), author=analyst)
    client = api_client(analyst)
    answer = client.patch(notes_url(note.session, note), {"text": "Presses late."})
    assert (answer.status_code, answer.json()["data"]["text"]) == (200, "Presses late.")
    note.refresh_from_db()
    assert (note.text, note.author) == ("Presses late.", analyst)
    assert client.delete(notes_url(note.session, note)).status_code == 204
    assert SessionNote.objects.count() == 0


def test_a_change_leaves_the_note_whole(api_client: Clients, coach: User, team: Team) -> None:
    note = make_note(make_session(team))
    client = api_client(coach)
    assert client.patch(notes_url(note.session, note), {"text": "  "}).status_code == 400
    assert client.patch(notes_url(note.session, note), {"data": DRAWING["data"]}).status_code == 400
    note.refresh_from_db()
    assert (note.text, note.data) == ("Kim presses well.", {})
    drawing = SessionNote.objects.get(
        pk=client.post(notes_url(note.session), DRAWING).json()["data"]["id"],
    )
    assert client.patch(notes_url(note.session, drawing), {"t_s": None}).status_code == 400
    assert client.patch(notes_url(note.session, drawing), {"t_s": 13}).json()["data"]["t_s"] == 13.0


def test_somebody_elses_note_is_the_coachs_to_change(
    api_client: Clients, coach: User, analyst: User, team: Team
) -> None:
    note = make_note(make_session(team), author=make_member(team, Role.ANALYST))
    url = notes_url(note.session, note)
    assert api_client(analyst).patch(url, {"text": "x"}).status_code == 403
    assert api_client(analyst).delete(url).status_code == 403
    note.refresh_from_db()
    assert note.text == "Kim presses well."
    assert api_client(coach).delete(url).status_code == 204


def test_a_note_belongs_to_its_session(api_client: Clients, coach: User, team: Team) -> None:
    note = make_note(make_session(team))
    assert api_client(coach).get(notes_url(make_session(team), note)).status_code == 404
    assert api_client(coach).delete(notes_url(make_session(team), note)).status_code == 404
    assert SessionNote.objects.count() == 1


def test_a_changed_drawing_is_held_to_the_same_shape(api_client: Clients, coach: User, team: Team) -> None:
    session = make_session(team)
    client = api_client(coach)
    url = f"{notes_url(session)}/{client.post(notes_url(session), DRAWING).json()['data']['id']}"
    for missing in ARROW:
        stroke_without = {key: value for key, value in ARROW.items() if key != missing}
        assert client.patch(url, {"data": {"strokes": [stroke_without]}}).status_code == 400, missing
    assert client.patch(url, {"data": {"strokes": [ARROW, ARROW]}}).status_code == 200
    assert len(SessionNote.objects.get().data["strokes"]) == 2
