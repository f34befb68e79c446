"""Celery: broker and results."""

from __future__ import annotations

from axolotl_project.settings.redis import REDIS_BROKER_URL

CELERY_BROKER_URL = REDIS_BROKER_URL
CELERY_RESULT_BACKEND = "django-db"
CELERY_TASK_IGNORE_RESULT = True
