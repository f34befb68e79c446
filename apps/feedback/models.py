"""Feedback, what people thought of it, and the knowledge behind it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from apps.accounts.models import Player, SpeedUnit, Team, Units
from apps.core.models import TimestampedModel, UUIDModel
from apps.core.tenancy import TeamOwnedQuerySet, TenantUser
from apps.sessions.models import Session

LONGEST_QUESTION = 1000
BEST_RATING = 5


class FeedbackType(models.TextChoices):
    """How much is asked for."""

    COMPREHENSIVE = "comprehensive", "Comprehensive"
    QUICK = "quick", "Quick"
    SPECIFIC = "specific", "Specific"


class Language(models.TextChoices):
    """In which language a text is written."""

    ENGLISH = "en", "English"
    SPANISH = "es", "Spanish"


class FeedbackStatus(models.TextChoices):
    """queued → running → completed | failed; a dead worker's running → running by another, at most three times."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"


OPEN = (FeedbackStatus.QUEUED, FeedbackStatus.RUNNING)


class FeedbackQuerySet(TeamOwnedQuerySet):
    """Feedback: the team's staff sees all; a player or guardian what is about the player and was shared with them."""

    player_path = "player"

    def visible_to(self, user: TenantUser | AnonymousUser) -> Self:
        """Return the feedback that the user may read."""
        if not user.is_authenticated or isinstance(user, AnonymousUser):
            return self.none()
        shared = Q(player__in=user.own_player_ids(), shared_at__isnull=False, status=FeedbackStatus.COMPLETED)
        return self.filter(Q(team__in=user.staffed_team_ids()) | shared)


class Feedback(TimestampedModel):
    """A text about a player's or a team's session, written by an engine from evidence.

    `text` grows while it is written and `version` with it; `body` is there once it is completed and has passed the
    checks (`engine.schema.Body`).
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="feedback")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="feedback")
    player = models.ForeignKey(
        Player, on_delete=models.CASCADE, null=True, blank=True, related_name="feedback", help_text="Empty: the team."
    )
    feedback_type = models.CharField(max_length=16, choices=FeedbackType, default=FeedbackType.COMPREHENSIVE)
    focus_areas = models.JSONField(default=list, blank=True)
    question = models.TextField(blank=True, max_length=LONGEST_QUESTION)
    language = models.CharField(max_length=8, choices=Language, default=Language.ENGLISH)
    units = models.CharField(
        max_length=8, choices=Units, default=Units.METRIC, db_default=Units.METRIC, help_text="Of whoever asked."
    )
    speed_unit = models.CharField(
        max_length=4, choices=SpeedUnit, blank=True, default="", db_default="", help_text="Of whoever asked."
    )
    time_zone = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="In which days are told; blank = the team's."
    )
    context = models.JSONField(
        default=dict, blank=True, encoder=DjangoJSONEncoder, help_text="Live figures that came with the question."
    )
    status = models.CharField(max_length=16, choices=FeedbackStatus, default=FeedbackStatus.QUEUED)
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0, help_text="Grows with each change of status or text.")
    body = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    provider = models.CharField(max_length=32, blank=True)
    model = models.CharField(max_length=64, blank=True)
    cache_key = models.CharField(
        max_length=64, blank=True, help_text="Same evidence, question, language and engine: same text."
    )
    batch_id = models.UUIDField(null=True, blank=True, db_index=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    shared_at = models.DateTimeField(null=True, blank=True, help_text="Since when the player and guardians read it.")
    shared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    completed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.UUIDField(null=True, blank=True, help_text="Who holds the lease.")
    error_code = models.CharField(max_length=32, blank=True)
    error_message = models.TextField(blank=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        verbose_name_plural = "feedback"
        indexes = [
            models.Index(fields=["team", "-created_at"], name="feedback_team_newest"),
            models.Index(fields=["player", "-created_at"], name="feedback_player_newest"),
            models.Index(fields=["session", "-created_at"], name="feedback_session_newest"),
            models.Index(fields=["status", "lease_until"], name="feedback_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cache_key"],
                condition=~Q(cache_key="") & ~Q(status=FeedbackStatus.FAILED),
                name="feedback_once_for_its_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.feedback_type} feedback, {self.status}"


class FeedbackMentionQuerySet(TeamOwnedQuerySet):
    """Mentions, by the feedback's team."""

    team_path = "feedback__team"


class FeedbackMention(UUIDModel):
    """How a player is called in the text of a team's feedback, so that an erasure finds the name."""

    feedback = models.ForeignKey(Feedback, on_delete=models.CASCADE, related_name="mentions")
    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=170)

    objects = FeedbackMentionQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["feedback", "player"], name="feedback_mention_once")]

    def __str__(self) -> str:
        return self.name


class FeedbackRatingQuerySet(TeamOwnedQuerySet):
    """Ratings, by the feedback's team."""

    team_path = "feedback__team"


class FeedbackRating(TimestampedModel):
    """What one person thought of a feedback; rating again replaces it."""

    feedback = models.ForeignKey(Feedback, on_delete=models.CASCADE, related_name="ratings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feedback_ratings")
    rating = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(BEST_RATING)], help_text="1 useless to 5 excellent."
    )
    notes = models.TextField(blank=True, max_length=2000)

    objects = FeedbackRatingQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["feedback", "user"], name="feedback_rated_once"),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=BEST_RATING), name="feedback_rating_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.rating} for {self.feedback_id}"


class KnowledgeDocumentQuerySet(models.QuerySet["KnowledgeDocument"]):
    """Articles are for everybody who is logged in."""


class KnowledgeDocument(TimestampedModel):
    """A short article in our own words, with its sources; `fixtures/knowledge/` holds those that ship."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    text = models.TextField()
    age_groups = models.JSONField(default=list, blank=True, help_text="U9 … U18, adult; empty: all.")
    tags = models.JSONField(default=list, blank=True)
    sources = models.JSONField(default=list, blank=True, help_text="[{title, url or doi, what}]")
    licence = models.CharField(max_length=32, default="CC0-1.0")
    language = models.CharField(max_length=8, default="en")
    reviewed = models.DateField(null=True, blank=True, help_text="When the sources were last read against the text.")

    objects = KnowledgeDocumentQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title
