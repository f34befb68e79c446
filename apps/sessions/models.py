"""Sessions: a training, match or analysis with its film, who is who in it, notes and attachments."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from apps.accounts.models import Player, Team
from apps.core.folding import FoldedTextField, FoldsOnUpdate
from apps.core.models import TimestampedModel, UUIDModel
from apps.core.tenancy import TeamOwnedQuerySet
from apps.sessions.summaries import SessionSummary


class SessionType(models.TextChoices):
    """What was filmed."""

    TRAINING = "training", "Training"
    MATCH = "match", "Match"
    ANALYSIS = "analysis", "Analysis"
    LIVE = "live", "Live"


class SessionStatus(models.TextChoices):
    """Follows the newest job: pending → processing → completed | failed | cancelled; retry → processing."""

    PENDING = "pending", "Pending"
    PROCESSING = "processing", "Processing"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class SessionQuerySet(TeamOwnedQuerySet):
    """Sessions: the team's staff sees all, a player or guardian those about the player."""

    player_path = "player"


class Session(FoldsOnUpdate, TimestampedModel):
    """One filmed (or, in the demo, synthetic) session of a team; `player` where it is about one of them."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="sessions")
    player = models.ForeignKey(Player, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions")
    session_type = models.CharField(max_length=16, choices=SessionType, default=SessionType.TRAINING)
    title = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    folded = FoldedTextField(sources=("title", "description"))
    start = models.DateTimeField(default=timezone.now)
    end = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=16, choices=SessionStatus, default=SessionStatus.PENDING)
    synthetic = models.BooleanField(default=False, help_text="Made from computed trajectories, not from a film.")
    metadata = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    summary: SessionSummary
    """Set by `selectors.with_summaries`."""
    visible_notes: list[SessionNote]
    """Set by `selectors.get_page`."""

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-start", "id"]
        indexes = [
            models.Index(fields=["team", "-start"], name="session_team_start"),
            models.Index(fields=["player", "-start"], name="session_player_start"),
            models.Index(fields=["team", "status", "-start"], name="session_team_status"),
            models.Index(fields=["team", "session_type", "-start"], name="session_team_type"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="session_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.get_session_type_display()} {self.start:%Y-%m-%d}"


class SessionPlayerQuerySet(TeamOwnedQuerySet):
    """Who is who, by the session's team."""

    team_path = "session__team"
    player_path = "player"


class SessionPlayer(UUIDModel):
    """Which player a linked track is."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="session_players")
    track_id = models.PositiveIntegerField()
    player = models.ForeignKey(Player, on_delete=models.CASCADE, null=True, blank=True, related_name="session_players")
    withheld = models.BooleanField(
        default=False, db_default=False, help_text="Somebody is named, but without consent to filming: stays unnamed."
    )

    objects = SessionPlayerQuerySet.as_manager()

    class Meta:
        ordering = ["session", "track_id"]
        constraints = [models.UniqueConstraint(fields=["session", "track_id"], name="session_player_once")]

    def __str__(self) -> str:
        return f"track {self.track_id} of {self.session_id}"


class CorrectionKind(models.TextChoices):
    """What a coach says about tracks."""

    ASSIGN = "assign", "Assign"
    MERGE = "merge", "Merge"
    SPLIT = "split", "Split"


class TrackCorrectionQuerySet(TeamOwnedQuerySet):
    """Corrections by the session's team."""

    team_path = "session__team"


class TrackCorrection(UUIDModel):
    """A coach's word on the tracks: survives every re-run, applied in the order of `created_at`, `id`.

    `assign` uses `player` (null takes the name away), `merge` `other_track_id`, `split` `frame`.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="track_corrections")
    kind = models.CharField(max_length=8, choices=CorrectionKind)
    track_id = models.PositiveIntegerField()
    player = models.ForeignKey(Player, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    other_track_id = models.PositiveIntegerField(null=True, blank=True)
    frame = models.PositiveIntegerField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TrackCorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["session", "created_at"], name="correction_session_order")]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(kind=CorrectionKind.ASSIGN)
                    | Q(kind=CorrectionKind.MERGE, other_track_id__isnull=False)
                    | Q(kind=CorrectionKind.SPLIT, frame__isnull=False)
                ),
                name="correction_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} track {self.track_id} of {self.session_id}"


class SessionNoteQuerySet(TeamOwnedQuerySet):
    """Notes: the staff's own; players do not read them."""

    team_path = "session__team"


class NoteKind(models.TextChoices):
    """How a note was made."""

    TEXT = "text", "Text"
    DRAWING = "drawing", "Drawing"


class SessionNote(FoldsOnUpdate, TimestampedModel):
    """What a coach or analyst wrote, or drew on a picture of the film, about a session."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=NoteKind, default=NoteKind.TEXT)
    text = models.TextField(max_length=10_000, blank=True)
    folded = FoldedTextField(sources=("text",))
    t_s = models.FloatField(null=True, blank=True, help_text="Where in the film it belongs, in seconds.")
    data = models.JSONField(default=dict, blank=True, help_text="The strokes of a drawing.")

    objects = SessionNoteQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=NoteKind.TEXT) | Q(kind=NoteKind.DRAWING, t_s__isnull=False),
                name="note_drawing_has_its_time",
            ),
            models.CheckConstraint(condition=Q(t_s__isnull=True) | Q(t_s__gte=0), name="note_time_in_film"),
        ]

    def __str__(self) -> str:
        return self.text[:60] or self.get_kind_display()


class SessionAttachmentQuerySet(TeamOwnedQuerySet):
    """Attachments by the session's team."""

    team_path = "session__team"


class SessionAttachment(UUIDModel):
    """A private file beside a session."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to="attachments/%Y/%m/", max_length=255)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SessionAttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name


MAX_RPE = 10
"""Top of Foster's CR-10 scale."""
MAX_LOAD_MINUTES = 600
"""Longer than any day of football; more is a slip of the keyboard."""


class LoadSource(models.TextChoices):
    """Who said how hard it was."""

    COACH = "coach", "Coach"
    PLAYER = "player", "Player"


class SessionLoadQuerySet(TeamOwnedQuerySet):
    """Loads: the team's staff sees all, a player or guardian their own."""

    team_path = "session__team"
    player_path = "player"


class SessionLoad(TimestampedModel):
    """How long and how hard a session was for one player, as somebody entered it; `null` = nobody said."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="loads")
    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="loads")
    minutes = models.FloatField(null=True, blank=True, help_text="Minutes the player took part.")
    rpe = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(MAX_RPE)],
        help_text="Rating of perceived exertion, 0 rest to 10 maximal (Foster's CR-10).",
    )
    match_minutes = models.FloatField(null=True, blank=True, help_text="Of these, minutes of match play.")
    source = models.CharField(max_length=8, choices=LoadSource, default=LoadSource.COACH)
    minutes_source = models.CharField(
        max_length=8, choices=LoadSource, default=LoadSource.COACH, help_text="Who entered the minutes."
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = SessionLoadQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "player"], name="session_load_once"),
            models.CheckConstraint(
                condition=Q(rpe__isnull=True) | Q(rpe__gte=0, rpe__lte=MAX_RPE), name="session_load_rpe_on_scale"
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__gte=0, minutes__lte=MAX_LOAD_MINUTES),
                name="session_load_minutes_possible",
            ),
            models.CheckConstraint(
                condition=Q(match_minutes__isnull=True) | Q(match_minutes__gte=0, match_minutes__lte=MAX_LOAD_MINUTES),
                name="session_load_match_minutes_possible",
            ),
        ]

    def __str__(self) -> str:
        return f"load of {self.player_id} in {self.session_id}"
