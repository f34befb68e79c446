"""Planned events, what the planner proposes, drills, and the links by which other calendars read ours."""

from __future__ import annotations

import hashlib
import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from apps.accounts.models import Player, Team
from apps.core.models import TimestampedModel, UUIDModel
from apps.core.tenancy import TeamOwnedQuerySet, TenantUser
from apps.sessions.models import Session

LONGEST_TITLE = 200
LONGEST_RRULE = 500


class EventType(models.TextChoices):
    """What an event is."""

    TRAINING = "training", "Training"
    MATCH = "match", "Match"
    RECOVERY = "recovery", "Recovery"
    ASSESSMENT = "assessment", "Assessment"


class EventIntensity(models.TextChoices):
    """How hard an event is meant to be."""

    LOW = "low", "Low"
    MODERATE = "moderate", "Moderate"
    HIGH = "high", "High"


class EventStatus(models.TextChoices):
    """planned → completed | cancelled; a cancelled event may be planned again (and is judged again)."""

    PLANNED = "planned", "Planned"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"


class FocusArea(models.TextChoices):
    """What a drill trains."""

    WARM_UP = "warm_up", "Warm-up"
    BALL_MASTERY = "ball_mastery", "Ball mastery"
    FIRST_TOUCH = "first_touch", "First touch"
    PASSING = "passing", "Passing"
    DRIBBLING = "dribbling", "Dribbling"
    FINISHING = "finishing", "Finishing"
    DEFENDING = "defending", "Defending"
    GOALKEEPING = "goalkeeping", "Goalkeeping"
    SMALL_SIDED = "small_sided", "Small-sided games"
    SPEED = "speed", "Speed"
    AGILITY = "agility", "Agility"
    COORDINATION = "coordination", "Coordination"
    STRENGTH = "strength", "Strength and prevention"
    ENDURANCE = "endurance", "Endurance"
    RECOVERY = "recovery", "Recovery"


class TeamCalendar(models.Model):
    """One row a team: whoever writes into its calendar changes it first, so writers take turns.

    A conditional update locks the row on PostgreSQL; on SQLite the write transaction itself does.
    """

    team = models.OneToOneField(Team, on_delete=models.CASCADE, primary_key=True, related_name="calendar")
    version = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)

    objects = TeamOwnedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"calendar of {self.team_id}, {self.version}"


class TrainingEventQuerySet(TeamOwnedQuerySet):
    """Events: the team's staff sees all; a player or guardian their own and those of the whole team."""

    player_path = "player"

    def visible_to(self, user: TenantUser | AnonymousUser) -> Self:
        """Return the events that the user may read."""
        if not user.is_authenticated or isinstance(user, AnonymousUser):
            return self.none()
        own = user.own_player_ids()
        own_teams = Player.objects.filter(pk__in=own).values("team_id")
        family = Q(player__in=own) | Q(player__isnull=True, team__in=own_teams)
        return self.filter(Q(team__in=user.staffed_team_ids()) | family)

    def masters(self) -> Self:
        """Return events and series, without the changed single dates of series."""
        return self.filter(series__isnull=True)


