"""The film that players and guardians see: without faces, or not at all; the original is for the staff of the team."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Membership, Player, Role, Team, User
from apps.core.models import AuditEvent
from apps.scan import lifecycle, media
from apps.scan.adapters import DjangoJobStore
from apps.scan.models import ProcessingJob, Video
from apps.scan.selectors import shown
from apps.scan.services import sharing
from apps.sessions.models import Session
from pipeline.local import FolderArtefactStore, ScanRequest, run_local
from pipeline.ports import JobStatus, Ports, installed
from pipeline.runner import run_to_end
from pipeline.testing import MemoryProgressSink
from tests.factories import heads
from tests.factories.accounts import make_consent, make_guardian, make_player
from tests.factories.scans import make_job, make_session, make_video
from vision.video.reader import VideoReader

pytestmark = pytest.mark.django_db
CAST = heads.CAST[:2]
FRAMES = 20


@pytest.fixture(scope="module")
def scanned_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film, and the artefacts of its scan."""
    folder = tmp_path_factory.mktemp("shared")
    original = heads.film(folder / "film.mp4", CAST, FRAMES)
    wanted = ScanRequest(original, folder / "out", overlay=False, overrides={"window_s": 20.0})
    run_local(wanted, heads.tools(folder, CAST))
    return folder


@pytest.fixture
def film(scanned_folder: Path, folders: Path, team: Team, player: Player) -> Video:
    """A completed scan of a child's session."""
    session = make_session(team=team, player=player, title="Training")
    original = scanned_folder / "film.mp4"
    width, height = heads.SIZE
    video = make_video(
        session, width=width, height=height, frames=FRAMES, duration_s=FRAMES / heads.FPS,
        size_bytes=original.stat().st_size, codec="hevc", playable=False,
    )  # fmt: skip
    video.file = media.video_key(session.pk, video.pk, "mp4")
    video.save(update_fields=["file"])
    (folders / video.file.name).parent.mkdir(parents=True)
    shutil.copy(original, folders / video.file.name)
    make_job(session, status=JobStatus.COMPLETED.value, current_step="publish")
    made = FolderArtefactStore(scanned_folder / "out" / "artefacts", scanned_folder)
    for key in made.list("sessions/local"):
        installed().artefacts.write(f"sessions/{session.pk}/{video.pk}/{key.split('/', 3)[3]}", made.read(key))
    return video


@pytest.fixture
def guardian(player: Player) -> User:
    """The child's mother."""
    return make_guardian(player)


def blur(scanned_folder: Path, session: Session) -> None:
    """Work on the open blurring of a session."""
    job = ProcessingJob.objects.blurs().get(session=session, status="queued")
    ports = Ports(DjangoJobStore(), installed().artefacts, MemoryProgressSink())
    overview = run_to_end(ports, heads.tools(scanned_folder, CAST), str(job.pk))
    assert overview.status is JobStatus.COMPLETED, overview.error_trace


def body(response: Any) -> bytes:
    """Everything that was sent."""
    return b"".join(response) if response.streaming else response.content


def readable(content: bytes, folder: Path) -> bool:
    """Whether the first head in a film can be read."""
    path = folder / "got.mp4"
    path.write_bytes(content)
    image = next(iter(VideoReader(path).frames())).image_bgr
    where = heads.visible(np.array(CAST[0].head(0)))
    assert where is not None
    return float(image[where].std()) > 40


ROUTES = ("video", "frame")


