"""Requests as a broken or hostile client writes them: an answer in the envelope, never a crash, nothing half done."""

from __future__ import annotations

import gzip
import json
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import strategies as st
from icalendar import Calendar

from apps.accounts.models import Team, User
from apps.accounts.tokens import create_session_token
from apps.calendar.ical import calendar_text
from apps.calendar.models import TrainingEvent
from apps.edge.models import SyncField
from apps.sessions.models import Session
from tests.apps.edge.conftest import Box, change, deletion, make_box
from tests.factories.accounts import make_player
from tests.factories.calendar import make_event
from tests.factories.sessions import make_session
from tests.fuzz.damage import ODD_TEXTS, damaged_bytes, damaged_json, damaged_text
from tests.fuzz.exploring import Target, explore

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clean_redis")]


class Undone(Exception):
    """Takes back what an example did."""


def asked(send: Callable[[], Any], rows: Callable[[], object] = lambda: None) -> Any:
    """The answer to one request, whose effects are then taken back; a refusal has none."""
    answer = None
    try:
        with transaction.atomic():
            before = rows()
            answer = send()
            if answer.status_code >= 400:
                assert rows() == before, "a refusal changes nothing"
            raise Undone
    except Undone:
        assert answer is not None
        assert answer.status_code < 500, answer.content
        if answer.status_code >= 400:
            assert json.loads(answer.content)["error"]["message"]
        return answer


@pytest.fixture
def web(coach: User) -> Client:
    token = create_session_token(str(coach.pk))
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})


# Queries ---------------------------------------------------------------------------------------------------------

QUERIES = {
    "sessions": "page=1&per_page=5&ordering=-start&status=completed&from=2026-01-01&session_type=match",
    "sessions/search": "q=sprint&page=1",
    "players": "page=2&search=kim&ordering=last_name",
    "calendar/events": "start=2026-01-01T00:00:00Z&end=2026-02-01T00:00:00Z",
    "dashboard/trends": "metric=total_distance_m&period=28d&bucket=week",
    "dashboard/overview": "period=28d",
    "drills": "q=rondo&page=1",
}


def test_queries(web: Client, team: Team, fuzz_seconds: float) -> None:
    """Pages, filters, orders, words to search."""
    make_session(team, player=make_player(team), title="Sprints")

    def ask(example: tuple[str, str]) -> None:
        route, query = example
        asked(lambda: web.get(f"/api/{route}?{query}"))

    def damaged(route: str) -> st.SearchStrategy[tuple[str, str]]:
        pairs = [pair.partition("=")[::2] for pair in QUERIES[route].split("&")]
        values = st.tuples(*(st.just(value) | damaged_text([value]) | st.sampled_from(ODD_TEXTS) for _, value in pairs))
        names = [name for name, _ in pairs]
        return values.map(lambda new: (route, "&".join(f"{n}={_quoted(v)}" for n, v in zip(names, new, strict=True))))

    explore(Target("query", st.sampled_from(sorted(QUERIES)).flatmap(damaged), ask, examples=100), fuzz_seconds)


