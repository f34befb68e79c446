"""Routes of the calendar, below `/api/`."""

from __future__ import annotations

from django.urls import path

from apps.calendar.views import drills, events, feeds, recommendations

urlpatterns = [
    path("calendar/events", events.EventListView.as_view(), name="calendar-events"),
    path("calendar/events/<uuid:event_id>", events.EventView.as_view(), name="calendar-event"),
    path("calendar/validate", events.ValidateView.as_view(), name="calendar-validate"),
    path("calendar/modify", events.ModifyView.as_view(), name="calendar-modify"),
    path("calendar/recommend", recommendations.RecommendView.as_view(), name="calendar-recommend"),
    path("calendar/commit", recommendations.CommitView.as_view(), name="calendar-commit"),
    path("calendar/proposals", recommendations.RecommendationListView.as_view(), name="calendar-proposals"),
    path(
        "calendar/proposals/<uuid:proposal_id>/accept",
        recommendations.AcceptView.as_view(),
        name="calendar-proposal-accept",
    ),
    path(
        "calendar/proposals/<uuid:proposal_id>/dismiss",
        recommendations.DismissView.as_view(),
        name="calendar-proposal-dismiss",
    ),
    path("calendar/feed", feeds.FeedView.as_view(), name="calendar-feed"),
    path("calendar/feed/<str:token>.ics", feeds.FeedFileView.as_view(), name="calendar-feed-file"),
    path("drills", drills.DrillListView.as_view(), name="drills"),
    path("drills/<slug:drill_key>", drills.DrillView.as_view(), name="drill"),
]
