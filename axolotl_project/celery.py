"""The Celery application."""

import os
from typing import Any

from celery import Celery
from celery.app.amqp import AMQP
from kombu import Connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "axolotl_project.settings")

ASK_AGAIN_S = {"interval_start": 0.2, "interval_step": 0.2, "interval_max": 1.0}
"""kombu's own pauses grow to 30 s, and a worker would sleep through the first half minute of a broker that is back."""


class EagerConnection(Connection):
    """Looks for a broker that is away once a second."""

    def _ensure_connection(self, *args: Any, **options: Any) -> Any:
        # Whoever says how long to wait, as publishing does, is obeyed.
        asked = len(args) > 2 or ASK_AGAIN_S.keys() & options.keys()
        return super()._ensure_connection(*args, **(options if asked else {**ASK_AGAIN_S, **options}))


class EagerAMQP(AMQP):
    """Connects workers and the clock with `EagerConnection`."""

    Connection = EagerConnection


app = Celery("axolotl", amqp=EagerAMQP)
app.config_from_object("django.conf:settings", namespace="CELERY")
