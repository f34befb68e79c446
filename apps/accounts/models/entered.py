"""What people enter about a player: body measurements, fitness tests, wellness, concussions, consent.

`None` means that nobody said; it is never read as zero or "no".
"""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.accounts.models.people import Player, User
from apps.core.models import TimestampedModel, UUIDModel
from apps.core.tenancy import TeamOwnedQuerySet

MAX_PAIN = 10


class EnteredQuerySet(TeamOwnedQuerySet):
    """Rows about one player: the team's staff reads all, a player or guardian their own."""

    team_path = "player__team"
    player_path = "player"


class EnteredByPerson(TimestampedModel):
    """A row that somebody entered."""

    entered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


class Measurement(EnteredByPerson):
    """A body measured on a day; at least one of the three."""

    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="measurements")
    date = models.DateField()
    height_cm = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(60), MaxValueValidator(250)], help_text="Standing height."
    )
    sitting_height_cm = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(30), MaxValueValidator(150)],
        help_text="From the seat to the top of the head, without the stool.",
    )
    weight_kg = models.FloatField(null=True, blank=True, validators=[MinValueValidator(10), MaxValueValidator(200)])

    objects = EnteredQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "id"]
        constraints = [
            models.UniqueConstraint(fields=["player", "date"], name="measurement_once_a_day"),
            models.CheckConstraint(
                condition=Q(height_cm__isnull=False) | Q(sitting_height_cm__isnull=False) | Q(weight_kg__isnull=False),
                name="measurement_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"measurement of {self.player_id} on {self.date}"


class FitnessTestKind(models.TextChoices):
    """What was tested."""

    MSS = "mss", "Maximal sprint speed"
    MAS = "mas", "Maximal aerobic speed"


class FitnessTest(EnteredByPerson):
    """A speed found by a field test."""

    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="fitness_tests")
    date = models.DateField()
    kind = models.CharField(max_length=8, choices=FitnessTestKind)
    value_mps = models.FloatField(
        validators=[MinValueValidator(1), MaxValueValidator(12.5)], help_text="Metres per second."
    )
    method = models.CharField(max_length=120, blank=True, help_text="For example 40 m with timing gates.")

    objects = EnteredQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "id"]
        indexes = [models.Index(fields=["player", "kind", "-date"], name="fitness_test_newest")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.player_id} on {self.date}"


class WellnessReport(EnteredByPerson):
    """How a player feels on a day."""

    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="wellness_reports")
    date = models.DateField()
    pain = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(MAX_PAIN)], help_text="0 none to 10 worst."
    )
    fever = models.BooleanField(null=True, blank=True)
    sleep_h = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(24)], help_text="Hours slept."
    )
    sleep_quality = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)], help_text="1 bad to 5 good."
    )
    soreness = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(MAX_PAIN)], help_text="0 none to 10 worst."
    )
    notes = models.TextField(blank=True, max_length=2000)

    objects = EnteredQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "id"]
        constraints = [
            models.UniqueConstraint(fields=["player", "date"], name="wellness_once_a_day"),
            models.CheckConstraint(condition=Q(pain__isnull=True) | Q(pain__lte=MAX_PAIN), name="wellness_pain_scale"),
        ]

    def __str__(self) -> str:
        return f"wellness of {self.player_id} on {self.date}"


class Concussion(EnteredByPerson):
    """A (suspected) concussion; without `symptom_free_since` the symptoms last, or nobody said they ended."""

    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="concussions")
    injured_at = models.DateTimeField()
    symptom_free_since = models.DateField(null=True, blank=True)

    objects = EnteredQuerySet.as_manager()

    class Meta:
        ordering = ["-injured_at", "id"]
        indexes = [models.Index(fields=["player", "-injured_at"], name="concussion_newest")]

    def __str__(self) -> str:
        return f"concussion of {self.player_id} at {self.injured_at:%Y-%m-%d}"


class ConsentPurpose(models.TextChoices):
    """What is consented to."""

    FILM = "film", "Being filmed and analysed"
    SHARE = "share", "Showing films and figures outside the team"
    AI = "ai", "Texts written by a language model"
    RESEARCH = "research", "Use without a name for research"


class ConsentRecord(UUIDModel):
    """A word about one purpose; the newest counts, the older ones stay."""

    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=16, choices=ConsentPurpose)
    given = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    on_paper = models.BooleanField(default=False, help_text="Noted by staff who hold it signed on paper.")
    note = models.CharField(max_length=300, blank=True, help_text="Where the paper is, or who said so.")

    objects = EnteredQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "id"]
        indexes = [models.Index(fields=["player", "purpose", "-at"], name="consent_newest")]

    def __str__(self) -> str:
        return f"{self.purpose} {'given' if self.given else 'withdrawn'} for {self.player_id}"