def test_first_it_is_being_made_then_it_has_no_faces(
    api_client: Callable[..., Any], coach: User, guardian: User, film: Video, scanned_folder: Path, tmp_path: Path
) -> None:
    client, path = api_client(guardian), f"/api/scan/{film.session_id}"
    results = client.get(f"{path}/results").json()["data"]["video"]
    assert (results["faces"], results["playable"]) == ("being_made", False)
    for url in (f"{path}/video", f"{path}/frame?t=0", results["url"]):
        answer = client.get(url)
        assert (answer.status_code, answer.json()["error"]["message"]) == (409, shown.BEING_MADE)
        assert answer["Retry-After"] == "30"
        assert client.get(url, headers={"Range": "bytes=0-99"}).status_code == 409
        assert client.head(url).status_code in (405, 409)
    assert ProcessingJob.objects.blurs().count() == 1, "asked for many times, made once"
    assert readable(body(api_client(coach).get(f"{path}/video")), tmp_path)

    blur(scanned_folder, film.session)
    results = client.get(f"{path}/results").json()["data"]["video"]
    assert (results["faces"], results["playable"], results["codec"]) == ("blurred", True, "h264")
    original = Path(film.file.path).read_bytes()
    for url in (f"{path}/video", results["url"]):
        got = client.get(url)
        sent = body(got)
        assert (got.status_code, got["Content-Type"]) == (200, "video/mp4")
        assert sent != original
        assert not readable(sent, tmp_path)
        part = client.get(url, headers={"Range": "bytes=0-1999"})
        assert (part.status_code, body(part)) == (206, sent[:2000])
        assert client.get(url, headers={"Range": "bytes=0-99", "If-Range": '"' + "0" * 32 + '"'}).status_code == 200
    picture = client.get(f"{path}/frame?t=0")
    assert picture.status_code == 200
    assert body(picture) != body(api_client(coach).get(f"{path}/frame?t=0"))
    assert ProcessingJob.objects.blurs().count() == 1


def test_staff_see_the_original_and_may_fetch_the_copy(
    api_client: Callable[..., Any], coach: User, analyst: User, film: Video, scanned_folder: Path, tmp_path: Path
) -> None:
    path = f"/api/scan/{film.session_id}"
    for user in (coach, analyst):
        video = api_client(user).get(f"{path}/results").json()["data"]["video"]
        assert (video["faces"], video["codec"]) == ("visible", "hevc")
        assert readable(body(api_client(user).get(f"{path}/video")), tmp_path)
        assert readable(body(api_client().get(video["url"])), tmp_path)
    assert not ProcessingJob.objects.blurs().exists(), "nobody asked for a copy"
    assert api_client(coach).get(f"{path}/video?faces=blurred").status_code == 409
    blur(scanned_folder, film.session)
    assert not readable(body(api_client(coach).get(f"{path}/video?faces=blurred")), tmp_path)
    assert api_client(coach).get(f"{path}/video?faces=sharp").status_code == 400


def test_a_player_in_person_sees_no_faces_either(
    api_client: Callable[..., Any], player_user: User, film: Video
) -> None:
    Session.objects.filter(pk=film.session_id).update(player=player_user.players.get())
    assert api_client(player_user).get(f"/api/scan/{film.session_id}/video").status_code == 409
    video = api_client(player_user).get(f"/api/scan/{film.session_id}/results").json()["data"]["video"]
    assert api_client(player_user).get(video["url"]).status_code == 409


def test_a_link_of_somebody_who_was_staff_opens_the_original_no_more(
    api_client: Callable[..., Any], coach: User, player: Player, film: Video
) -> None:
    url = api_client(coach).get(f"/api/scan/{film.session_id}/results").json()["data"]["video"]["url"]
    assert api_client().get(url).status_code == 200
    Membership.objects.filter(user=coach).update(role=Role.PLAYER)
    Player.objects.filter(pk=player.pk).update(user=coach)
    assert api_client().get(url).status_code == 409
    Membership.objects.filter(user=coach).delete()
    Player.objects.filter(pk=player.pk).update(user=None)
    assert api_client().get(url).status_code == 404


def test_links_are_of_one_person(api_client: Callable[..., Any], coach: User, guardian: User, film: Video) -> None:
    url = media.signed_video_url(film, guardian.pk)
    assert url != media.signed_video_url(film, coach.pk)
    assert api_client(coach).get(url).status_code == 409, "whoever opens it, it is the guardian's"


def test_another_teams_coach_gets_nothing(api_client: Callable[..., Any], other_coach: User, film: Video) -> None:
    for route in ROUTES:
        assert api_client(other_coach).get(f"/api/scan/{film.session_id}/{route}").status_code == 404
    assert api_client(other_coach).get(f"/api/scan/{film.session_id}/video?faces=blurred").status_code == 404
    assert api_client().get(media.signed_video_url(film, other_coach.pk)).status_code == 404
    assert not ProcessingJob.objects.blurs().exists()