class TrainingEvent(TimestampedModel):
    """An event, a series (`rrule`), or one changed date of a series (`series`, `occurrence_date`).

    Dates of a series are local: a series falls on a day at most once, so a local date names one of its events. Where
    an event lasts all day, `start_date` and `end_date` (its last day) count, and `start`, `end` are those days' bounds.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="training_events")
    player = models.ForeignKey(
        Player,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="training_events",
        help_text="Whom it is for; empty: the whole team.",
    )
    excused = models.ManyToManyField(
        Player, blank=True, related_name="excused_events", help_text="Players of the team who do not take part."
    )
    title = models.CharField(max_length=LONGEST_TITLE)
    description = models.TextField(blank=True, max_length=10_000)
    location = models.CharField(max_length=LONGEST_TITLE, blank=True)
    start = models.DateTimeField()
    end = models.DateTimeField()
    all_day = models.BooleanField(default=False)
    start_date = models.DateField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True, help_text="Last day, inclusive.")
    active_minutes = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
        help_text="Minutes of sport on each day of an all-day event.",
    )
    time_zone = models.CharField(max_length=64)
    rrule = models.CharField(max_length=LONGEST_RRULE, blank=True)
    exdates = models.JSONField(default=list, blank=True, help_text="Local dates left out of the series.")
    until = models.DateTimeField(help_text="End of the last event of the series; of a single event, its end.")
    series = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="overrides")
    occurrence_date = models.DateField(null=True, blank=True)
    event_type = models.CharField(max_length=16, choices=EventType, default=EventType.TRAINING)
    status = models.CharField(max_length=16, choices=EventStatus, default=EventStatus.PLANNED)
    intensity = models.CharField(max_length=16, choices=EventIntensity, blank=True)
    sport = models.CharField(max_length=40, default="football")
    tournament = models.BooleanField(default=False)
    match_minutes = models.FloatField(null=True, blank=True, help_text="Minutes that one player plays.")
    half_minutes = models.FloatField(null=True, blank=True)
    headers = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Headers planned for one player.")
    head_contact = models.BooleanField(null=True, blank=True)
    conditioning = models.BooleanField(null=True, blank=True)
    wbgt_c = models.FloatField(null=True, blank=True, help_text="Expected wet-bulb globe temperature [°C].")
    breaks_per_hour = models.FloatField(null=True, blank=True)
    break_minutes = models.FloatField(null=True, blank=True)
    drills = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)
    target_kpis = models.JSONField(default=list, blank=True)
    ai_generated = models.BooleanField(default=False, help_text="Proposed by the planner, accepted by a coach.")
    completed_session = models.ForeignKey(
        Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="planned_events"
    )
    override_reason = models.TextField(blank=True, max_length=2000)
    overridden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    policy = models.CharField(max_length=128, blank=True, help_text="Id and version of the rules it was judged by.")
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = TrainingEventQuerySet.as_manager()

    class Meta:
        ordering = ["start", "id"]
        indexes = [
            models.Index(fields=["team", "start"], name="event_team_start"),
            models.Index(fields=["team", "until"], name="event_team_until"),
            models.Index(fields=["player", "start"], name="event_player_start"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="event_ends_after_start"),
            models.CheckConstraint(
                condition=Q(series__isnull=True) | Q(occurrence_date__isnull=False),
                name="event_override_names_its_date",
            ),
            models.CheckConstraint(
                condition=Q(all_day=False) | Q(start_date__isnull=False, end_date__isnull=False),
                name="event_all_day_has_dates",
            ),
            models.UniqueConstraint(fields=["series", "occurrence_date"], name="event_override_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_series(self) -> bool:
        """Whether it repeats."""
        return bool(self.rrule)


class RecommendationStatus(models.TextChoices):
    """proposed → committed | dismissed; a proposal that expired stays proposed and cannot be committed."""

    PROPOSED = "proposed", "Proposed"
    COMMITTED = "committed", "Committed"
    DISMISSED = "dismissed", "Dismissed"


class RecommendationQuerySet(TeamOwnedQuerySet):
    """Proposals are the staff's until they are committed."""


class Recommendation(TimestampedModel):
    """An event that the planner proposes for a player."""

    request_id = models.UUIDField(default=uuid.uuid4, db_index=True, help_text="The same for all of one request.")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="recommendations")
    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="recommendations")
    proposal = models.JSONField(encoder=DjangoJSONEncoder)
    verdict = models.JSONField(encoder=DjangoJSONEncoder)
    status = models.CharField(max_length=16, choices=RecommendationStatus, default=RecommendationStatus.PROPOSED)
    event = models.ForeignKey(
        TrainingEvent, on_delete=models.SET_NULL, null=True, blank=True, related_name="recommendations"
    )
    expires_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["team", "status", "-created_at"], name="recommendation_team_status"),
            models.Index(fields=["player", "-created_at"], name="recommendation_player"),
        ]

    def __str__(self) -> str:
        return f"proposal for {self.player_id}, {self.status}"


class DrillQuerySet(models.QuerySet["Drill"]):
    """Drills are for everybody who is logged in."""


class Drill(models.Model):
    """One drill of the library, in our own words. `fixtures/drills.json` holds the starter library."""

    key = models.SlugField(primary_key=True, max_length=64)
    title = models.CharField(max_length=120)
    aim = models.TextField()
    focus = models.JSONField(default=list, help_text="Areas that it trains.")
    youngest = models.PositiveSmallIntegerField(help_text="n of the youngest U-n that it suits.")
    oldest = models.PositiveSmallIntegerField(help_text="n of the oldest U-n that it suits; 99: adults too.")
    minutes = models.PositiveSmallIntegerField(help_text="Usual length.")
    players_min = models.PositiveSmallIntegerField(default=1)
    equipment = models.JSONField(default=list, blank=True)
    setup = models.TextField()
    steps = models.JSONField(default=list)
    progressions = models.JSONField(default=list, blank=True)
    intensity = models.CharField(max_length=16, choices=EventIntensity)
    load = models.TextField(help_text="How much, and how it is dosed.")
    head_contact = models.BooleanField(default=False)
    headers = models.PositiveSmallIntegerField(default=0)
    conditioning = models.BooleanField(default=False)
    safety = models.JSONField(default=list)
    sources = models.JSONField(default=list)

    objects = DrillQuerySet.as_manager()

    class Meta:
        ordering = ["title", "key"]

    def __str__(self) -> str:
        return self.title


class CalendarFeed(UUIDModel):
    """The one link by which a person's calendar program reads what they may see; only its hash is stored."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_read_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[CalendarFeed]] = models.Manager()

    class Meta:
        ordering = ["-created_at", "id"]

    def __str__(self) -> str:
        return f"feed of {self.user_id}"

    @staticmethod
    def hash_token(token: str) -> str:
        """Return the stored form of a token."""
        return hashlib.sha256(token.encode()).hexdigest()