def _quoted(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"), safe="")


# Sync ------------------------------------------------------------------------------------------------------------


def batches() -> list[Any]:
    session, player = str(uuid.uuid4()), str(uuid.uuid4())
    notes = {str(uuid.uuid4()): "Wind."}
    edits = [
        change(session, title="A", session_type="match", notes=notes),
        deletion(session),
        change(f"{player}/2026-05-01", kind="wellness", sleep=3, fatigue=2),
        change(f"{session}/{player}", kind="rpe", rpe=7, minutes=60),
    ]
    return [{"cursor": None, "changes": edits, "pending": 0}, {"cursor": None, "changes": edits[:1]}]


def kept() -> object:
    return SyncField.objects.count(), Session.objects.count()


@pytest.fixture
def edge(team: Team, coach: User) -> Box:
    return make_box(team, coach)


def test_batches_of_an_edge_box(edge: Box, fuzz_seconds: float) -> None:
    def send(body: Any) -> None:
        text = json.dumps(body)
        answer = asked(lambda: edge.client.post("/api/local-edge/sync", text, content_type="application/json"), kept)
        if answer.status_code == 200:
            data = answer.json()["data"]
            assert all(entry["message"] and entry["code"] for entry in data["refused"])
            assert len(data["applied"]) + len(data["refused"]) == len(body.get("changes", []))

    endless = batches()[0]
    endless["changes"][2]["body"]["sleep"] = 10**400
    explore(Target("sync", damaged_json(batches()), send, found=[endless], examples=80), fuzz_seconds)


def test_bodies_that_are_hardly_json(edge: Box, web: Client, fuzz_seconds: float) -> None:
    bodies = [json.dumps(batches()[0]).encode(), b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe{}"]
    routes = {"local-edge/sync": edge.client, "sessions": web, "calendar/modify": web, "scan/calibrations": web}

    def send(example: tuple[str, bytes, bool]) -> None:
        route, body, is_packed = example
        packed = {"Content-Encoding": "gzip"} if is_packed else {}
        sent = gzip.compress(body) if is_packed else body
        asked(lambda: routes[route].post(f"/api/{route}", sent, content_type="application/json", headers=packed), kept)

    example = st.tuples(st.sampled_from(sorted(routes)), damaged_bytes(bodies), st.booleans())
    explore(Target("body", example, send, examples=60), fuzz_seconds)


# Forms -----------------------------------------------------------------------------------------------------------

FORM = (
    b'--x\r\nContent-Disposition: form-data; name="%s"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
    b'\x89PNG\r\n\x1a\n\r\n--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nA\r\n--x--\r\n'
)


def test_forms_with_files(web: Client, team: Team, settings: Any, tmp_path: Any, fuzz_seconds: float) -> None:
    """Multipart bodies: names of files with folders in them, parts without an end, files in wrong fields."""
    settings.MEDIA_ROOT = str(tmp_path)
    settings.UPLOAD_ROOT = settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "incoming"
    settings.UPLOAD_ROOT.mkdir()
    session = make_session(team)
    routes = [f"sessions/{session.pk}/attachments", "scan/quick"]
    bodies = [FORM % b"file", FORM % b"video", (FORM % b"file").replace(b"a.png", b"../../../etc/cron.d/a.png")]

    def send(example: tuple[str, bytes]) -> None:
        route, body = example
        asked(lambda: web.post(f"/api/{route}", body, content_type="multipart/form-data; boundary=x"), kept)
        assert [path.name for path in tmp_path.iterdir() if path.name not in ("incoming", "sessions")] == []

    explore(Target("form", st.tuples(st.sampled_from(routes), damaged_bytes(bodies)), send, examples=60), fuzz_seconds)
    assert not any(settings.UPLOAD_ROOT.iterdir()), "what was refused or taken back is gone"


# Calendars out ---------------------------------------------------------------------------------------------------


def test_a_calendar_holds_any_words(team: Team, fuzz_seconds: float) -> None:
    """Whatever a title or a place is, the file is a calendar with this one event and no line of somebody else's."""
    event = make_event(team)
    events = TrainingEvent.objects.prefetch_related("overrides")
    text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)

    def write(example: tuple[str, str]) -> None:
        title, place = example
        row = events.get(pk=event.pk)
        row.title, row.location = title, place
        read = Calendar.from_ical(calendar_text(title, [row]))
        found = read.walk("VEVENT")
        assert len(found) == 1
        assert len(found[0].get("attach", [])) == 0

    evil = st.sampled_from(["A\r\nATTACH:http://evil.example/x", "END:VEVENT\nBEGIN:VEVENT", "a;b,c\\n", "\x85\u2028"])
    explore(
        Target("calendar", st.tuples(text | evil, text | evil), write, examples=60),
        fuzz_seconds,
    )
