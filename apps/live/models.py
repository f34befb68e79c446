"""A session that is filmed and watched at once: how it stands, which cameras send, who works on it."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.utils import timezone

from apps.core.models import UUIDModel
from apps.core.tenancy import TeamOwnedQuerySet
from apps.scan.models import Calibration
from apps.sessions.models import Session


class LiveSource(models.TextChoices):
    """Where the frames come from."""

    BROWSER = "browser", "Camera of this computer"
    SCREEN = "screen", "Screen share"
    PHONE = "phone", "Paired phone"
    EDGE = "edge", "Edge box"
    VIDEO = "video", "File or network camera"


class LiveStatus(models.TextChoices):
    """waiting → running with the first figures; waiting, running → stopping → stopped | failed. No way back."""

    WAITING = "waiting", "Waiting for frames"
    RUNNING = "running", "Running"
    STOPPING = "stopping", "Being stored"
    STOPPED = "stopped", "Stored"
    FAILED = "failed", "Failed"


class FilmState(models.TextChoices):
    """none; or waiting → made | missing, once the session is over."""

    NONE = "none", "Not recorded"
    WAITING = "waiting", "Being recorded or made"
    MADE = "made", "Made"
    MISSING = "missing", "No picture was kept"


OPEN = (LiveStatus.WAITING, LiveStatus.RUNNING, LiveStatus.STOPPING)
TAKES_FRAMES = (LiveStatus.WAITING, LiveStatus.RUNNING)


class LiveSessionQuerySet(TeamOwnedQuerySet):
    """Live sessions show everybody in the picture, so they are the staff's; players read the session afterwards."""

    team_path = "session__team"

    def open(self) -> LiveSessionQuerySet:
        """Return those that are not stored yet."""
        return self.filter(status__in=OPEN)


class LiveSession(models.Model):
    """The live side of a session. Its id is the session's.

    Attributes:
        token, lease_until: who works on it, and until when; a worker that dies loses it by the clock.
        attempts: how often it was claimed since frames were last processed; a session that kills its workers ends.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE, primary_key=True, related_name="live")
    source = models.CharField(max_length=8, choices=LiveSource)
    model = models.CharField(max_length=40, blank=True, help_text="Preset of the models; empty for the standard one")
    fps = models.FloatField(default=10.0, help_text="Frames a second that each camera should send")
    record = models.BooleanField(default=False, help_text="Whether the film is kept")
    film = models.CharField(max_length=8, choices=FilmState, default=FilmState.NONE)
    artefact_id = models.UUIDField(default=uuid.uuid4, help_text="Where results of several cameras together are stored")
    status = models.CharField(max_length=10, choices=LiveStatus, default=LiveStatus.WAITING)
    started_at = models.DateTimeField(default=timezone.now)
    last_frame_at = models.DateTimeField(null=True, blank=True)
    stop_requested_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    frames_in = models.BigIntegerField(default=0, help_text="Frames that arrived")
    frames_processed = models.BigIntegerField(default=0, help_text="Frames that were looked at")
    frames_dropped = models.BigIntegerField(default=0, help_text="Frames that came too fast, too late or damaged")
    processed_at = models.DateTimeField(null=True, blank=True, help_text="When a state was last published")
    worker = models.CharField(max_length=120, blank=True)
    token = models.CharField(max_length=32, blank=True, help_text="Fences the writes of whoever holds the lease")
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.TextField(blank=True)
    summary = models.JSONField(default=dict, blank=True, help_text="What was measured, as the answer to stop has it")

    objects = LiveSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "session"]
        indexes = [models.Index(fields=["status", "lease_until"], name="live_open")]

    def __str__(self) -> str:
        return f"live session {self.pk} ({self.status})"

    @property
    def takes_frames(self) -> bool:
        """Whether a frame that comes now is looked at."""
        return self.status in TAKES_FRAMES and self.stop_requested_at is None

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.status in OPEN

    def is_held(self, now: datetime | None = None) -> bool:
        """Whether a worker is on it."""
        return self.lease_until is not None and self.lease_until > (now or timezone.now())


class LiveCameraQuerySet(TeamOwnedQuerySet):
    """Cameras, by the session's team."""

    team_path = "live__session__team"


class LiveCamera(UUIDModel):
    """One camera of a live session, known by its name: a phone that comes back goes on as the same camera."""

    live = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="cameras")
    name = models.CharField(max_length=40)
    artefact_id = models.UUIDField(default=uuid.uuid4, help_text="Where this camera's boxes and postures are stored")
    calibration = models.ForeignKey(
        Calibration, on_delete=models.SET_NULL, null=True, blank=True, related_name="live_cameras"
    )
    frames_in = models.BigIntegerField(default=0)
    frames_dropped = models.BigIntegerField(default=0)
    first_us = models.BigIntegerField(
        null=True, blank=True, help_text="Time of the first frame that was looked at: zero of its series and film"
    )
    width = models.PositiveIntegerField(default=0, help_text="Pixels of that frame")
    height = models.PositiveIntegerField(default=0, help_text="Pixels of that frame")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LiveCameraQuerySet.as_manager()

    class Meta:
        ordering = ["live", "name"]
        constraints = [models.UniqueConstraint(fields=["live", "name"], name="live_camera_once")]

    def __str__(self) -> str:
        return self.name


class LiveCheckpointQuerySet(TeamOwnedQuerySet):
    """Checkpoints, by the session's team."""

    team_path = "live__session__team"


class LiveCheckpoint(models.Model):
    """The tracker's memory, saved every second: who takes a session over goes on from here."""

    live = models.OneToOneField(LiveSession, on_delete=models.CASCADE, primary_key=True, related_name="checkpoint")
    data = models.BinaryField()
    saved_at = models.DateTimeField(default=timezone.now)

    objects = LiveCheckpointQuerySet.as_manager()

    def __str__(self) -> str:
        return f"checkpoint of {self.live_id}"
