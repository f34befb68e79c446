"""Pages of a list: `?page=&per_page=`."""

from __future__ import annotations

from typing import Any

from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response

from apps.core.envelope import Envelope


class PagePagination(PageNumberPagination):
    """Counts once, reads one page, and says where in the whole it lies."""

    page_size = 20
    page_size_query_param = "per_page"
    max_page_size = 100

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page with its place in the list."""
        assert self.page is not None and self.request is not None  # noqa: S101  (set by paginate_queryset)
        paginator = self.page.paginator
        return Response(
            Envelope(
                data,
                pagination={
                    "page": self.page.number,
                    "per_page": paginator.per_page,
                    "total": paginator.count,
                    "pages": paginator.num_pages,
                    "has_next": self.page.has_next(),
                    "has_prev": self.page.has_previous(),
                },
            )
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return the schema of a page: the envelope with `pagination` beside `data`."""
        from apps.core.schema import PAGINATION_SCHEMA, envelope_schema  # imports views, which import this module

        return envelope_schema(schema, {"pagination": PAGINATION_SCHEMA})
