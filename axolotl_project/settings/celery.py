"""Celery: broker, queues, limits. Why each is so: the project's pitfalls with Redis and long tasks.

The database decides who works on what; a message only rings. So messages are acknowledged early (a late-acknowledged
long task is delivered again and again after the visibility timeout), nothing is prefetched behind a long task, and a
worker that dies is recovered by its lease.
"""

from __future__ import annotations

from axolotl_project.settings import env
from axolotl_project.settings.redis import REDIS_BROKER_URL

HOUR_S = 3600

CELERY_BROKER_URL = REDIS_BROKER_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 6 * HOUR_S,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
    "socket_timeout": 30,
    "socket_keepalive": True,
    "health_check_interval": 10,
}
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None

CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_RESULT_BACKEND = "django-db"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_STORE_ERRORS_EVEN_IF_IGNORED = False

CELERY_IMPORTS = ["pipeline.tasks", *(f"apps.{app}.tasks" for app in ("search", "feedback", "live", "calendar"))]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_TIME_LIMIT = 2 * HOUR_S
CELERY_TASK_ACKS_LATE = False

CELERY_WORKER_POOL = "prefork"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_DISABLE_PREFETCH = True
# A child above this is replaced after its task: ONNX Runtime's arenas only grow.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 6 * 1024**2  # kilobytes
# Tasks go on when Redis goes away: the lease in the database still fences them, and the work is not lost.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False

# Set by `manage.py worker` for the process that it becomes.
WORKER_DEVICE = env.text("WORKER_DEVICE", "cpu")
WORKER_THREADS = env.integer("WORKER_THREADS", 0)

RECONCILE_EVERY_S = 2
"""What dies is found so soon; three short queries."""

WATCH_EVERY_S = 10
CELERY_BEAT_SCHEDULER = "axolotl_project.beat:SteadyScheduler"
CELERY_BEAT_SCHEDULE = {
    "reconcile": {
        "task": "pipeline.tasks.reconcile",
        "schedule": float(RECONCILE_EVERY_S),
        # Not void after its two seconds: a worker whose clock is ahead would throw every one away. What piled up
        # while no worker was there is skipped (`pipeline.tasks.reconcile`).
        "options": {"queue": "low", "expires": 24 * HOUR_S},
    },
    "live_watch": {
        "task": "apps.live.tasks.watch",
        "schedule": float(WATCH_EVERY_S),
        "options": {"queue": "low", "expires": WATCH_EVERY_S},
    },
    "sweep": {
        "task": "pipeline.tasks.sweep",
        "schedule": float(HOUR_S),
        "options": {"queue": "low", "expires": HOUR_S},
    },
    "feedback": {
        "task": "apps.feedback.tasks.reconcile",
        "schedule": float(WATCH_EVERY_S),
        "options": {"queue": "low", "expires": WATCH_EVERY_S},
    },
    "search-mend": {
        "task": "apps.search.tasks.mend",
        "schedule": float(HOUR_S),
        "options": {"queue": "low", "expires": HOUR_S},
    },
    "search-embed": {
        "task": "apps.search.tasks.embed_new",
        "schedule": 300.0,
        "options": {"queue": "low", "expires": 300},
    },
}
