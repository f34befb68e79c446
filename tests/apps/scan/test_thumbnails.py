"""The small picture of a film: who gets a link, how long it holds, what a list costs."""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core import signing
from PIL import Image

from apps.accounts.models import Membership, Team, User
from apps.scan import media
from apps.scan.adapters import DjangoJobStore, LocalArtefactStore
from apps.scan.models import Video
from apps.sessions.models import Session
from pipeline.artefacts import Stamp
from pipeline.plan import ArtefactName
from pipeline.ports import Results, installed
from tests.factories.artefacts import store_of
from tests.factories.scans import make_job, make_session, make_video

pytestmark = pytest.mark.django_db


def jpeg() -> bytes:
    """A picture."""
    file = io.BytesIO()
    Image.new("RGB", (480, 270), (20, 120, 40)).save(file, "JPEG")
    return file.getvalue()


def pictured(team: Team, **fields: Any) -> Video:
    """A film with a picture in the store and its key in the table, as a finished scan leaves them."""
    session = make_session(team=team, **fields)
    video = make_video(session)
    job = make_job(session, status="running")
    store = store_of(session.pk, video.pk)
    store.write_picture(ArtefactName.THUMBNAIL, jpeg(), Stamp("hash"))
    key = store.key(ArtefactName.THUMBNAIL)
    figures = Results(catalogue_version="1.0", players=[], events=[], tracks=[], thumbnails={str(video.pk): key})
    DjangoJobStore().save_results(str(job.pk), figures)
    return video


def link_of(client: Any, video: Video) -> str:
    url: str = client.get(f"/api/sessions/{video.session_id}").json()["data"]["thumbnail_url"]
    return url


def test_a_list_links_the_picture(api_client: Callable[..., Any], coach: User, team: Team) -> None:
    video = pictured(team, title="pictured")
    make_video(make_session(team=team, title="plain"))
    rows = {row["title"]: row for row in api_client(coach).get("/api/sessions").json()["data"]}
    assert rows["plain"]["thumbnail_url"] is None
    response = api_client().get(rows["pictured"]["thumbnail_url"])
    assert (response.status_code, response["Content-Type"], response.content) == (200, "image/jpeg", jpeg())
    assert "private" in response["Cache-Control"]
    assert link_of(api_client(coach), video).startswith("/media/signed/")


def test_a_results_picture_of_another_sessions_film_is_ignored(team: Team) -> None:
    other = make_video(make_session(team=team))
    job = make_job(make_session(team=team), status="running")
    figures = Results(catalogue_version="1.0", players=[], events=[], tracks=[], thumbnails={str(other.pk): "x"})
    DjangoJobStore().save_results(str(job.pk), figures)
    other.refresh_from_db()
    assert other.thumbnail == ""


def test_another_team_gets_neither_link_nor_picture(
    api_client: Callable[..., Any], coach: User, other_coach: User, team: Team
) -> None:
    video = pictured(team)
    assert api_client(other_coach).get(f"/api/sessions/{video.session_id}").status_code == 404
    assert api_client(other_coach).get("/api/sessions").json()["data"] == []
    made_up = signing.dumps({"v": str(video.pk), "u": str(other_coach.pk)}, salt="scan.thumbnail", compress=True)
    assert api_client(other_coach).get(f"/media/signed/{made_up}/thumbnail").status_code == 404


def test_a_link_ends_and_dies_with_the_right(
    api_client: Callable[..., Any], coach: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = link_of(api_client(coach), pictured(team))
    now = time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 15 * 60 + 2)
    assert api_client().get(url).status_code == 410
    monkeypatch.setattr(signing.time, "time", lambda: now)
    assert api_client().get(url).status_code == 200
    Membership.objects.filter(user=coach).delete()
    assert api_client().get(url).status_code == 404


def test_a_link_to_the_picture_opens_no_film(api_client: Callable[..., Any], coach: User, stored_film: Video) -> None:
    picture = media.signed_thumbnail_url(stored_film.pk, coach.pk)
    film = media.signed_video_url(stored_film, coach.pk)
    assert api_client().get(film).status_code == 200
    assert api_client().get(picture.replace("/thumbnail", "/video")).status_code == 404
    assert api_client().get(film.replace("/video", "/thumbnail")).status_code == 404
    assert api_client().get(picture).status_code == 404, "this film has none"


def test_a_picture_that_is_gone_is_said_to_be(api_client: Callable[..., Any], coach: User, team: Team) -> None:
    video = pictured(team)
    url = link_of(api_client(coach), video)
    store_of(video.session_id, video.pk).discard(ArtefactName.THUMBNAIL)
    assert api_client().get(url).status_code == 404


def test_more_rows_cost_no_more_queries_and_no_look_into_the_storage(
    api_client: Callable[..., Any],
    coach: User,
    team: Team,
    django_assert_num_queries: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(6):
        pictured(team)
    client = api_client(coach)

    def touched(*_: Any) -> None:
        raise AssertionError("a list looked into the storage")

    for method in ("read", "exists", "list"):
        monkeypatch.setattr(LocalArtefactStore, method, touched)
    with django_assert_num_queries(6):  # user, count, page, jobs, figures, pictures
        rows = client.get("/api/sessions").json()["data"]
    assert len({row["thumbnail_url"] for row in rows} - {None}) == 6


def test_the_picture_goes_with_the_session(
    api_client: Callable[..., Any], coach: User, team: Team, django_capture_on_commit_callbacks: Any
) -> None:
    video = pictured(team)
    key = video_key(video)
    assert installed().artefacts.exists(key)
    with django_capture_on_commit_callbacks(execute=True):
        assert api_client(coach).delete(f"/api/sessions/{video.session_id}").status_code == 204
    assert not Session.objects.exists()
    assert not installed().artefacts.exists(key)


def video_key(video: Video) -> str:
    """Where the picture lies, by the table."""
    video.refresh_from_db()
    assert uuid.UUID(video.thumbnail.split("/")[1]) == video.session_id
    return video.thumbnail
