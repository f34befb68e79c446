"""The admin: every model of ours is there, every page opens, nobody but staff comes in."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from apps.core.models import AuditEvent
from tests.apps.tenancy.walk import World
from tests.factories.accounts import make_user
from tests.factories.sessions import make_attachment

LABELS = ("core", "accounts", "pairing", "training_sessions", "scan")
MODELS = [model for label in LABELS for model in apps.get_app_config(label).get_models() if not model._meta.proxy]
LISTED = [model for model in MODELS if admin.site.is_registered(model)]
INLINE = {inline.model for options in admin.site._registry.values() for inline in options.inlines}
pytestmark = pytest.mark.django_db


def url(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


def test_every_model_is_there() -> None:
    assert [model._meta.label for model in MODELS if model not in LISTED and model not in INLINE] == []


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model._meta.label)
def test_every_list_and_every_row_opens(staff: Client, model: type[Model]) -> None:
    world = World()
    make_attachment(world.session)
    row = model._base_manager.first()
    assert staff.get(url(model, "changelist"), {"q": "kim"}).status_code == 200
    if row is not None:
        assert staff.get(url(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model._meta.label)
def test_a_list_costs_the_same_however_long(
    staff: Client, model: type[Model], django_assert_max_num_queries: Any
) -> None:
    for _ in range(4):
        World()
    with django_assert_max_num_queries(14):
        assert staff.get(url(model, "changelist")).status_code == 200


def test_only_staff_comes_in(coach: Any) -> None:
    client = Client()
    client.force_login(coach)
    assert client.get("/admin/").status_code == 302
    assert client.get(url(AuditEvent, "changelist")).status_code == 302


def test_the_audit_trail_is_only_read(staff: Client) -> None:
    event = AuditEvent.objects.create(action="x", object_type="y", object_id="z")
    assert staff.get(url(AuditEvent, "add")).status_code == 403
    assert staff.post(url(AuditEvent, "delete", event.pk), {"post": "yes"}).status_code == 403
    assert staff.post(url(AuditEvent, "change", event.pk), {"action": "forged"}).status_code == 403
    event.refresh_from_db()
    assert event.action == "x"


def test_deleting_a_session_here_removes_its_files_too(staff: Client, django_capture_on_commit_callbacks: Any) -> None:
    world = World()
    attachment = make_attachment(world.session)
    with django_capture_on_commit_callbacks(execute=True):
        answer = staff.post(url(type(world.session), "delete", world.session.pk), {"post": "yes"})
    assert answer.status_code == 302
    assert not attachment.file.storage.exists(attachment.file.name)


def test_a_new_user_gets_a_hashed_password(staff: Client) -> None:
    body = {
        "email": "New@Example.org",
        "usable_password": "true",
        "password1": "four words in a row",
        "password2": "four words in a row",
    }
    user_model = type(make_user())
    inlines = {
        f"memberships-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }
    assert staff.post(url(user_model, "add"), {**body, **inlines}).status_code == 302
    assert user_model.objects.get(email="new@example.org").check_password("four words in a row")
