"""What the index keeps: a text that may be found, and the passages of it with their meaning.

`team_id` and `player_id` are plain ids: search stands below the apps that know teams and players. The manager says by
`team_path` whose rows these are, so that an erasure also looks through them (`apps.accounts.traces`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from apps.core.folding import FoldedTextField, fold
from apps.core.tenancy import TeamOwnedQuerySet
from apps.search.documents import Kind, content_hash
from apps.search.phrasings import asked_for


class SearchedTextField(FoldedTextField):
    """Title, tags and text, folded: a line for the title, one for the tags, then the text (see `full_text`).

    How coaches ask for it stands with the tags.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001  (Django's form)
        """Fold the sources as they are now."""
        title, tags, text = (getattr(model_instance, source) for source in self.sources)
        beside = [*tags, *asked_for(model_instance.kind, model_instance.object_id)]  # type: ignore[attr-defined]
        lines = (" ".join(part.split()) for part in (title, " ".join(beside)))
        folded = fold("\n".join((*lines, text)))
        setattr(model_instance, self.attname, folded)
        return folded


class ContentHashField(models.CharField[str, str]):
    """The hash of what a row says, made anew whenever that changes: a passage with another hash is out of date."""

    sources = ("title", "text", "tags")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"editable": False, "max_length": 64, **kwargs})

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001  (Django's form)
        """Hash the sources as they are now."""
        asked = asked_for(model_instance.kind, model_instance.object_id)  # type: ignore[attr-defined]
        title, text, tags = (getattr(model_instance, source) for source in self.sources)
        made = content_hash(title, text, tags, asked)
        setattr(model_instance, self.attname, made)
        return made


class IndexEntryQuerySet(TeamOwnedQuerySet):
    """Entries of a team, and those for all (`team_id` null)."""

    team_path = "team_id"
    player_path = "player_id"

    def open_to(self, team_id: UUID | None, player_ids: Collection[UUID] | None = None) -> Self:
        """Keep what a team may read; with players, what is about them and what is for all teams."""
        for_all = Q(team_id__isnull=True)
        if team_id is None:
            return self.filter(for_all)
        own = Q(team_id=team_id)
        if player_ids is not None:
            own &= Q(player_id__in=list(player_ids))
        return self.filter(for_all | own)

    def suiting(self, kinds: Sequence[Kind], age: int | None) -> Self:
        """Keep these kinds (none: all), and what suits the n of a U-n (99: adults)."""
        rows = self.filter(kind__in=kinds) if kinds else self
        if age is not None:
            young = Q(age_min__isnull=True) | Q(age_min__lte=age)
            old = Q(age_max__isnull=True) | Q(age_max__gte=age)
            rows = rows.filter(young & old)
        return rows


class IndexEntry(models.Model):
    """One text of another app, as it may be found. The id is a number, because SQLite's full text wants one."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=16, choices=Kind)
    object_id = models.CharField(max_length=120, help_text="The object's id in its own app.")
    team_id = models.UUIDField(null=True, blank=True, help_text="Empty: for all teams.")
    player_id = models.UUIDField(null=True, blank=True, help_text="Whom alone it is about.")
    title = models.CharField(max_length=250)
    text = models.TextField()
    folded = SearchedTextField(sources=("title", "tags", "text"))
    tags = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=8, default="en")
    age_min = models.PositiveSmallIntegerField(null=True, blank=True, help_text="n of the youngest U-n; empty: all.")
    age_max = models.PositiveSmallIntegerField(null=True, blank=True, help_text="n of the oldest; 99: adults too.")
    content_hash = ContentHashField()
    updated_at = models.DateTimeField(auto_now=True)

    objects = IndexEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "index entries"
        ordering = ["kind", "object_id"]
        indexes = [
            models.Index(fields=["team_id", "kind"], name="search_team_kind"),
            models.Index(fields=["player_id"], name="search_player"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="search_object_once"),
            models.CheckConstraint(
                condition=Q(player_id__isnull=True) | Q(team_id__isnull=False), name="search_player_has_team"
            ),
            models.CheckConstraint(
                condition=Q(age_min__isnull=True) | Q(age_max__isnull=True) | Q(age_max__gte=F("age_min")),
                name="search_ages_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class PassageQuerySet(TeamOwnedQuerySet):
    """Passages of a team's entries."""

    team_path = "entry__team_id"
    player_path = "entry__player_id"

    def current(self) -> Self:
        """Keep those that were made of what their entry says now."""
        return self.filter(content_hash=F("entry__content_hash"))


class Passage(models.Model):
    """A part of an entry's text that the model reads in one go; the text itself stands in the entry alone."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(IndexEntry, on_delete=models.CASCADE, related_name="passages")
    position = models.PositiveSmallIntegerField()
    asked = models.BooleanField(default=False, help_text="Made of how coaches ask for it, not of its text.")
    start = models.PositiveIntegerField(help_text="First character of the entry's text.")
    end = models.PositiveIntegerField(help_text="Character after the last.")
    embedding = models.BinaryField(help_text="float16 of unit length, little endian.")
    model = models.CharField(max_length=64, help_text="Which model made the embedding.")
    content_hash = models.CharField(max_length=64, help_text="Of the entry when the passage was made.")

    objects = PassageQuerySet.as_manager()

    class Meta:
        ordering = ["entry", "position"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="search_passage_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="search_passage_has_text"),
        ]

    def __str__(self) -> str:
        return f"passage {self.position} of entry {self.entry_id}"


class CloudCopy(models.Model):
    """What Azure AI Search has confirmed of an entry. It outlives the entry, until Azure has taken it out too."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=16, choices=Kind)
    object_id = models.CharField(max_length=120)
    content_hash = models.CharField(max_length=64, help_text="Of all that was sent.")
    passages = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "cloud copies"
        ordering = ["kind", "object_id"]
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_copy_once")]

    def __str__(self) -> str:
        return f"copy of {self.kind} {self.object_id}"
