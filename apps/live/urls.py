"""Routes of the live app."""

from __future__ import annotations

from django.urls import path

from apps.live import views, views_feedback

urlpatterns = [
    path("live", views.LiveListView.as_view(), name="live-list"),
    path("live/start", views.LiveStartView.as_view(), name="live-start"),
    path("live/frame", views.LiveFrameView.as_view(), name="live-frame"),
    path("live/stop", views.LiveStopView.as_view(), name="live-stop"),
    path("live/<uuid:session_id>/status", views.LiveStatusView.as_view(), name="live-status"),
    path("live/<uuid:session_id>/picture", views.LivePictureView.as_view(), name="live-picture"),
    path("live/<uuid:session_id>/assign", views.LiveAssignView.as_view(), name="live-assign"),
    path("live/<uuid:session_id>/feedback", views_feedback.LiveFeedbackView.as_view(), name="live-feedback"),
]
