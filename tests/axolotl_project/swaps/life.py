"""The platform with everything swapped by settings alone, as one process: what happened, as JSON."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Callable
from typing import Any
from unittest import mock

import django

django.setup()

from celery.contrib.testing.worker import start_worker  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from rest_framework.test import APIClient  # noqa: E402

from apps.accounts.models import Role  # noqa: E402
from apps.accounts.tokens import create_session_token  # noqa: E402
from apps.core import health  # noqa: E402
from apps.core.rates import Rate, count_request  # noqa: E402
from apps.live import connections  # noqa: E402
from apps.web.doctor import examine  # noqa: E402
from axolotl_project.celery import app  # noqa: E402
from tests.factories.accounts import make_member, make_player, make_team  # noqa: E402

CHILD = "Zebedee Quillfeather"


def caching() -> Any:
    cache.set("kept", {"by": "redis"})
    return [cache.get("kept"), cache.add("kept", 1), [count_request("x", "y", Rate(1, 60))[0] for _ in range(2)]]


def sockets() -> Any:
    async def round_trip() -> Any:
        layer = get_channel_layer()
        name = await layer.new_channel()
        await layer.group_add("group", name)
        await layer.group_send("group", {"type": "hello"})
        told = await layer.receive(name)
        live = await connections.async_client().ping()
        await layer.close_pools()
        return [told, live]

    return asyncio.run(round_trip())


def tasks() -> Any:
    with start_worker(app, perform_ping_check=False, pool="solo", queues=["low"], shutdown_timeout=20):
        result = app.tasks["pipeline.tasks.sweep"].apply_async(queue="low")
        import time

        for _ in range(200):
            if DONE:
                break
            time.sleep(0.05)
    return [bool(result.id), DONE]


DONE: list[str] = []


def mails(owner: Any, team: Any) -> Any:
    client = APIClient()
    reset = client.post("/api/auth/password/reset", {"email": owner.email}, format="json").status_code
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {create_session_token(str(owner.pk))}")
    body = {"email": "new@example.org", "role": "coach"}
    return [reset, client.post(f"/api/teams/{team.pk}/invitations", body, format="json").status_code]


def errors(owner: Any) -> Any:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {create_session_token(str(owner.pk))}")

    def fail(*args: Any, **kwargs: Any) -> Any:
        child = CHILD
        raise RuntimeError(f"cannot show {child}")

    with mock.patch("apps.accounts.views.players.PlayerListView.get_queryset", fail):
        answer = client.get(f"/api/players?search={CHILD}", headers={"User-Agent": CHILD})
    logging.getLogger("somebody.else").error("about %s", CHILD)
    return answer.status_code


def parts() -> Any:
    states = {name: part.probe for name, part in health._parts.items() if name not in ("workers", "models")}
    return {name: probe() for name, probe in states.items()}


def doctor() -> Any:
    return {one.part: [one.chosen, one.state, one.detail] for one in examine() if one.part not in ("models", "device")}


def main() -> None:
    """Do everything once; what fails says how."""
    from celery.signals import task_postrun

    task_postrun.connect(lambda task, **about: DONE.append(task.name), weak=False)
    settings.VAR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)
    team = make_team()
    owner = make_member(team, Role.OWNER)
    make_player(team, first_name="Zebedee", last_name="Quillfeather")
    steps: dict[str, Callable[[], Any]] = {
        "cache": caching,
        "sockets": sockets,
        "tasks": tasks,
        "mails": lambda: mails(owner, team),
        "errors": lambda: errors(owner),
        "parts": parts,
        "doctor": doctor,
    }
    if settings.AZURE_STORAGE_CONNECTION:
        from tests.axolotl_project.swaps import blobs

        steps["blobs"] = lambda: blobs.used(owner, team)
    found = {}
    for name, step in steps.items():
        try:
            found[name] = step()
        except Exception as error:  # noqa: BLE001  (told to the test)
            found[name] = f"{type(error).__name__}: {error}"
    import sentry_sdk

    sentry_sdk.flush(5)
    sys.stdout.write("\n" + json.dumps(found, default=str) + "\n")


if __name__ == "__main__":
    main()
