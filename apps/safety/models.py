"""Policy packs that staff or a team publish beside those that come with the project."""

from __future__ import annotations

from typing import ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from apps.core.models import UUIDModel
from apps.core.tenancy import TeamOwnedQuerySet

key_is_plain = RegexValidator(
    r"^[a-z0-9][a-z0-9-]*\Z", "Use small letters, figures and hyphens only, such as our-club."
)


class PolicyPackQuerySet(TeamOwnedQuerySet):
    """Packs of teams; those without a team are offered to all."""

    def in_force(self) -> Self:
        """The version of each pack that counts."""
        return self.filter(is_active=True)


class PolicyPack(UUIDModel):
    """One version of a policy pack. Versions are never changed: saving makes the next one and keeps the old."""

    team = models.ForeignKey(
        "accounts.Team",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="policy_packs",
        help_text="Whose pack it is; empty: offered to every team.",
    )
    key = models.CharField(
        max_length=64,
        validators=[key_is_plain],
        help_text="The name by which teams choose it. That of another pack (such as default) replaces it.",
    )
    version = models.PositiveIntegerField(editable=False)
    title = models.CharField(max_length=120)
    yaml = models.TextField(
        "YAML",
        help_text=(
            "What differs: “extends: default” and, under “rules”, whole rules with every edge, severity and source. "
            "A limit without override may become stricter, never looser."
        ),
    )
    is_active = models.BooleanField("in force", default=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PolicyPackQuerySet] = PolicyPackQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["key", "-version", "id"]
        constraints = [
            models.UniqueConstraint(fields=["team", "key", "version"], name="pack_version_of_team"),
            models.UniqueConstraint(
                fields=["key", "version"], condition=Q(team__isnull=True), name="pack_version_of_all"
            ),
            models.UniqueConstraint(fields=["team", "key"], condition=Q(is_active=True), name="pack_in_force_of_team"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(team__isnull=True, is_active=True), name="pack_in_force_of_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.key}@{self.version})"
