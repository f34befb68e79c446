"""`manage.py live`: a film goes in at its own speed, and the end is a stored session."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Role, Team, User
from apps.live import broker
from apps.live.adapters import ChannelLiveSink, DjangoLiveStore
from apps.live.management.commands import live as command
from apps.live.models import LiveSession
from tests.factories import videos
from tests.factories.accounts import make_member, make_team
from tests.factories.live import make_result

pytestmark = pytest.mark.django_db


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Two seconds of 25 pictures a second."""
    return videos.h264_b_frames(tmp_path / "film.mp4")


def live(*args: str) -> str:
    out = io.StringIO()
    call_command("live", *args, stdout=out)
    return out.getvalue()


def stored_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that is ready when somebody waits for it."""
    real = command.wait_until_stored

    def wait(session: LiveSession, until_s: float) -> LiveSession:
        claim = DjangoLiveStore().claim(str(session.pk), worker="w")
        assert claim is not None
        assert ChannelLiveSink(claim).finish(make_result(session))
        return real(session, until_s)

    monkeypatch.setattr(command, "wait_until_stored", wait)


@pytest.mark.alone
@pytest.mark.slow
def test_a_film_is_sent_at_its_own_speed_and_stored(
    team: Team, owner: User, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored_at_once(monkeypatch)
    began = time.monotonic()
    said = live(str(film), "--title", "Clip", "--fps", "10")
    assert time.monotonic() - began > 1.5
    session = LiveSession.objects.get()
    counts = broker.meta_of(session.pk).cameras["main"]
    assert 17 <= counts.received <= 20
    assert (session.session.title, session.session.team, session.source) == ("Clip", team, "video")
    assert "Stored: 2.0 s, 20 pictures, 1 people, scale estimated." in said
    assert "track 1 (B): max_speed_mps 6.5, total_distance_m 41.0" in said


@pytest.mark.alone
@pytest.mark.slow
def test_what_is_no_film_is_said_and_leaves_no_open_session(owner: User, tmp_path: Path) -> None:
    source = tmp_path / "notes.txt"
    source.write_text("no film")
    with pytest.raises(CommandError, match="cannot be read"):
        live(str(source))
    assert LiveSession.objects.get().status == "stopping"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["x.mp4", "--fps", "0"], "between 1 and 30"),
        (["x.mp4", "--email", "nobody@example.org"], "no owner or coach"),
        (["x.mp4", "--player", "nobody"], "player"),
        (["x.mp4", "--session", "00000000-0000-4000-8000-000000000000"], "no such live session"),
    ],
)
def test_a_users_mistake_is_one_sentence(owner: User, args: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        live(*args)
    assert not LiveSession.objects.exists()


def test_with_several_teams_somebody_must_be_named(owner: User) -> None:
    make_member(make_team(), Role.OWNER)
    with pytest.raises(CommandError, match="--email"):
        live("x.mp4")


def test_an_analyst_does_not_film(team: Team, owner: User, analyst: User) -> None:
    with pytest.raises(CommandError, match="no owner or coach"):
        live("x.mp4", "--email", analyst.email)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(command, "STORE_S", 2.0)
