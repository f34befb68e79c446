"""Shapes of a search."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.sessions.selectors import Snippet
from apps.sessions.serializers.sessions import SessionOutput

MAX_HITS = 50
PLACES = ("title", "players", "description", "notes", "digest")
RETRIEVAL = ("keyword", "hybrid", "azure")


class SessionSearchQuery(serializers.Serializer[dict[str, Any]]):
    """What is looked for."""

    q = serializers.CharField(max_length=200, help_text="Words; case and accents do not matter.")
    team_id = serializers.UUIDField(required=False, help_text="Only this team's sessions.")
    limit = serializers.IntegerField(
        default=20, min_value=1, max_value=MAX_HITS, help_text="Most sessions that are answered."
    )


class SessionSnippetOutput(serializers.Serializer[Snippet]):
    """A passage with the words in it."""

    place = serializers.ChoiceField(PLACES)
    text = serializers.CharField()
    highlights = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2),
        help_text="Start and end (excluded) of each word in `text`, in characters.",
    )


class SessionHitOutput(serializers.Serializer[Any]):
    """A session that was found."""

    session = SessionOutput()
    words = serializers.IntegerField(help_text="How many of the words it has; 0: found by meaning.")
    score = serializers.FloatField(help_text="For the order alone; only comparable within one search.")
    digest = serializers.CharField(help_text="What happened, in a few sentences.")
    snippets = SessionSnippetOutput(many=True)


class SessionSearchOutput(serializers.Serializer[Any]):
    """What was found, best first."""

    retrieval = serializers.ChoiceField(
        RETRIEVAL, help_text="How it was searched: `keyword` by words alone, `hybrid` and `azure` by words and meaning."
    )
    searched = serializers.IntegerField(help_text="Sessions that were looked through, the newest.")
    is_complete = serializers.BooleanField(help_text="Whether these were all.")
    hits = SessionHitOutput(many=True)
