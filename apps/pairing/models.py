"""Devices that speak for a team, and the short-lived offers by which they join it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, NoReturn, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from apps.accounts.models import STAFF_ROLES, Membership, Player, Team, User
from apps.core.models import TimestampedModel
from apps.core.tenancy import TeamOwnedQuerySet

MAX_DEVICES = 16
"""Places of one offer: a multi-view scan takes 8 cameras; twice that is a club evening, more is a mistake."""
MAX_WRONG_TRIES = 5
"""Wrong second halves of a code before it dies (design: API contract, Pairing)."""


class DeviceType(models.TextChoices):
    """What a device is; decides what its key may do."""

    MOBILE = "mobile", "Phone or tablet"
    EDGE = "edge", "Edge box"
    CAMERA = "camera", "Camera"


class DeviceScope(models.TextChoices):
    """What a key may do. A view names in `device_scopes` which of these open it; without, it is closed to devices."""

    SCAN = "scan", "Upload films, start scans and follow them"
    LIVE = "live", "Stream frames of a live session"
    EDGE = "edge", "Register, sync and process as an edge box"


SCOPES_BY_TYPE: dict[str, tuple[DeviceScope, ...]] = {
    DeviceType.MOBILE: (DeviceScope.SCAN, DeviceScope.LIVE),
    DeviceType.CAMERA: (DeviceScope.LIVE,),
    DeviceType.EDGE: (DeviceScope.EDGE, DeviceScope.SCAN),
}


ANY_SCOPE = frozenset(DeviceScope.values)


class OfferState(models.TextChoices):
    """Whether a device can join; all but `open` are for good."""

    OPEN = "open", "A device can join"
    FULL = "full", "All places are taken"
    EXPIRED = "expired", "Its ten minutes are over"
    CLOSED = "closed", "Closed by the one who made it"
    WRONG_TRIES = "wrong_tries", "Closed after five wrong tries"


class PairingRequestQuerySet(TeamOwnedQuerySet):
    """Offers, by team."""

    def open(self, now: datetime) -> Self:
        """Return the offers by which a device can still join: in time, not closed, not guessed at, with a place."""
        return self.filter(
            expires_at__gt=now, closed_at=None, wrong_tries__lt=MAX_WRONG_TRIES, places_taken__lt=F("max_devices")
        )


class PairingRequest(TimestampedModel):
    """An offer to join: a code and a signed token, both good for ten minutes and `max_devices` devices.

    open → full | expired | closed by the host | dead after five wrong tries; there is no way back.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="pairing_requests")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="pairing_requests")
    player = models.ForeignKey(Player, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    device_type = models.CharField(max_length=8, choices=DeviceType)
    max_devices = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(MAX_DEVICES)]
    )
    places_taken = models.PositiveSmallIntegerField(default=0)
    token_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    selector = models.CharField(max_length=8, db_index=True, help_text="First half of the code: names the offer.")
    code_hash = models.CharField(max_length=64, unique=True, help_text="Keyed hash of the whole code.")
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = PairingRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="pairing_user_newest"),
            models.Index(fields=["expires_at"], name="pairing_expiry"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(places_taken__lte=F("max_devices")), name="pairing_places_kept")
        ]

    def __str__(self) -> str:
        return f"{self.device_type} for {self.team_id}"

    def state_at(self, now: datetime) -> OfferState:
        """Return whether a device can still join, or why not."""
        if self.closed_at is not None:
            return OfferState.CLOSED
        if self.wrong_tries >= MAX_WRONG_TRIES:
            return OfferState.WRONG_TRIES
        if self.places_taken >= self.max_devices:
            return OfferState.FULL
        return OfferState.EXPIRED if self.expires_at <= now else OfferState.OPEN


class PairedDeviceQuerySet(TeamOwnedQuerySet):
    """Devices, by team: its staff sees them, players do not."""

    def live(self) -> Self:
        """Return those whose key counts: not revoked, and the user is still in the team."""
        return self.filter(revoked_at=None, membership__isnull=False)


class PairedDevice(TimestampedModel):
    """A phone, camera or edge box that acts for the user who paired it, in one team, within its scopes.

    Only hashes of its key are stored. live → revoked, or its user left the team; there is no way back but to pair anew.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="paired_devices")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="paired_devices")
    membership = models.ForeignKey(
        Membership,
        on_delete=models.SET_NULL,
        null=True,
        related_name="paired_devices",
        help_text="Of the user in the team. When it goes the key is dead for good, also if they join again.",
    )
    player = models.ForeignKey(Player, on_delete=models.SET_NULL, null=True, blank=True, related_name="paired_devices")
    request = models.ForeignKey(
        PairingRequest, on_delete=models.SET_NULL, null=True, blank=True, related_name="devices"
    )
    name = models.CharField(max_length=80)
    device_type = models.CharField(max_length=8, choices=DeviceType)
    model = models.CharField(max_length=80, blank=True)
    os_version = models.CharField(max_length=80, blank=True)
    app_version = models.CharField(max_length=80, blank=True)
    scopes = models.JSONField(default=list)
    key_prefix = models.CharField(max_length=16, unique=True, help_text="The part of the key that is no secret.")
    key_hash = models.CharField(max_length=64)
    previous_key_hash = models.CharField(max_length=64, blank=True)
    previous_key_until = models.DateTimeField(null=True, blank=True)
    connect_key_hash = models.CharField(max_length=64, blank=True, editable=False)
    connect_digest = models.CharField(max_length=64, blank=True, editable=False)
    paired_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = PairedDeviceQuerySet.as_manager()

    class Meta:
        ordering = ["-paired_at", "id"]
        indexes = [models.Index(fields=["team", "-paired_at"], name="device_team_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "connect_key_hash"], condition=~Q(connect_key_hash=""), name="device_connects_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        """Whether its key counts; if not, it never will again."""
        return self.revoked_at is None and self.membership_id is not None


class DeviceUser(User):
    """The user who paired a device, as far as the device may act for them: one team, no staff rights, never saved.

    The teams are asked of the database each time, together with whether the device is still live, so a revoked
    device sees nothing from the next query on, and loses what its user loses.
    """

    device: PairedDevice
    key_hash: str

    class Meta:
        proxy = True
        default_permissions = ()

    @classmethod
    def acting(cls, device: PairedDevice, key_hash: str) -> DeviceUser:
        """Return the user of a device who came with one of its keys; no query where `device.user` is loaded."""
        owner = device.user
        values = [getattr(owner, field.attname) for field in owner._meta.concrete_fields]
        user = cls.from_db(owner._state.db, [field.attname for field in owner._meta.concrete_fields], values)
        user.device, user.key_hash = device, key_hash
        user.is_staff = user.is_superuser = False
        return user

    def staffed_team_ids(self) -> QuerySet[Membership, uuid.UUID]:
        """The device's team, if its user reads it whole."""
        return self._memberships().filter(role__in=STAFF_ROLES).values_list("team_id", flat=True)

    def joined_team_ids(self) -> QuerySet[Membership, uuid.UUID]:
        """The device's team, if its user is in it."""
        return self._memberships().values_list("team_id", flat=True)

    def own_player_ids(self) -> QuerySet[Player, uuid.UUID]:
        """Players of the device's team that its user is or is the guardian of."""
        return super().own_player_ids().filter(team_id__in=self.joined_team_ids())

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: a device never changes its user.

        Raises:
            TypeError: always.
        """
        raise TypeError("A device acts for its user; it never changes them.")

    def _memberships(self) -> QuerySet[Membership]:
        return Membership.objects.filter(paired_devices__pk=self.device.pk, paired_devices__revoked_at=None)
