"""The admin: every model of ours is there, every page opens, nobody but staff comes in."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import ConsentRecord
from apps.calendar.models import CalendarFeed, TeamCalendar
from apps.core.models import AuditEvent, IdempotencyKey
from apps.edge.models import EdgeFilm, SyncConflict, SyncEdit, SyncField, TeamLog
from apps.feedback.models import FeedbackMention, FeedbackRating, KnowledgeDocument
from apps.live.models import LiveCheckpoint
from apps.safety.models import PolicyPack
from apps.scan.models import JobStep, SessionEvent, Upload
from apps.search import services as index
from apps.search.documents import Kind
from apps.search.models import CloudCopy
from apps.sessions.models import SessionPlayer, TrackCorrection
from tests.apps.search.factories import axis, document, embed_as
from tests.apps.tenancy.walk import World
from tests.factories.accounts import make_user
from tests.factories.sessions import make_attachment, make_load

MODELS = [
    model
    for config in apps.get_app_configs()
    if config.name.startswith("apps.")
    for model in config.get_models()
    if not model._meta.proxy
]
LISTED = [model for model in MODELS if admin.site.is_registered(model)]
INLINE = {inline.model for options in admin.site._registry.values() for inline in options.inlines}
SECRET = re.compile(r"hash|token|secret|selector|connect_")
MADE_BY_THE_APP = re.compile(
    SECRET.pattern
    + r"|sha256|fingerprint|digest|(created|updated|given|accepted|ended)_at$|^seq$|^version$|^id$|source$|scopes"
)
EDITED = {
    "accounts.User",
    "accounts.Team",
    "accounts.Membership",
    "accounts.Player",
    "accounts.Guardianship",
    "accounts.Measurement",
    "accounts.FitnessTest",
    "accounts.WellnessReport",
    "accounts.Concussion",
    "training_sessions.Session",
    "training_sessions.SessionNote",
    "training_sessions.SessionLoad",
    "calendar.Drill",
    "safety.PolicyPack",
}
"""What staff may correct by hand. Everything else is written by people in the app, or by the pipeline."""
pytestmark = pytest.mark.django_db


def url(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def label(model: type[Model]) -> str:
    return model._meta.label


class Everything(World):
    """A world with a row of every model."""

    def __init__(self) -> None:
        super().__init__()
        coach, team = self.people["coach"], self.team
        make_load(self.session, self.subject)
        CalendarFeed.objects.create(user=coach, token_hash=uuid.uuid4().hex, created_at=timezone.now())
        TeamCalendar.objects.create(team=team)
        ConsentRecord.objects.create(player=self.subject, purpose="film", given=True, by=coach)
        SessionPlayer.objects.create(session=self.session, track_id=1, player=self.subject)
        TrackCorrection.objects.create(session=self.session, kind="assign", track_id=1, player=self.subject)
        SessionEvent.objects.create(session=self.session, kind="jump", t0_s=1.0, t1_s=1.5)
        JobStep.objects.create(job=self.job, step="probe")
        later = timezone.now() + timedelta(days=1)
        Upload.objects.create(created_by=coach, filename="a.mp4", length_bytes=9, path="a", expires_at=later)
        made = {"team": team, "kind": "session", "object_id": str(self.session.pk), "field": "title"}
        SyncField.objects.create(**made, wall_ms=1, seq=1)
        SyncEdit.objects.create(**made)
        SyncConflict.objects.create(node=self.edge_node, kind="session", object_id=made["object_id"], field="title")
        EdgeFilm.objects.create(team=team, node=self.edge_node, sha256=uuid.uuid4().hex * 2, job=self.job)
        TeamLog.objects.create(team=team)
        PolicyPack.objects.create(team=team, key="club", version=1, title="Club", yaml="extends: default")
        AuditEvent.objects.create(actor=coach, action="x", object_type="y", object_id="z")
        IdempotencyKey.objects.create(user=coach, scope="x", key=uuid.uuid4().hex, fingerprint="f" * 64)
        self._write_about()

    def _write_about(self) -> None:
        """Feedback with all that belongs to it, found by words and by meaning; a live session that was saved."""
        FeedbackMention.objects.create(feedback=self.feedback, player=self.subject, name="Kim")
        FeedbackRating.objects.create(feedback=self.feedback, user=self.people["coach"], rating=4, notes="Good.")
        KnowledgeDocument.objects.create(slug=f"article-{uuid.uuid4().hex}", title="Scanning", text="Look up.")
        key, more = str(self.feedback.pk), {"kind": Kind.FEEDBACK, "team_id": self.team.pk}
        index.put([document(key, "Kim ran.", **more, player_id=self.subject.pk)])
        embed_as(key, axis(0))
        CloudCopy.objects.create(kind=Kind.FEEDBACK, object_id=key, content_hash=uuid.uuid4().hex, passages=1)
        LiveCheckpoint.objects.create(live=self.live, data=b"tracks")


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


def test_every_model_is_there() -> None:
    assert [label(model) for model in MODELS if model not in LISTED and model not in INLINE] == []


def test_every_model_has_a_row_in_these_tests() -> None:
    Everything()
    assert [label(model) for model in MODELS if not model._base_manager.exists()] == []


@pytest.mark.parametrize("model", LISTED, ids=label)
def test_every_list_and_every_row_opens_and_shows_no_secret(staff: Client, model: type[Model]) -> None:
    Everything()
    row = model._base_manager.order_by("pk")[0]
    for words in ("kim", str(uuid.uuid4()), "50%_"):
        assert staff.get(url(model, "changelist"), {"q": words}).status_code == 200
    page = staff.get(url(model, "change", row.pk))
    assert page.status_code == 200
    shown = page.content.decode()
    secrets = [field for field in model._meta.fields if SECRET.search(field.name)]
    values = [str(value) for field in secrets if (value := field.value_from_object(row))]
    assert [value for value in values if value in shown] == []


@pytest.mark.parametrize("model", LISTED, ids=label)
def test_only_what_staff_may_correct_has_fields_to_edit(staff: Client, model: type[Model]) -> None:
    Everything()
    row = model._base_manager.order_by("pk")[0]
    page = staff.get(url(model, "change", row.pk))
    fields = set(page.context["adminform"].form.fields)
    if label(model) not in EDITED:
        assert fields == set()
        assert staff.post(url(model, "change", row.pk), {}).status_code == 403
        assert staff.get(url(model, "add")).status_code == 403
    assert [name for name in fields if MADE_BY_THE_APP.search(name)] == []


@pytest.mark.parametrize("model", LISTED, ids=label)
def test_a_list_costs_the_same_however_long(staff: Client, model: type[Model]) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(url(model, "changelist")).status_code == 200
        return len(queries)

    Everything()
    short = cost()
    for _ in range(3):
        Everything()
    assert cost() <= short
    assert short <= 14


@pytest.mark.parametrize("model", LISTED, ids=label)
def test_every_list_can_be_searched_and_narrowed(model: type[Model]) -> None:
    options = admin.site._registry[model]
    assert options.search_fields
    assert options.list_filter or label(model) in {"calendar.CalendarFeed", "calendar.TeamCalendar", "edge.TeamLog"}


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


@pytest.mark.parametrize("name", ["edge.SyncField", "training_sessions.TrackCorrection", "pairing.PairedDevice"])
def test_what_is_kept_is_not_removed_alone(staff: Client, name: str) -> None:
    Everything()
    model = apps.get_model(name)
    before = model._base_manager.count()
    row = model._base_manager.order_by("pk")[0]
    assert staff.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    form = {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}
    staff.post(url(model, "changelist"), form)
    assert model._base_manager.count() == before


def test_a_session_and_a_player_stay_in_their_team(staff: Client) -> None:
    world = Everything()
    for row in (world.session, world.subject):
        fields = staff.get(url(type(row), "change", row.pk)).context["adminform"].form.fields
        assert "team" not in fields
        assert "team" in staff.get(url(type(row), "add")).context["adminform"].form.fields


def test_deleting_a_session_here_removes_its_files_too(staff: Client, django_capture_on_commit_callbacks: Any) -> None:
    world = Everything()
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
