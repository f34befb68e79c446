"""The knowledge that feedback rests on, to be read."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.feedback import selectors
from apps.feedback.serializers.articles import ArticleOutput
from apps.feedback.views import examples


class ArticleView(APIView):
    """One article."""

    @extend_schema(responses=ArticleOutput, examples=[examples.ARTICLE])
    def get(self, request: Request, slug: str) -> Response:
        """Show an article of the knowledge base, with its sources; `article:<slug>` in an evidence names it."""
        return Response(ArticleOutput(selectors.get_article(slug)).data)
