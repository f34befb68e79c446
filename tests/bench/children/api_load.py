# ruff: noqa: E402  (Django is set up before its models are imported)
"""The API under load, in a process: `build` makes 20 clubs and prints who may ask what; `ours`, `plain` serve it.

`plain` is Django REST framework as its documentation shows it, with the same rows, serializers, tokens, filters and a
limit of requests a user: what our envelope, middleware, tenancy and log-ins cost beside it.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "axolotl_project.settings")

from django.conf import settings

KIND = sys.argv[1]
if KIND == "build":  # 200 passwords that nobody types
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if KIND == "plain":
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"]
    settings.REST_FRAMEWORK = {
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
        "PAGE_SIZE": 20,
        "DEFAULT_FILTER_BACKENDS": [
            "django_filters.rest_framework.DjangoFilterBackend",
            "rest_framework.filters.OrderingFilter",
        ],
        "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
        "DEFAULT_THROTTLE_RATES": {"user": "100000/min"},
    }

import django

django.setup()

import uvicorn
from django.core.asgi import get_asgi_application
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import path
from rest_framework import generics
from rest_framework.test import APIClient

from apps.accounts.filters import PlayerFilter
from apps.accounts.models import Player, Role
from apps.accounts.serializers.players import PlayerOutput
from apps.accounts.tokens import create_session_token

CLUBS, COACHES, PLAYERS, SESSIONS = 20, 10, 25, 40


class PlainPlayers(generics.ListAPIView[Player]):
    """A list as the documentation shows it."""

    serializer_class = PlayerOutput
    filterset_class = PlayerFilter

    def get_queryset(self) -> Any:
        """Those of the user's teams."""
        return Player.objects.filter(team__memberships__user=self.request.user).order_by("last_name", "first_name")


urlpatterns = [path("api/players", PlainPlayers.as_view())]


def build() -> list[dict[str, Any]]:
    """Fill the database; answers each coach's token and ids."""
    from apps.sessions.models import Session
    from tests.factories.accounts import make_member, make_player, make_team
    from tests.factories.scans import make_job

    call_command("migrate", verbosity=0)
    start, found = datetime(2026, 8, 3, 17, tzinfo=UTC), []
    for _ in range(CLUBS):
        team = make_team()
        players = [make_player(team) for _ in range(PLAYERS)]
        rows = Session.objects.bulk_create(
            Session(team=team, title=f"Training {number}", start=start + timedelta(days=2 * number))
            for number in range(SESSIONS)
        )
        job = make_job(rows[0])
        for _ in range(COACHES):
            user = make_member(team, Role.COACH)
            token = create_session_token(str(user.pk))
            found.append(
                {"token": token, "team": str(team.pk), "player": str(players[0].pk), "session": str(job.session_id)}
            )
    return found


def queries(token: str, address: str) -> list[int]:
    """How many queries a page of 5 and a page of 100 take."""
    client = APIClient(HTTP_HOST="localhost")
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    counts = []
    for size in (5, 100):
        client.get(f"{address}?per_page={size}")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"{address}?per_page={size}").status_code == 200
        counts.append(len(seen))
    return counts


def main() -> None:
    """Build and say, or serve until killed."""
    if KIND == "build":
        users = build()
        counted = {at: queries(users[0]["token"], f"/api/{at}") for at in ("players", "sessions", "teams")}
        sys.stdout.write(json.dumps({"users": users, "queries": counted}))
        return
    options: dict[str, Any] = {"uds": sys.argv[2], "log_level": "error", "access_log": False, "lifespan": "off"}
    if KIND == "ours":
        uvicorn.run("axolotl_project.asgi:application", workers=settings.WEB_CONCURRENCY, **options)
    else:
        uvicorn.run(get_asgi_application(), **options)


if __name__ == "__main__":
    main()