def test_the_small_picture_has_no_faces_either(
    api_client: Callable[..., Any], coach: User, guardian: User, film: Video, scanned_folder: Path
) -> None:
    key = f"sessions/{film.session_id}/{film.pk}/thumbnail.jpg"
    Video.objects.filter(pk=film.pk).update(thumbnail=key)
    session = f"/api/sessions/{film.session_id}"
    assert api_client(guardian).get(session).json()["data"]["thumbnail_url"] is None
    assert api_client().get(media.signed_thumbnail_url(film.pk, guardian.pk)).status_code == 404
    of_staff = body(api_client().get(api_client(coach).get(session).json()["data"]["thumbnail_url"]))
    assert of_staff == installed().artefacts.read(key)
    sharing.make_copies(film.session)
    blur(scanned_folder, film.session)
    got = api_client().get(api_client(guardian).get(session).json()["data"]["thumbnail_url"])
    assert (got.status_code, got["Content-Type"]) == (200, "image/jpeg")
    assert body(got) != of_staff


def test_a_team_may_show_faces_while_everybody_may_be_filmed(
    api_client: Callable[..., Any], owner: User, coach: User, guardian: User, team: Team, film: Video, tmp_path: Path
) -> None:
    assert api_client(coach).patch(f"/api/teams/{team.pk}", {"blur_shared_film": False}).status_code == 403
    changed = api_client(owner).patch(f"/api/teams/{team.pk}", {"blur_shared_film": False})
    assert changed.json()["data"]["blur_shared_film"] is False
    event = AuditEvent.objects.get(action="team.blur_shared_film")
    assert (event.actor_id, event.before, event.after) == (
        owner.pk, {"blur_shared_film": True}, {"blur_shared_film": False},
    )  # fmt: skip
    client, path = api_client(guardian), f"/api/scan/{film.session_id}"
    assert client.get(f"{path}/results").json()["data"]["video"]["faces"] == "visible"
    assert readable(body(client.get(f"{path}/video")), tmp_path)
    other = make_player(team, date_of_birth="2012-01-01")
    assert client.get(f"{path}/video").status_code == 409, "a child of whom nobody said yes may be in the picture"
    make_consent(other)
    assert client.get(f"{path}/video").status_code == 200
    make_consent(other, given=False)
    assert client.get(f"{path}/video").status_code == 409


def test_without_a_finished_scan_it_is_withheld(api_client: Callable[..., Any], guardian: User, film: Video) -> None:
    ProcessingJob.objects.update(status=JobStatus.FAILED.value)
    client, path = api_client(guardian), f"/api/scan/{film.session_id}"
    assert client.get(f"{path}/results").json()["data"]["video"]["faces"] == "withheld"
    answer = client.get(f"{path}/video")
    assert (answer.status_code, answer.json()["error"]["message"]) == (409, shown.NOT_SCANNED)
    assert not ProcessingJob.objects.blurs().exists()


def test_a_failed_copy_is_said_to_be_and_may_be_tried_again(
    api_client: Callable[..., Any], guardian: User, coach: User, film: Video
) -> None:
    job = sharing.make_copies(film.session)
    assert job is not None
    ProcessingJob.objects.filter(pk=job.pk).update(status=JobStatus.FAILED.value)
    client, path = api_client(guardian), f"/api/scan/{film.session_id}"
    answer = client.get(f"{path}/video")
    assert (answer.status_code, answer.json()["error"]["message"]) == (409, shown.NOT_BLURRED)
    assert ProcessingJob.objects.blurs().count() == 1, "not at once again"
    assert client.post(f"/api/scan/{job.pk}/retry").status_code == 403
    assert api_client(coach).post(f"/api/scan/{job.pk}/retry").status_code == 200
    assert client.get(f"{path}/video").json()["error"]["message"] == shown.BEING_MADE


def test_it_says_so_in_spanish(api_client: Callable[..., Any], guardian: User, film: Video) -> None:
    answer = api_client(guardian).get(f"/api/scan/{film.session_id}/video", headers={"Accept-Language": "es"})
    assert answer.json()["error"]["message"].startswith("Se está preparando este vídeo para ti")


