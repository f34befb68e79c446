"""Tables of a scan: what was uploaded, what is being worked on, and what came out."""

from __future__ import annotations

import uuid
from fractions import Fraction
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.core.tenancy import TeamOwnedQuerySet
from pipeline.api import BESIDE, JobKind
from pipeline.ports import WHOLE, JobStatus, StepStatus

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from apps.accounts.models import User


def choices(values: type[JobStatus] | type[StepStatus]) -> list[tuple[str, str]]:
    """Django choices of one of the pipeline's enums, so that the words exist once."""
    return [(value.value, value.value) for value in values]


class UploadQuerySet(models.QuerySet["Upload"]):
    """Uploads belong to the person who sends them until a session takes the file."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The user's own uploads."""
        return self.filter(created_by=user) if isinstance(user, models.Model) else self.none()


class Upload(models.Model):
    """One resumable upload (tus 1.0): receiving → complete → consumed; receiving, complete → expired."""

    class Status(models.TextChoices):
        """Where the upload stands."""

        RECEIVING = "receiving"
        COMPLETE = "complete"
        CONSUMED = "consumed"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.RECEIVING)
    filename = models.CharField(max_length=255)
    length_bytes = models.BigIntegerField()
    offset_bytes = models.BigIntegerField(default=0)
    metadata = models.JSONField(default=dict, blank=True)
    path = models.CharField(max_length=500, help_text="Name of the growing file below the upload folder")
    expires_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(offset_bytes__gte=0) & models.Q(offset_bytes__lte=models.F("length_bytes")),
                name="scan_upload_offset_within_length",
            )
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.offset_bytes}/{self.length_bytes})"


class SessionScopedQuerySet(TeamOwnedQuerySet):
    """Rows that reach their team through the session."""

    team_path = "session__team"
    player_path = "session__player"


class ProcessingJobQuerySet(SessionScopedQuerySet):
    """Jobs of sessions; a body fit or blurring is a job beside the scan's, which never stands for the session."""

    def scans(self) -> Self:
        """Jobs whose results pages show."""
        return self.exclude(kind__in=[kind.value for kind in BESIDE])

    def body_fits(self) -> Self:
        """Jobs that fit bodies to the people of a scan."""
        return self.filter(kind=JobKind.SMPL.value)

    def blurs(self) -> Self:
        """Jobs that make films without faces."""
        return self.filter(kind=JobKind.BLUR.value)


