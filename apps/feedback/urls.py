"""Routes of feedback, below `/api/`."""

from __future__ import annotations

from django.urls import path

from apps.feedback.views import articles, asking, reading

urlpatterns = [
    path("feedback", reading.FeedbackListView.as_view(), name="feedback-list"),
    path("feedback/generate", asking.GenerateView.as_view(), name="feedback-generate"),
    path("feedback/batch", asking.BatchView.as_view(), name="feedback-batch"),
    path("feedback/templates", asking.TemplatesView.as_view(), name="feedback-templates"),
    path("feedback/articles/<slug:slug>", articles.ArticleView.as_view(), name="feedback-article"),
    path("feedback/session/<uuid:session_id>", reading.SessionFeedbackView.as_view(), name="feedback-of-session"),
    path("feedback/<uuid:feedback_id>", reading.FeedbackView.as_view(), name="feedback"),
    path("feedback/<uuid:feedback_id>/rate", reading.RateView.as_view(), name="feedback-rate"),
    path("feedback/<uuid:feedback_id>/share", reading.ShareView.as_view(), name="feedback-share"),
]
