"""Edge boxes, what is known of every synced field, and what was in dispute."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from apps.accounts.models import Player, Team
from apps.core.models import TimestampedModel, UUIDModel
from apps.core.tenancy import TeamOwnedQuerySet
from apps.edge.stamps import Stamp
from apps.pairing.models import PairedDevice

HEARTBEAT_S = 15
"""How often a node says that it is there [s]."""
LEASE_S = 3 * HEARTBEAT_S
"""A node not heard of for so long is away [s]: two heartbeats may be lost on a bad network."""
WHOLE = ""
"""As a field: the object itself, that is, its deletion."""


class EdgeNodeQuerySet(TeamOwnedQuerySet):
    """Nodes, by their device's team: its staff sees them."""

    team_path = "device__team"


class EdgeNode(TimestampedModel):
    """A computer at the pitch: what it can do, when it was heard of, how its queue stands.

    connected while `last_heartbeat_at` is younger than the lease; so a node whose power was cut is away too.
    """

    device = models.OneToOneField(PairedDevice, on_delete=models.CASCADE, related_name="edge_node")
    name = models.CharField(max_length=80)
    capabilities = models.JSONField(default=dict, blank=True)
    version = models.CharField(max_length=40, blank=True)
    last_heartbeat_at = models.DateTimeField(null=True, blank=True)
    state = models.JSONField(default=dict, blank=True, help_text="What the node last said of its queue")

    objects = EdgeNodeQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def is_connected(self, now: datetime | None = None) -> bool:
        """Whether the node was heard of within the lease, and its key is alive."""
        heard = self.last_heartbeat_at
        alive = heard is not None and heard > (now or timezone.now()) - timedelta(seconds=LEASE_S)
        return alive and self.device.revoked_at is None


class SyncCursor(models.Model):
    """How far a node has taken the team's changes, as it confirmed itself."""

    node = models.OneToOneField(EdgeNode, on_delete=models.CASCADE, related_name="cursor", primary_key=True)
    seq = models.BigIntegerField(default=0)
    synced_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.node_id} at {self.seq}"


class TeamLogQuerySet(TeamOwnedQuerySet):
    """Logs, by team."""


class TeamLog(models.Model):
    """The order of a team's changes. Its row is the lock under which changes get their numbers.

    Attributes:
        last_seq: number of the newest change; numbers appear in the order of commits, so a reader misses none.
        looked_at: up to when the team's sessions were compared with what is known here.
    """

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="sync_log", primary_key=True)
    last_seq = models.BigIntegerField(default=0)
    looked_at = models.DateTimeField(null=True, blank=True)

    objects = TeamLogQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.team_id} at {self.last_seq}"


class SyncFieldQuerySet(TeamOwnedQuerySet):
    """Fields, by team."""


class SyncField(models.Model):
    """One field of one object: its last value, when and by whom it was set, and its number in the team's order.

    The row of the field `WHOLE` says that the object was deleted; then it is the object's only row, for ever.

    Attributes:
        object_id: what the object is called on the wire: a UUID, or two parts as `<session>/<player>`.
        value: as it travels; a digest for what never leaves the server (health).
        heard: node id → `[wall_ms, counter]` of its latest edit that was taken note of; makes repetitions harmless.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="sync_fields")
    kind = models.CharField(max_length=12)
    object_id = models.CharField(max_length=80)
    field = models.CharField(max_length=60, blank=True)
    value = models.JSONField(null=True, blank=True)
    wall_ms = models.BigIntegerField()
    counter = models.BigIntegerField(default=0)
    origin = models.CharField(max_length=36, blank=True, help_text="Node that set it; empty for the server")
    heard = models.JSONField(default=dict, blank=True)
    seq = models.BigIntegerField()

    objects = SyncFieldQuerySet.as_manager()

    class Meta:
        ordering = ["team", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["team", "kind", "object_id", "field"], name="edge_field_once"),
        ]
        indexes = [models.Index(fields=["team", "seq"], name="edge_field_feed")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.field or '(deleted)'}"

    @property
    def stamp(self) -> Stamp:
        """When and by whom it was set."""
        return Stamp(self.wall_ms, self.counter, self.origin)


class SyncEditQuerySet(TeamOwnedQuerySet):
    """Edits, by team."""


class SyncEdit(models.Model):
    """An edit made on the server, noted in its own transaction so that its time is known to the field.

    Waits for the next sync, which gives it its number. Rows are only added, so no edit waits for a sync.
    """

    id = models.BigAutoField(primary_key=True)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="sync_edits")
    kind = models.CharField(max_length=12)
    object_id = models.CharField(max_length=80)
    field = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = SyncEditQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.field}"


class SyncConflictQuerySet(TeamOwnedQuerySet):
    """Conflicts, by the node's team."""

    team_path = "node__device__team"


class SyncConflict(UUIDModel):
    """Two edits of one field that knew nothing of each other: who won, and what the loser had written.

    `winner` and `loser` are `{value, updated_at, by}`; `by` is a node's id or "server".
    """

    node = models.ForeignKey(EdgeNode, on_delete=models.CASCADE, related_name="conflicts")
    kind = models.CharField(max_length=12)
    object_id = models.CharField(max_length=80)
    field = models.CharField(max_length=60, blank=True)
    winner = models.JSONField(default=dict)
    loser = models.JSONField(default=dict)
    player = models.ForeignKey(Player, on_delete=models.CASCADE, null=True, blank=True, related_name="sync_conflicts")
    at = models.DateTimeField(default=timezone.now)

    objects = SyncConflictQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "id"]
        indexes = [models.Index(fields=["node", "-at"], name="edge_conflict_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.field}"


class EdgeFilmQuerySet(TeamOwnedQuerySet):
    """Films, by team."""


class EdgeFilm(UUIDModel):
    """A film that a node handed in, by its content: it is analysed once, however often it comes."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="edge_films")
    node = models.ForeignKey(EdgeNode, on_delete=models.SET_NULL, null=True, blank=True, related_name="films")
    sha256 = models.CharField(max_length=64)
    job = models.OneToOneField("scan.ProcessingJob", on_delete=models.CASCADE, related_name="edge_film")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EdgeFilmQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [models.UniqueConstraint(fields=["team", "sha256"], name="edge_film_once")]

    def __str__(self) -> str:
        return self.sha256[:12]
