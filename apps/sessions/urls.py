"""Routes of sessions, below `/api/`."""

from __future__ import annotations

from django.urls import path

from apps.sessions import views

urlpatterns = [
    path("sessions", views.SessionListView.as_view(), name="sessions"),
    path("sessions/<uuid:session_id>", views.SessionView.as_view(), name="session"),
    path("sessions/<uuid:session_id>/notes", views.SessionNotesView.as_view(), name="session-notes"),
]
