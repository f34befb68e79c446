"""What Django's job store adds to the contract of `tests/pipeline/test_job_store.py`: tables around the job, races."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.scan.adapters import DjangoJobStore
from apps.scan.adapters.records import zone_pack
from apps.scan.models import Calibration, JobStep, ProcessingJob, SessionEvent, SessionKPI
from apps.sessions.models import SessionPlayer, SessionStatus, TrackCorrection
from pipeline.errors import PipelineError
from pipeline.plan import StepName
from pipeline.ports import WHOLE, ClaimOutcome, Correction, Results, StepKey, StepSummary
from tests.factories.accounts import make_player, make_team
from tests.factories.scans import make_job, make_session, make_video

pytestmark = pytest.mark.django_db
SUMMARY = StepSummary(
    params_hash="abc", models=[{"key": "m", "version": "1", "sha256": "f" * 64}], device="cpu", frames=7,
    compute_s=1.5, warnings=["dark"],
)  # fmt: skip


@pytest.fixture
def store() -> DjangoJobStore:
    return DjangoJobStore()


def claimed(store: DjangoJobStore, job: ProcessingJob) -> tuple[StepKey, str]:
    key = StepKey(str(job.pk), StepName.PROBE)
    store.open_step(key.job_id, key.step, [WHOLE])
    claim = store.claim(key, worker="host:1", device="cpu", lease_s=15)
    assert claim.outcome is ClaimOutcome.CLAIMED
    return key, claim.token


def session_status(job: ProcessingJob) -> str:
    job.session.refresh_from_db()
    return job.session.status


def test_the_session_follows_its_job(store: DjangoJobStore) -> None:
    job = make_job()
    key, token = claimed(store, job)
    assert session_status(job) == SessionStatus.PROCESSING
    store.release(key, token, PipelineError("no"), max_attempts=3)
    assert session_status(job) == SessionStatus.FAILED
    store.reset(key.job_id)
    assert session_status(job) == SessionStatus.PROCESSING
    store.cancel(key.job_id)
    assert session_status(job) == SessionStatus.CANCELLED


def test_the_newest_job_counts(store: DjangoJobStore) -> None:
    old = make_job(created_at=timezone.now() - timedelta(hours=1))
    make_job(old.session)
    store.cancel(str(old.pk))
    assert session_status(old) == SessionStatus.PENDING


def test_a_finished_step_is_recorded(store: DjangoJobStore) -> None:
    job = make_job()
    key, token = claimed(store, job)
    store.finish(key, token, SUMMARY)
    row = JobStep.objects.get(job=job)
    assert (row.status, row.params_hash, row.models_used, row.frames, row.compute_s, row.warnings, row.worker) == (
        "done", "abc", SUMMARY["models"], 7, 1.5, ["dark"], "host:1"
    )  # fmt: skip
    assert row.started_at <= row.ended_at
    job.refresh_from_db()
    assert job.started_at == row.started_at


def test_of_two_claims_at_the_same_moment_one_wins(store: DjangoJobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rival claims between this worker's read and its write."""
    key = StepKey(str(make_job().pk), StepName.PROBE)
    store.open_step(key.job_id, key.step, [WHOLE])
    rival: list[Any] = []
    real = DjangoJobStore._claimable

    def interleave(row: JobStep | None, now: Any) -> ClaimOutcome:
        outcome = real(row, now)
        if not rival:
            rival.append(None)
            rival[0] = store.claim(key, worker="rival", device="cpu", lease_s=15)
        return outcome

    monkeypatch.setattr(DjangoJobStore, "_claimable", staticmethod(interleave))
    mine = store.claim(key, worker="me", device="cpu", lease_s=15)
    assert (mine.outcome, rival[0].outcome) == (ClaimOutcome.BUSY, ClaimOutcome.CLAIMED)
    assert JobStep.objects.get().worker == "rival"


