"""Shapes of sessions in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.accounts.serializers import PlayerBrief
from apps.core.fields import AwareDateTimeField
from apps.sessions.models import Session, SessionType
from apps.sessions.serializers.notes import SessionNoteOutput


class SessionJobOutput(serializers.Serializer[Any]):
    """The newest scan of the session."""

    job_id = serializers.UUIDField()
    status = serializers.CharField()
    progress = serializers.FloatField()
    step = serializers.CharField(allow_null=True)


class SessionKpisOutput(serializers.Serializer[Any]):
    """The figures of a list's row; `null` = not measured."""

    max_speed_mps = serializers.FloatField(allow_null=True)
    total_distance_m = serializers.FloatField(allow_null=True)
    grade = serializers.CharField(allow_null=True)


class SessionOutput(serializers.ModelSerializer[Session]):
    """A session as lists show it (`selectors.with_summaries`)."""

    team_id = serializers.UUIDField(read_only=True)
    player = PlayerBrief(read_only=True, allow_null=True)
    job = SessionJobOutput(source="summary.job", read_only=True, allow_null=True)
    kpis = SessionKpisOutput(source="summary.kpis", read_only=True, allow_null=True)
    thumbnail_url = serializers.CharField(source="summary.thumbnail_url", read_only=True, allow_null=True)

    class Meta:
        model = Session
        fields = [
            "id",
            "team_id",
            "player",
            "session_type",
            "title",
            "description",
            "start",
            "end",
            "status",
            "synthetic",
            "thumbnail_url",
            "job",
            "kpis",
            "created_at",
        ]
        read_only_fields = fields


class SessionDetailOutput(SessionOutput):
    """A session's page (`selectors.get_page`)."""

    notes = SessionNoteOutput(source="visible_notes", many=True, read_only=True)
    metadata = serializers.DictField(read_only=True)

    class Meta(SessionOutput.Meta):
        fields = [*SessionOutput.Meta.fields, "notes", "metadata"]
        read_only_fields = fields


class SessionInput(serializers.Serializer[Any]):
    """What a coach enters."""

    player_id = serializers.CharField(max_length=64, required=False, allow_null=True)
    session_type = serializers.ChoiceField(SessionType.choices, required=False)
    title = serializers.CharField(max_length=200, required=False, allow_blank=True)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    start = AwareDateTimeField(required=False)
    end = AwareDateTimeField(required=False, allow_null=True)


class SessionCreateInput(SessionInput):
    """A new session: of a team, or about a player (then of the player's team)."""

    team_id = serializers.UUIDField(required=False, allow_null=True)
