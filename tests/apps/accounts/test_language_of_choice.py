"""What becomes of the languages of accounts that were there before a language was somebody's choice."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from apps.accounts.models import User

pytestmark = pytest.mark.django_db
FORGET = import_module("apps.accounts.migrations.0005_language_of_choice").forget_defaults


def test_what_was_everybodys_default_is_nobodys_choice() -> None:
    for language in ("en", "es", ""):
        User.objects.create_user(f"{language or 'none'}@a.example", "goal-kick-from-2026", language=language)
    FORGET(apps, connection.schema_editor())
    assert dict(User.objects.values_list("email", "language")) == {
        "en@a.example": "",
        "es@a.example": "es",
        "none@a.example": "",
    }