class Video(models.Model):
    """One film of a session, as probed: what the container says after the rotation tag is applied."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey("training_sessions.Session", on_delete=models.CASCADE, related_name="videos")
    camera = models.CharField(max_length=40, blank=True, default="", help_text="Empty for a single-camera scan")
    file = models.FileField(max_length=500)
    original_name = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    container = models.CharField(max_length=40, blank=True)
    codec = models.CharField(max_length=40, blank=True)
    width = models.PositiveIntegerField(help_text="Pixels, upright")
    height = models.PositiveIntegerField(help_text="Pixels, upright")
    fps_num = models.PositiveIntegerField()
    fps_den = models.PositiveIntegerField(default=1)
    frames = models.PositiveIntegerField(help_text="Declared by the container; the probe step counts for itself")
    duration_s = models.FloatField()
    rotation_deg = models.PositiveSmallIntegerField(default=0)
    playable = models.BooleanField(default=True, help_text="Whether browsers can play the file as it is")
    warnings = models.JSONField(default=list, blank=True)
    thumbnail = models.CharField(max_length=500, blank=True, help_text="Key of the small picture among the artefacts")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SessionScopedQuerySet.as_manager()

    class Meta:
        ordering = ["session", "camera"]
        constraints = [models.UniqueConstraint(fields=["session", "camera"], name="scan_video_one_per_camera")]

    def __str__(self) -> str:
        return self.original_name

    @property
    def fps(self) -> float:
        """Frames a second, as the container declares."""
        return float(Fraction(self.fps_num, self.fps_den))


class Calibration(models.Model):
    """Where the pitch is in the picture (`pitch`) or how a camera sees (`camera`); reusable within the team."""

    class Kind(models.TextChoices):
        """What is calibrated."""

        PITCH = "pitch"
        CAMERA = "camera"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey("accounts.Team", on_delete=models.CASCADE, related_name="calibrations")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PITCH)
    name = models.CharField(max_length=120)
    data = models.JSONField(help_text="JSON form of vision.calibration.PitchHomography")
    points = models.JSONField(
        default=list, blank=True, help_text="What was clicked: mark or pitch metres, image pixels"
    )
    error_m = models.FloatField(null=True, blank=True)
    max_error_m = models.FloatField(null=True, blank=True)
    warnings = models.JSONField(default=list, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="calibrations"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = TeamOwnedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["team", "-created_at"], name="scan_calibration_list")]

    def __str__(self) -> str:
        return self.name


class ProcessingJob(models.Model):
    """One run of a plan over a session's videos.

    queued → running → completed | failed | cancelled; failed, cancelled, completed → queued by retry or re-run.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey("training_sessions.Session", on_delete=models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=20, default="quick")
    preset = models.CharField(max_length=20, default="standard")
    params = models.JSONField(default=dict, blank=True, help_text="Overrides of the preset's parameters")
    subject_player = models.ForeignKey(
        "accounts.Player", on_delete=models.SET_NULL, null=True, blank=True, related_name="scan_jobs"
    )
    calibration = models.ForeignKey(Calibration, on_delete=models.SET_NULL, null=True, blank=True, related_name="jobs")
    status = models.CharField(max_length=10, choices=choices(JobStatus), default=JobStatus.QUEUED.value)
    current_step = models.CharField(max_length=20)
    step_since = models.DateTimeField(default=timezone.now, help_text="When the job came to its current step")
    progress = models.FloatField(default=0.0, help_text="Percent")
    progress_at = models.DateTimeField(default=timezone.now, help_text="When progress was last announced")
    state_version = models.PositiveIntegerField(default=0, help_text="Grows with every announced state")
    runs = models.PositiveIntegerField(default=1, help_text="Grows with every retry and re-run")
    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.TextField(blank=True)
    error_trace = models.TextField(blank=True, help_text="For staff only")
    results_sha256 = models.CharField(max_length=64, blank=True, help_text="Digest of what save_results stored last")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="scan_jobs"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ProcessingJobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=models.Q(
                    kind=JobKind.SMPL.value, status__in=[JobStatus.QUEUED.value, JobStatus.RUNNING.value]
                ),
                name="scan_one_open_body_fit",
            ),
            models.UniqueConstraint(
                fields=["session"],
                condition=models.Q(
                    kind=JobKind.BLUR.value, status__in=[JobStatus.QUEUED.value, JobStatus.RUNNING.value]
                ),
                name="scan_one_open_blur",
            ),
        ]
        indexes = [
            models.Index(fields=["session", "-created_at"], name="scan_job_newest"),
            models.Index(fields=["status", "step_since"], name="scan_job_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} scan {self.id} ({self.status})"


class JobStepQuerySet(TeamOwnedQuerySet):
    """Steps reach their team through job and session."""

    team_path = "job__session__team"
    player_path = "job__session__player"


class JobStep(models.Model):
    """One unit of work: a step of a job, for one camera and one time window.

    pending → running → done | failed | cancelled; running → pending when its lease expires or it may try again.
    """

    job = models.ForeignKey(ProcessingJob, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(max_length=20)
    camera = models.CharField(max_length=40, blank=True, default="")
    window = models.IntegerField(default=WHOLE)
    status = models.CharField(max_length=10, choices=choices(StepStatus), default=StepStatus.PENDING.value)
    attempt = models.PositiveSmallIntegerField(default=0)
    token = models.CharField(max_length=32, blank=True, help_text="Fences the writes of whoever holds the lease")
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(default=timezone.now, help_text="Back-off: not to be claimed earlier")
    rung_at = models.DateTimeField(null=True, blank=True, help_text="When a message for it was last published")
    progress = models.FloatField(default=0.0, help_text="0-1")
    worker = models.CharField(max_length=120, blank=True)
    device = models.CharField(max_length=60, blank=True)
    params_hash = models.CharField(max_length=64, blank=True)
    models_used = models.JSONField(default=list, blank=True)
    frames = models.PositiveIntegerField(default=0)
    compute_s = models.FloatField(default=0.0)
    warnings = models.JSONField(default=list, blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = JobStepQuerySet.as_manager()

    class Meta:
        ordering = ["job_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["job", "step", "camera", "window"], name="scan_step_once"),
        ]
        indexes = [
            models.Index(fields=["status", "lease_until"], name="scan_step_due"),
            models.Index(fields=["step", "status", "-ended_at"], name="scan_step_speed"),
        ]

    def __str__(self) -> str:
        return self.step if self.window == WHOLE else f"{self.step}[{self.window}]"


class SessionKPI(models.Model):
    """The KPIs of one player (or of one unnamed track) in one session.

    Columns for what lists and aggregates ask for; the rest, with every interval, in `groups`
    (`{group: {key: {value, unit, low, high, n, coverage} | {absent: reason}}}`). `None` means not measured.
    """

    id = models.BigAutoField(primary_key=True)
    session = models.ForeignKey("training_sessions.Session", on_delete=models.CASCADE, related_name="kpis")
    job = models.ForeignKey(ProcessingJob, on_delete=models.CASCADE, null=True, blank=True, related_name="kpis")
    player = models.ForeignKey(
        "accounts.Player", on_delete=models.SET_NULL, null=True, blank=True, related_name="session_kpis"
    )
    track_id = models.IntegerField(help_text="Linked track id; -1 for figures of no single track")
    version = models.PositiveIntegerField(default=1, help_text="Grows with each computation for the session")
    is_current = models.BooleanField(default=True)
    catalogue_version = models.CharField(max_length=20, blank=True, help_text="Definitions the values follow")
    synthetic = models.BooleanField(default=False, help_text="Computed from made-up movement, not from a film")
    grade = models.CharField(max_length=1, blank=True, help_text="A to D; empty without metres")
    max_speed_mps = models.FloatField(null=True, blank=True)
    max_speed_mps_low = models.FloatField(null=True, blank=True)
    max_speed_mps_high = models.FloatField(null=True, blank=True)
    mean_speed_mps = models.FloatField(null=True, blank=True)
    mean_speed_mps_low = models.FloatField(null=True, blank=True)
    mean_speed_mps_high = models.FloatField(null=True, blank=True)
    total_distance_m = models.FloatField(null=True, blank=True)
    total_distance_m_low = models.FloatField(null=True, blank=True)
    total_distance_m_high = models.FloatField(null=True, blank=True)
    high_speed_distance_m = models.FloatField(null=True, blank=True)
    high_speed_distance_m_low = models.FloatField(null=True, blank=True)
    high_speed_distance_m_high = models.FloatField(null=True, blank=True)
    sprint_count = models.FloatField(null=True, blank=True)
    sprint_count_low = models.FloatField(null=True, blank=True)
    sprint_count_high = models.FloatField(null=True, blank=True)
    groups = models.JSONField(default=dict, blank=True)
    quality = models.JSONField(default=dict, blank=True)
    series = models.JSONField(null=True, blank=True, help_text="{t_s: [], speed_mps: []} for the chart")
    details = models.JSONField(default=dict, blank=True, help_text="Efforts, heat map, distance by interval")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SessionScopedQuerySet.as_manager()

    COLUMNS = (
        "max_speed_mps",
        "mean_speed_mps",
        "total_distance_m",
        "high_speed_distance_m",
        "sprint_count",
    )
    """KPI keys of the catalogue that have columns of their own, each with `_low` and `_high`."""

    class Meta:
        ordering = ["session", "track_id"]
        verbose_name = "session KPIs"
        verbose_name_plural = "session KPIs"
        constraints = [
            models.UniqueConstraint(fields=["session", "version", "track_id"], name="scan_kpi_once_per_version"),
        ]
        indexes = [
            models.Index(fields=["session", "is_current"], name="scan_kpi_current"),
            models.Index(fields=["player", "is_current", "-created_at"], name="scan_kpi_of_player"),
        ]

    def __str__(self) -> str:
        return f"KPIs of track {self.track_id}, version {self.version}"


class SessionEvent(models.Model):
    """Something that happened in a session, found by the chain."""

    class Kind(models.TextChoices):
        """What happened."""

        TOUCH = "touch"
        POSSESSION = "possession"
        DRIBBLE = "dribble"
        PASS = "pass"  # noqa: S105 — the football kind
        SHOT = "shot"
        SPRINT = "sprint"
        JUMP = "jump"
        TURN = "turn"

    id = models.BigAutoField(primary_key=True)
    session = models.ForeignKey("training_sessions.Session", on_delete=models.CASCADE, related_name="events")
    job = models.ForeignKey(ProcessingJob, on_delete=models.CASCADE, null=True, blank=True, related_name="events")
    player = models.ForeignKey(
        "accounts.Player", on_delete=models.SET_NULL, null=True, blank=True, related_name="session_events"
    )
    track_id = models.IntegerField(default=-1)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    t0_s = models.FloatField()
    t1_s = models.FloatField()
    confidence = models.FloatField(null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)

    objects = SessionScopedQuerySet.as_manager()

    class Meta:
        ordering = ["session", "t0_s"]
        indexes = [
            models.Index(fields=["session", "kind", "t0_s"], name="scan_event_list"),
            models.Index(fields=["session", "t0_s"], name="scan_event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.t0_s:.1f} s"
