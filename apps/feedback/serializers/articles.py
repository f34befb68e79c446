"""An article of the knowledge base as it is read."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.feedback.models import KnowledgeDocument


class ArticleSourceOutput(serializers.Serializer[Any]):
    """What an article rests on; one of `doi` and `url` is there."""

    title = serializers.CharField()
    what = serializers.CharField(help_text="What was taken from it.")
    doi = serializers.CharField(required=False)
    url = serializers.CharField(required=False)


class ArticleOutput(serializers.ModelSerializer[KnowledgeDocument]):
    """A short article in our own words."""

    age_groups = serializers.ListField(child=serializers.CharField(), help_text="U7 to U18, adult; empty: all.")
    tags = serializers.ListField(child=serializers.CharField())
    sources = ArticleSourceOutput(many=True)

    class Meta:
        model = KnowledgeDocument
        fields = ["slug", "title", "text", "age_groups", "tags", "sources", "language", "licence", "reviewed"]
        read_only_fields = fields
