"""Shapes of notes and drawings."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.fields import FiniteFloatField
from apps.sessions.models import NoteKind, SessionNote

MAX_FILM_S = 24 * 3600.0
MAX_STROKES = 200
MAX_POINTS = 2_000
"""Of one stroke: half a minute of a pointer that reports 60 times a second."""
TOOLS = ("pen", "line", "arrow", "rectangle", "ellipse", "text")


class StrokeField(serializers.Serializer[dict[str, Any]]):
    """One stroke, in fractions of the picture, so that it fits a film shown at any size."""

    tool = serializers.ChoiceField(TOOLS, help_text="line, arrow, rectangle and ellipse have two points, text one.")
    colour = serializers.RegexField(r"^#[0-9a-fA-F]{6}$", help_text="For example #ff8800.")
    width = FiniteFloatField(min_value=0.0005, max_value=0.1, help_text="Fraction of the picture's width.")
    points = serializers.ListField(
        child=serializers.ListField(
            child=FiniteFloatField(min_value=0.0, max_value=1.0), min_length=2, max_length=2, help_text="x, y"
        ),
        min_length=1,
        max_length=MAX_POINTS,
        help_text="Fractions of width (from the left) and height (from the top).",
    )
    text = serializers.CharField(max_length=200, required=False, help_text="The words of a text stroke.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Each tool has its number of points."""
        tool, count = attrs["tool"], len(attrs["points"])
        wanted = {"pen": count, "text": 1}.get(tool, 2)
        if count != wanted:
            raise serializers.ValidationError(f"A stroke of tool '{tool}' has {wanted} points, got {count}.")
        if (tool == "text") != ("text" in attrs):
            raise serializers.ValidationError("Words in 'text' belong to strokes of tool 'text', and those need them.")
        return attrs


class DrawingField(serializers.Serializer[dict[str, Any]]):
    """What was drawn over one picture of the film."""

    strokes = serializers.ListField(child=StrokeField(), min_length=1, max_length=MAX_STROKES)


class NoteAuthorOutput(serializers.Serializer[Any]):
    """Who wrote a note."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class SessionNoteOutput(serializers.ModelSerializer[SessionNote]):
    """A note."""

    kind = serializers.ChoiceField(NoteKind.choices, read_only=True)
    author = NoteAuthorOutput(read_only=True, allow_null=True)
    t_s = serializers.FloatField(read_only=True, allow_null=True, help_text="Where in the film it belongs [s].")
    data = serializers.SerializerMethodField(  # type: ignore[assignment]  # a field, not the serializer's property
        help_text="The strokes of a drawing; null for a text."
    )

    class Meta:
        model = SessionNote
        fields = ["id", "kind", "text", "t_s", "data", "author", "created_at", "updated_at"]
        read_only_fields = fields

    @extend_schema_field(DrawingField(allow_null=True))
    def get_data(self, note: SessionNote) -> dict[str, Any] | None:
        """Only drawings have strokes."""
        return note.data or None


class SessionNoteChange(serializers.Serializer[dict[str, Any]]):
    """What may change of a note; its kind does not."""

    text = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    t_s = FiniteFloatField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=MAX_FILM_S,
        help_text="Where in the film it belongs [s].",
    )
    data = DrawingField(required=False, help_text="The strokes of a drawing.")  # type: ignore[assignment]


class SessionNoteInput(SessionNoteChange):
    """A new note: words, or a drawing on a picture of the film."""

    kind = serializers.ChoiceField(NoteKind.choices, default=NoteKind.TEXT)
