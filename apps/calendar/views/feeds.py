"""The calendar link, and the file behind it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.calendar import serializers as shapes
from apps.calendar.models import CalendarFeed
from apps.calendar.selectors.feeds import feed_file, feed_of
from apps.calendar.services import feeds as services
from apps.calendar.views import examples
from apps.calendar.views.events import user_of

CACHE = "private, max-age=300"
"""Readers ask again after five minutes; an unchanged calendar is then 304."""


class FeedView(APIView):
    """The caller's calendar link."""

    @extend_schema(responses=shapes.FeedOutput)
    def get(self, request: Request) -> Response:
        """Say whether there is one; its address is shown only when it is made."""
        return Response(_body(feed_of(user_of(request))))

    @extend_schema(request=None, responses={201: shapes.NewFeedOutput}, examples=[examples.FEED])
    def post(self, request: Request) -> Response:
        """Make a link; one made before stops working."""
        new = services.make_feed(user=user_of(request))
        url = request.build_absolute_uri(reverse("calendar-feed-file", args=[new.token]))
        body = {**_body(new.feed), "url": url, "webcal_url": f"webcal://{url.partition('://')[2]}"}
        return Response(body, status=status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """End the link; calendars that follow it are refused from now on."""
        services.revoke_feed(user=user_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class FeedFileView(APIView):
    """The calendar file; the token in its address is the right to read it."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    sends_files = True

    @extend_schema(
        responses={(200, "text/calendar"): OpenApiTypes.STR, 304: None}, examples=[examples.FEED_FILE], auth=[]
    )
    def get(self, request: Request, token: str) -> HttpResponse:
        """Send what the maker of the link may see, as RFC 5545."""
        file = feed_file(token)
        services.note_read(file.feed)
        known = {mark.strip().removeprefix("W/") for mark in request.headers.get("If-None-Match", "").split(",")}
        unchanged = bool(known & {file.etag, "*"})
        response = HttpResponse(
            b"" if unchanged else file.text.encode(),
            status=status.HTTP_304_NOT_MODIFIED if unchanged else status.HTTP_200_OK,
            content_type="text/calendar; charset=utf-8",
        )
        response["ETag"] = file.etag
        response["Cache-Control"] = CACHE
        if not unchanged:
            response["Content-Disposition"] = 'inline; filename="axolotl.ics"'
        return response


def _body(feed: CalendarFeed | None) -> dict[str, Any]:
    return {
        "exists": feed is not None,
        "created_at": feed and feed.created_at,
        "last_read_at": feed and feed.last_read_at,
    }
