"""People: users, teams, who belongs where in which role, and the players."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from apps.core.models import TimestampedModel, UUIDModel
from apps.core.tenancy import TeamOwnedQuerySet, TenantUser


class Role(models.TextChoices):
    """What somebody is in a team. Owner, coach and analyst are its staff; a player reads only their own data."""

    OWNER = "owner", "Owner"
    COACH = "coach", "Coach"
    ANALYST = "analyst", "Analyst"
    PLAYER = "player", "Player"


class InvitedAs(models.TextChoices):
    """What somebody is invited as: a role in the team, or the guardian of one player."""

    OWNER = "owner", "Owner"
    COACH = "coach", "Coach"
    ANALYST = "analyst", "Analyst"
    PLAYER = "player", "Player"
    GUARDIAN = "guardian", "Guardian"


STAFF_ROLES = (Role.OWNER, Role.COACH, Role.ANALYST)


class Right(models.TextChoices):
    """What a role may do in its team, beyond reading."""

    MANAGE_TEAM = "manage_team", "Rename or delete the team, appoint owners"
    MANAGE_MEMBERS = "manage_members", "Invite, change and remove members"
    EDIT_PLAYERS = "edit_players", "Add, change and remove players"
    ENTER_DATA = "enter_data", "Enter measurements and fitness tests"
    EDIT_SESSIONS = "edit_sessions", "Create and change sessions, label, calibrate"
    RUN_SCANS = "run_scans", "Upload films; start, cancel and retry scans"
    DELETE_SESSIONS = "delete_sessions", "Delete sessions with their films"


ROLE_RIGHTS: dict[str, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.COACH: frozenset(Right) - {Right.MANAGE_TEAM},
    Role.ANALYST: frozenset({Right.EDIT_SESSIONS, Right.ENTER_DATA}),
    Role.PLAYER: frozenset(),
}


def normalise_email(email: str) -> str:
    """Return the form in which an address is stored and compared."""
    return email.strip().lower()


class UserManager(BaseUserManager["User"]):
    """Makes users by email."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a user who can log in (or not, without a password)."""
        user = self.model(email=normalise_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a user of the admin with every right there."""
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a user by email, however it is written."""
        return self.get(email=normalise_email(username or ""))


class Units(models.TextChoices):
    """Units in which the pages show figures; the API always answers metric unless asked."""

    METRIC = "metric", "Metric"
    IMPERIAL = "imperial", "Imperial"


class SpeedUnit(models.TextChoices):
    """In what speeds are told, where people want another unit than that of their system."""

    MPS = "m/s", "m/s"
    KMH = "km/h", "km/h"
    MPH = "mph", "mph"


class Theme(models.TextChoices):
    """How the pages look."""

    SYSTEM = "system", "As the device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in by email. Roles belong to memberships, not to the person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150, blank=True)
    language = models.CharField(
        max_length=8,
        blank=True,
        default="",
        db_default="",
        help_text="Blank = nobody chose one: each device's own.",
    )
    units = models.CharField(max_length=8, choices=Units, default=Units.METRIC)
    speed_unit = models.CharField(
        max_length=4,
        choices=SpeedUnit,
        blank=True,
        default="",
        db_default="",
        help_text="Blank = km/h in metric units, mph in imperial ones.",
    )
    time_zone = models.CharField(max_length=64, blank=True, help_text="Where the pages show times; blank = the team's.")
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May use the admin site.")
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        """Store the address in its one form."""
        super().clean()
        self.email = normalise_email(self.email)

    def staffed_team_ids(self) -> QuerySet[Membership, uuid.UUID]:
        """Teams that this user reads whole, as a subquery."""
        return Membership.objects.filter(user_id=self.pk, role__in=STAFF_ROLES).values_list("team_id", flat=True)

    def joined_team_ids(self) -> QuerySet[Membership, uuid.UUID]:
        """Teams that this user is in, in whatever role, as a subquery."""
        return Membership.objects.filter(user_id=self.pk).values_list("team_id", flat=True)

    def own_player_ids(self) -> QuerySet[Player, uuid.UUID]:
        """Players that this user is (while a member) or is the guardian of, as a subquery."""
        is_self = Q(user_id=self.pk, team__memberships__user_id=self.pk)
        is_guardian = Q(guardianships__guardian_id=self.pk)
        return Player.objects.filter(is_self | is_guardian).values_list("pk", flat=True)


class TeamQuerySet(models.QuerySet["Team"]):
    """Teams by who may see them."""

    def visible_to(self, user: TenantUser) -> Self:
        """Return the teams that the user is a member of, in whatever role."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=user.joined_team_ids())


class Team(TimestampedModel):
    """A team: everything else belongs to one."""

    name = models.CharField(max_length=120)
    club = models.CharField(max_length=120, blank=True)
    age_group = models.CharField(max_length=32, blank=True, help_text="For example U15 or Senior.")
    default_training_duration_min = models.PositiveSmallIntegerField(default=90)
    time_zone = models.CharField(max_length=64, default="UTC")
    policy_pack = models.CharField(
        max_length=64,
        default="default",
        help_text="Key of the safety policy pack by which the team's plans are judged.",
    )
    blur_shared_film = models.BooleanField(
        default=True,
        db_default=True,
        help_text="Players and guardians see films with blurred faces. Off counts only while nobody of the team is "
        "without the consent to filming that it takes.",
    )
    members = models.ManyToManyField(User, through="Membership", related_name="teams")

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return f"{self.club} {self.name}".strip()


class MembershipQuerySet(TeamOwnedQuerySet):
    """Memberships of the teams that somebody staffs."""


class Membership(TimestampedModel):
    """A user's one role in a team."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["user", "team"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} of {self.team_id}"


class Position(models.TextChoices):
    """Where a player plays."""

    GOALKEEPER = "goalkeeper", "Goalkeeper"
    DEFENDER = "defender", "Defender"
    MIDFIELDER = "midfielder", "Midfielder"
    FORWARD = "forward", "Forward"


class Foot(models.TextChoices):
    """The stronger foot."""

    LEFT = "left", "Left"
    RIGHT = "right", "Right"
    BOTH = "both", "Both"


class Sex(models.TextChoices):
    """Used only by formulas that differ by it; unknown means "not assessed"."""

    FEMALE = "female", "Female"
    MALE = "male", "Male"


class PlayerQuerySet(TeamOwnedQuerySet):
    """Players: the team's staff sees all, a player or guardian their own."""

    player_path = "pk"


class Player(TimestampedModel):
    """A footballer of a team, with or without a log-in."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="players")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="players")
    external_id = models.CharField(max_length=64, blank=True, help_text="The club's own name for the player.")
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    position = models.CharField(max_length=16, choices=Position, blank=True)
    jersey_number = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(99)])
    height_cm = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(60), MaxValueValidator(250)], help_text="Standing height."
    )
    weight_kg = models.FloatField(null=True, blank=True, validators=[MinValueValidator(10), MaxValueValidator(200)])
    dominant_foot = models.CharField(max_length=8, choices=Foot, blank=True)
    sex = models.CharField(max_length=8, choices=Sex, blank=True)
    guardians = models.ManyToManyField(User, through="Guardianship", related_name="children")
    consent_given_at = models.DateTimeField(null=True, blank=True)
    consent_given_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = PlayerQuerySet.as_manager()

    class Meta:
        ordering = ["last_name", "first_name", "id"]
        indexes = [models.Index(fields=["team", "last_name", "first_name"], name="player_team_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "external_id"], condition=~Q(external_id=""), name="player_external_id_in_team"
            ),
            models.UniqueConstraint(
                fields=["team", "user"], condition=Q(user__isnull=False), name="player_user_once_in_team"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """First and last name in one."""
        return f"{self.first_name} {self.last_name}".strip()

    def age_years_on(self, day: date) -> int | None:
        """Return the completed years of life on a day; `None` where the date of birth is unknown."""
        born = self.date_of_birth
        if born is None:
            return None
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    @property
    def age_years(self) -> int | None:
        """Completed years of life today in the team's calendar (UTC)."""
        return self.age_years_on(timezone.now().date())


class GuardianshipQuerySet(TeamOwnedQuerySet):
    """Guardianships by the child's team."""

    team_path = "player__team"
    player_path = "player"


class Guardianship(TimestampedModel):
    """A parent or guardian: reads their own child's data, may consent, export, erase."""

    guardian = models.ForeignKey(User, on_delete=models.CASCADE, related_name="guardianships")
    player = models.ForeignKey(Player, on_delete=models.CASCADE, related_name="guardianships")

    objects = GuardianshipQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["guardian", "player"], name="guardianship_once")]

    def __str__(self) -> str:
        return f"{self.guardian_id} guardian of {self.player_id}"


class InvitationQuerySet(TeamOwnedQuerySet):
    """Invitations to the teams that somebody staffs."""


class Invitation(UUIDModel):
    """A place offered by email; the token is stored only as a hash. open → accepted | expired | deleted."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=16, choices=InvitedAs)
    player = models.ForeignKey(Player, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["team", "-created_at"], name="invitation_team_newest")]

    def __str__(self) -> str:
        return f"{self.email} as {self.role} of {self.team_id}"

    @staticmethod
    def hash_token(token: str) -> str:
        """Return the stored form of a token."""
        return hashlib.sha256(token.encode()).hexdigest()
