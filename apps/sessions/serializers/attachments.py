"""Shapes of files beside sessions."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.sessions.models import SessionAttachment
from apps.sessions.selectors import signed_attachment_url
from apps.sessions.serializers.notes import NoteAuthorOutput


class AttachmentInput(serializers.Serializer[dict[str, Any]]):
    """A form with one file."""

    file = serializers.FileField(
        allow_empty_file=True,  # the service says what is wrong with it
        help_text="PDF, PNG, JPEG, WebP, GIF, TXT, CSV, DOCX or XLSX, at most 25 MB unless set otherwise.",
    )


class AttachmentOutput(serializers.ModelSerializer[SessionAttachment]):
    """A private file; `context` holds the user whose link it is."""

    uploaded_by = NoteAuthorOutput(read_only=True, allow_null=True)
    size_bytes = serializers.IntegerField(read_only=True, help_text="Bytes.")
    url = serializers.SerializerMethodField(help_text="A private link of 15 minutes; works with ranges.")

    class Meta:
        model = SessionAttachment
        fields = ["id", "name", "content_type", "size_bytes", "sha256", "url", "uploaded_by", "created_at"]
        read_only_fields = fields

    def get_url(self, row: SessionAttachment) -> str:
        """Of whoever asks."""
        return signed_attachment_url(row.pk, self.context["request"].user.pk)
