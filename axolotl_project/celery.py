"""The Celery application."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "axolotl_project.settings")

app = Celery("axolotl")
app.config_from_object("django.conf:settings", namespace="CELERY")
