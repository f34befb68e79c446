"""Routes of sessions, below `/api/`."""

from __future__ import annotations

from django.urls import path

from apps.sessions.views import loads, notes, sessions

urlpatterns = [
    path("sessions", sessions.SessionListView.as_view(), name="sessions"),
    path("sessions/<uuid:session_id>", sessions.SessionView.as_view(), name="session"),
    path("sessions/<uuid:session_id>/notes", notes.SessionNotesView.as_view(), name="session-notes"),
    path("sessions/<uuid:session_id>/notes/<uuid:note_id>", notes.SessionNoteView.as_view(), name="session-note"),
    path("sessions/<uuid:session_id>/rpe", loads.SessionLoadsView.as_view(), name="session-loads"),
]
