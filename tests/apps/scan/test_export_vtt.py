"""`?format=vtt`: events as chapters of the film, read back by webvtt-py."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import webvtt

from apps.accounts.models import Player, Team, User
from apps.scan.models import SessionEvent, Video
from tests.factories.accounts import make_guardian, make_player
from tests.factories.artefacts import AWAY, HOME
from tests.factories.exports import make_run
from tests.factories.scans import make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def mate(team: Team) -> Player:
    return make_player(team, first_name="<b>Ñandú</b>", last_name="-->\nWEBVTT")


@pytest.fixture
def run(team: Team, player: Player, mate: Player) -> Video:
    video = make_run(team, player, mate)
    events = (
        (HOME, player, "sprint", 12.4, 15.1, 0.9),
        (AWAY, mate, "touch", 13.0, 13.0, 0.3),
        (99, None, "pass", 3723.5, 3724.75, None),
    )
    for track_id, who, kind, t0_s, t1_s, confidence in events:
        SessionEvent.objects.create(
            session=video.session,
            track_id=track_id,
            player=who,
            kind=kind,
            t0_s=t0_s,
            t1_s=t1_s,
            confidence=confidence,
        )
    return video


def cues(client: Any, video: Video) -> list[tuple[str, str, str]]:
    response = client.get(f"/api/scan/{video.session_id}/export?format=vtt")
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "text/vtt; charset=utf-8"
    raw = b"".join(response)
    return [(cue.start, cue.end, cue.raw_text) for cue in webvtt.from_buffer(io.BytesIO(raw))]


def test_events_by_webvtt(api_client: Callable[..., Any], coach: User, run: Video, player: Player) -> None:
    assert cues(api_client(coach), run) == [
        ("00:00:12.400", "00:00:15.100", f"{player.display_name}: Sprint"),
        # A touch takes no time; a name cannot end a cue or open a tag.
        ("00:00:13.000", "00:00:14.000", "&lt;b&gt;Ñandú&lt;/b&gt; --&gt; WEBVTT: Touch (unsure)"),
        ("01:02:03.500", "01:02:04.750", "Track 99: Pass"),
    ]


def test_in_the_readers_language(api_client: Callable[..., Any], coach: User, run: Video) -> None:
    User.objects.filter(pk=coach.pk).update(language="es")
    coach.refresh_from_db()
    told = [text.rsplit(": ", 1)[1] for _, _, text in cues(api_client(coach), run)]
    assert told == ["Esprint", "Toque (dudoso)", "Pase"]


def test_a_guardian_gets_the_childs_events(api_client: Callable[..., Any], run: Video, player: Player) -> None:
    assert [text for _, _, text in cues(api_client(make_guardian(player)), run)] == [f"{player.display_name}: Sprint"]


def test_no_events_are_said_to_be_none(api_client: Callable[..., Any], coach: User, team: Team, player: Player) -> None:
    video = make_run(team, player)
    response = api_client(coach).get(f"/api/scan/{video.session_id}/export?format=vtt")
    assert b"".join(response).decode().endswith("NOTE No events were found in this film.\n")


def test_without_a_film_there_are_no_chapters(api_client: Callable[..., Any], coach: User, team: Team) -> None:
    session = make_session(team=team)
    assert api_client(coach).get(f"/api/scan/{session.pk}/export?format=vtt").status_code == 404
