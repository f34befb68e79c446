"""Notes and drawings."""

from __future__ import annotations

import uuid
from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.core.parsing import parsed
from apps.sessions import selectors
from apps.sessions.models import SessionNote
from apps.sessions.serializers.notes import SessionNoteChange, SessionNoteInput, SessionNoteOutput
from apps.sessions.services import notes
from apps.sessions.views import examples


class SessionNotesView(generics.ListAPIView[SessionNote]):
    """A session's notes."""

    serializer_class = SessionNoteOutput
    ordering_fields = ("created_at", "t_s")

    def get_queryset(self) -> Any:
        """Only this session's, and only for the staff of its team."""
        if getattr(self, "swagger_fake_view", False):
            return SessionNote.objects.none()
        user = cast(User, self.request.user)
        return selectors.list_notes(user, selectors.get_session(user, self.kwargs["session_id"]).pk)

    @extend_schema(
        request=SessionNoteInput,
        responses={201: SessionNoteOutput},
        examples=[*examples.NOTE_ASKED, examples.NOTE_ANSWERED],
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        """Write a note, or keep a drawing made on the film (owner, coach, analyst)."""
        note = notes.NoteFields(**parsed(SessionNoteInput, request))
        row = notes.add_note(user=cast(User, request.user), session_id=session_id, note=note)
        return Response(SessionNoteOutput(row).data, status=status.HTTP_201_CREATED)


class SessionNoteView(APIView):
    """One note."""

    @extend_schema(responses=SessionNoteOutput, examples=[examples.NOTE_ANSWERED])
    def get(self, request: Request, session_id: uuid.UUID, note_id: uuid.UUID) -> Response:
        """Show the note (the team's staff)."""
        return Response(SessionNoteOutput(selectors.get_note(cast(User, request.user), session_id, note_id)).data)

    @extend_schema(
        request=SessionNoteChange,
        responses=SessionNoteOutput,
        examples=[examples.NOTE_CHANGED, examples.NOTE_ANSWERED],
    )
    def patch(self, request: Request, session_id: uuid.UUID, note_id: uuid.UUID) -> Response:
        """Change the note (its author, an owner or a coach)."""
        changes = parsed(SessionNoteChange, request)
        user = cast(User, request.user)
        row = notes.update_note(user=user, session_id=session_id, note_id=note_id, changes=changes)
        return Response(SessionNoteOutput(row).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, session_id: uuid.UUID, note_id: uuid.UUID) -> Response:
        """Delete the note (its author, an owner or a coach)."""
        notes.delete_note(user=cast(User, request.user), session_id=session_id, note_id=note_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
