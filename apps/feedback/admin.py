"""Feedback and articles in the admin: read there, not written."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.admin import KeptAdmin, ReadOnlyAdmin, WholeAdmin
from apps.feedback import indexing
from apps.feedback.models import Feedback, FeedbackMention, FeedbackRating, KnowledgeDocument


@admin.register(Feedback)
class FeedbackAdmin(WholeAdmin, ReadOnlyAdmin):
    """What was written, by which engine, and why something was not; what is deleted is not found any more."""

    list_display = ("id", "team", "player", "feedback_type", "language", "status", "provider", "attempts", "created_at")
    list_filter = ("status", "feedback_type", "provider", "language", "team")
    list_select_related = ("team", "player")
    search_fields = ("id", "batch_id", "question", "player__first_name", "player__last_name", "team__name")
    date_hierarchy = "created_at"
    autocomplete_fields = ("team", "session", "player", "created_by", "shared_by")

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Feedback) -> None:
        """Take it out of the search index too."""
        indexing.remove_feedback([obj.pk])
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Take them out of the search index too."""
        indexing.remove_feedback(list(queryset.values_list("pk", flat=True)))
        super().delete_queryset(request, queryset)


@admin.register(FeedbackMention)
class FeedbackMentionAdmin(KeptAdmin):
    """Who is named in which text. Without its row an erasure would not find the name, so none is removed alone."""

    list_display = ("name", "player", "feedback")
    list_filter = ("feedback__feedback_type", "feedback__language", "feedback__team")
    list_select_related = ("player", "feedback")
    search_fields = ("name", "feedback__id", "player__first_name", "player__last_name")
    autocomplete_fields = ("player", "feedback")


@admin.register(FeedbackRating)
class FeedbackRatingAdmin(ReadOnlyAdmin):
    """What people thought of it."""

    list_display = ("rating", "user", "feedback", "notes", "updated_at")
    list_filter = ("rating", "feedback__provider")
    list_select_related = ("user", "feedback")
    search_fields = ("notes", "user__email", "feedback__id")
    autocomplete_fields = ("feedback", "user")


@admin.register(KnowledgeDocument)
class KnowledgeDocumentAdmin(KeptAdmin):
    """Articles, as `load_knowledge` read them from `fixtures/knowledge`: what is changed there is changed here."""

    list_display = ("title", "slug", "language", "licence", "reviewed")
    list_filter = ("language", "licence")
    search_fields = ("slug", "title", "text")
    date_hierarchy = "reviewed"
