"""Routes of sessions, below `/api/`, and the signed links to their files, below `/media/`."""

from __future__ import annotations

from django.urls import path

from apps.sessions.views import attachments, loads, notes, search, sessions

urlpatterns = [
    path("sessions", sessions.SessionListView.as_view(), name="sessions"),
    path("sessions/search", search.SessionSearchView.as_view(), name="session-search"),
    path("sessions/<uuid:session_id>", sessions.SessionView.as_view(), name="session"),
    path("sessions/<uuid:session_id>/notes", notes.SessionNotesView.as_view(), name="session-notes"),
    path("sessions/<uuid:session_id>/notes/<uuid:note_id>", notes.SessionNoteView.as_view(), name="session-note"),
    path(
        "sessions/<uuid:session_id>/attachments",
        attachments.AttachmentListView.as_view(),
        name="session-attachments",
    ),
    path(
        "sessions/<uuid:session_id>/attachments/<uuid:attachment_id>",
        attachments.AttachmentView.as_view(),
        name="session-attachment",
    ),
    path("sessions/<uuid:session_id>/rpe", loads.SessionLoadsView.as_view(), name="session-loads"),
]

media_urlpatterns = [
    path("signed/<str:token>/attachment", attachments.SignedAttachmentView.as_view(), name="signed-attachment"),
]