def test_it_is_made_anew_when_the_scan_found_other_people(
    api_client: Callable[..., Any], guardian: User, film: Video, scanned_folder: Path
) -> None:
    sharing.make_copies(film.session)
    blur(scanned_folder, film.session)
    assert sharing.make_copies(film.session) is None
    store = installed().artefacts
    key = f"sessions/{film.session_id}/{film.pk}/tracks/index.json"
    store.write(key, store.read(key).replace(b'"params_hash": "', b'"params_hash": "0'))
    assert api_client(guardian).get(f"/api/scan/{film.session_id}/video").status_code == 200, "the old one meanwhile"
    assert ProcessingJob.objects.blurs().filter(status="queued").count() == 1


def test_the_session_and_its_scan_stand_as_they_did(film: Video, scanned_folder: Path, coach: User) -> None:
    Session.objects.filter(pk=film.session_id).update(status="completed")
    scan = film.session.jobs.scans().get()
    sharing.make_copies(film.session)
    blur(scanned_folder, film.session)
    film.session.refresh_from_db()
    assert film.session.status == "completed"
    assert list(film.session.jobs.scans()) == [scan]


def test_of_two_who_ask_at_once_one_job_comes(film: Video, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = sharing.newest_blur

    def rival_first(session: Session) -> ProcessingJob | None:
        found = newest(session)
        if found is None:
            monkeypatch.setattr(sharing, "newest_blur", newest)
            assert sharing.make_copies(session) is not None
        return found

    monkeypatch.setattr(sharing, "newest_blur", rival_first)
    assert sharing.make_copies(film.session) is None
    assert ProcessingJob.objects.blurs().count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        ProcessingJob.objects.create(session=film.session, kind="blur", current_step="hide")


def test_it_goes_with_the_session_and_not_before(film: Video, scanned_folder: Path, folders: Path) -> None:
    sharing.make_copies(film.session)
    blur(scanned_folder, film.session)
    copy = folders / f"videos/{film.session_id}/{film.pk}.shared.mp4"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert not [key for key in media.unowned_films(lifecycle.YOUNG * 0) if key.endswith(".shared.mp4")]
    after = lifecycle.erase_sessions([film.session_id])
    Session.objects.filter(pk=film.session_id).delete()
    after()
    assert not copy.exists()
    assert not list(installed().artefacts.list(f"sessions/{film.session_id}"))


def test_a_copy_whose_film_is_gone_is_swept(film: Video, folders: Path) -> None:
    left = folders / f"videos/{film.session_id}/{film.pk}.shared.mp4"
    left.write_bytes(b"left over")
    assert not media.unowned_films(lifecycle.YOUNG * 0)
    Video.objects.all().delete()
    assert f"videos/{film.session_id}/{film.pk}.shared.mp4" in media.unowned_films(lifecycle.YOUNG * 0)


def test_a_worker_that_finishes_after_the_deletion_leaves_nothing(
    film: Video, scanned_folder: Path, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = sharing.make_copies(film.session)
    assert job is not None
    finish = DjangoJobStore.finish

    def deleted_meanwhile(self: DjangoJobStore, key: Any, token: str, summary: Any) -> bool:
        if key.step == "join":
            after = lifecycle.erase_sessions([film.session_id])
            Session.objects.filter(pk=film.session_id).delete()
            after()
            (folders / f"videos/{film.session_id}").mkdir(parents=True, exist_ok=True)
            (folders / f"videos/{film.session_id}/{film.pk}.shared.mp4").write_bytes(b"written a moment later")
        return finish(self, key, token, summary)

    monkeypatch.setattr(DjangoJobStore, "finish", deleted_meanwhile)
    ports = Ports(DjangoJobStore(), installed().artefacts, MemoryProgressSink())
    with pytest.raises(Exception, match="deleted"):
        run_to_end(ports, heads.tools(scanned_folder, CAST), str(job.pk))
    assert not (folders / f"videos/{film.session_id}/{film.pk}.shared.mp4").exists()


def test_a_range_costs_few_queries(
    api_client: Callable[..., Any], coach: User, guardian: User, film: Video, scanned_folder: Path
) -> None:
    sharing.make_copies(film.session)
    blur(scanned_folder, film.session)
    counts = []
    for user in (coach, guardian):
        url = media.signed_video_url(film, user.pk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert api_client().get(url, headers={"Range": "bytes=0-99"}).status_code == 206
        counts.append(len(queries))
    assert counts[0] <= 4
    assert counts[1] <= 7