def test_a_cancel_between_read_and_claim_wins(store: DjangoJobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    key = StepKey(str(make_job().pk), StepName.PROBE)
    store.open_step(key.job_id, key.step, [WHOLE])
    real = DjangoJobStore._claimable

    def interleave(row: JobStep | None, now: Any) -> ClaimOutcome:
        outcome = real(row, now)
        store.cancel(key.job_id)
        return outcome

    monkeypatch.setattr(DjangoJobStore, "_claimable", staticmethod(interleave))
    assert store.claim(key, worker="me", device="cpu", lease_s=15).outcome is ClaimOutcome.BUSY
    assert JobStep.objects.get().status == "cancelled"


def test_a_cancel_that_comes_before_the_failure_is_written_stays(store: DjangoJobStore) -> None:
    job = make_job()
    key, token = claimed(store, job)
    store.cancel(key.job_id)
    assert not store.release(key, token, PipelineError("no"), max_attempts=3)
    job.refresh_from_db()
    assert (job.status, job.error_code) == ("cancelled", "")


def test_the_record_holds_what_steps_may_use(store: DjangoJobStore) -> None:
    team = make_team(age_group="U15")
    kim = make_player(team, height_cm=172, date_of_birth=date(2012, 6, 1), sex="female")
    ada = make_player(team)
    make_player(team)
    session = make_session(team=team, start=timezone.datetime(2026, 5, 31, tzinfo=timezone.get_current_timezone()))
    video = make_video(session, sha256="a" * 64)
    calibration = Calibration.objects.create(team=team, name="c", data={"H": [1]})
    job = make_job(session, subject_player=kim, calibration=calibration, params={"batch": 2})
    TrackCorrection.objects.create(session=session, kind="merge", track_id=3, other_track_id=4)
    TrackCorrection.objects.create(session=session, kind="assign", track_id=3, player=ada)
    record = store.load(str(job.pk))
    assert [(player.player_id, player.height_m, player.age_years, player.zones) for player in record.players] == sorted(
        [(str(kim.pk), 1.72, 13, "u14"), (str(ada.pk), None, None, "u16")]
    )
    assert record.subject_player_id == str(kim.pk)
    assert (record.calibration, record.params, record.preset) == ({"H": [1]}, {"batch": 2}, "fast")
    assert [(video.video_id, video.key, video.sha256) for video in record.videos] == [
        (str(video.pk), video.file.name, "a" * 64)
    ]
    assert record.corrections == (
        Correction("merge", 3, other_track_id=4), Correction("assign", 3, player_id=str(ada.pk))
    )  # fmt: skip


@pytest.mark.parametrize(
    ("age", "sex", "group", "pack"),
    [
        (11.9, "", "", "u12"), (12, "", "", "u14"), (17, "female", "", "u18"), (18, "", "", "adult"),
        (30, "female", "", "women"), (None, "", "U12", "u12"), (None, "", "Girls u-14", "u14"),
        (None, "female", "Senior", "women"), (None, "", "", "adult"), (20, "", "U12", "adult"),
    ],
)  # fmt: skip
def test_speed_zones_follow_age_then_team(age: float | None, sex: str, group: str, pack: str) -> None:
    assert zone_pack(age, sex, group) == pack


def results(speed: float = 7.0, player_id: str | None = None) -> Results:
    groups: dict[str, dict[str, dict[str, Any]]] = {
        "speed": {"max_speed_mps": {"value": speed, "unit": "m/s", "low": 6.5, "high": 7.5, "n": 3, "coverage": 0.9}},
        "distance": {"total_distance_m": {"absent": "the pitch is not calibrated"}},
    }
    return Results(
        catalogue_version="1.0",
        players=[{
            "track_id": 4, "player_id": player_id, "grade": "B", "groups": groups, "quality": {"fps": 25.0},
            "series": {"t_s": [0.0], "speed_mps": [None]}, "details": {"efforts": []},
        }],
        events=[{
            "kind": "sprint", "t0_s": 1.0, "t1_s": 2.5, "track_id": 4, "player_id": player_id, "confidence": 0.8,
            "data": {"distance_m": 9.0},
        }],
        tracks=[{"track_id": 4, "player_id": player_id}, {"track_id": 5, "player_id": None}],
    )  # fmt: skip


def test_results_are_stored_with_columns_and_intervals(store: DjangoJobStore) -> None:
    job = make_job()
    kim = make_player(job.session.team)
    store.save_results(str(job.pk), results(player_id=str(kim.pk)))
    kpi = SessionKPI.objects.get()
    assert (kpi.session, kpi.job, kpi.player, kpi.track_id, kpi.version, kpi.is_current) == (
        job.session, job, kim, 4, 1, True
    )  # fmt: skip
    assert (kpi.max_speed_mps, kpi.max_speed_mps_low, kpi.max_speed_mps_high, kpi.grade) == (7.0, 6.5, 7.5, "B")
    assert kpi.total_distance_m is None
    assert kpi.groups["distance"]["total_distance_m"] == {"absent": "the pitch is not calibrated"}
    event = SessionEvent.objects.get()
    assert (event.kind, event.t0_s, event.t1_s, event.player, event.data) == (
        "sprint",
        1.0,
        2.5,
        kim,
        {"distance_m": 9.0},
    )
    assert list(SessionPlayer.objects.values_list("track_id", "player")) == [(4, kim.pk), (5, None)]


def test_the_same_results_again_change_nothing(store: DjangoJobStore) -> None:
    job = make_job()
    store.save_results(str(job.pk), results())
    before = list(SessionKPI.objects.values())
    store.save_results(str(job.pk), results())
    assert list(SessionKPI.objects.values()) == before
    assert (SessionEvent.objects.count(), SessionPlayer.objects.count()) == (1, 2)


def test_a_rerun_replaces_and_counts_up(store: DjangoJobStore) -> None:
    job = make_job()
    store.save_results(str(job.pk), results())
    store.save_results(str(job.pk), results(speed=6.9))
    kpi = SessionKPI.objects.get()
    assert (kpi.max_speed_mps, kpi.version, kpi.is_current) == (6.9, 2, True)
    assert SessionEvent.objects.count() == 1


def test_an_older_jobs_figures_stay_as_history(store: DjangoJobStore) -> None:
    old = make_job()
    store.save_results(str(old.pk), results())
    new = make_job(old.session)
    store.save_results(str(new.pk), results(speed=6.9))
    assert list(SessionKPI.objects.order_by("version").values_list("job", "version", "is_current")) == [
        (old.pk, 1, False), (new.pk, 2, True)
    ]  # fmt: skip


def test_a_player_deleted_or_of_another_team_is_nobody(store: DjangoJobStore) -> None:
    job = make_job()
    stranger = make_player(make_team())
    store.save_results(str(job.pk), results(player_id=str(stranger.pk)))
    assert SessionKPI.objects.get().player is None


def test_a_job_that_ended_stores_nothing_more(store: DjangoJobStore) -> None:
    job = make_job()
    store.cancel(str(job.pk))
    with pytest.raises(PipelineError) as caught:
        store.save_results(str(job.pk), results())
    assert caught.value.code == "NOT_OPEN"
    assert not SessionKPI.objects.exists()


def test_results_that_break_off_leave_the_earlier_ones(store: DjangoJobStore) -> None:
    job = make_job()
    store.save_results(str(job.pk), results())
    broken = results(speed=6.9)
    broken["tracks"].append(broken["tracks"][0])
    with pytest.raises(Exception, match=r"UNIQUE|unique"):
        store.save_results(str(job.pk), broken)
    assert SessionKPI.objects.get().max_speed_mps == 7.0
