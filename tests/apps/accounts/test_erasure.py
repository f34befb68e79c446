"""Erasure leaves nothing: every table, file and cache is searched for the name, the address and the club's id."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as project
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models
from redis import Redis
from rest_framework.test import APIClient

from apps.accounts.models import Guardianship, Invitation, Membership, Player, Role, Team, User
from apps.accounts.services import erasure
from apps.accounts.traces import NOT_LOOKED_THROUGH, Named, rows_about, tables_of, text_columns
from apps.core import audit
from apps.core.errors import NotFound
from apps.core.models import AuditEvent, IdempotencyKey
from apps.core.tenancy import TeamOwnedQuerySet
from apps.feedback.indexing import put_feedback
from apps.feedback.models import FeedbackMention, FeedbackRating
from apps.sessions.models import Session, SessionNote, SessionPlayer
from tests.apps.search.factories import axis, embed_as
from tests.apps.tenancy.walk import World
from tests.factories.accounts import PASSWORD, make_guardian, make_member, make_player, make_user
from tests.factories.feedback import make_feedback
from tests.factories.live import make_live
from tests.factories.sessions import make_session

Clients = Callable[..., APIClient]
FIRST, LAST, CLUB_ID, EMAIL = "Zebedee", "Quillfeather", "ZQ-4711-x", "zebedee@quillmail.example"
NEEDLES = (LAST.lower(), CLUB_ID.lower(), EMAIL)
PLANT = f"{FIRST} {LAST} ({CLUB_ID}, {EMAIL})"


def tables() -> Iterator[tuple[str, str]]:
    """Every row of every table of the database, as text."""
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{name}"')
            yield from ((name, str(row)) for row in cursor.fetchall())


def files() -> Iterator[tuple[str, bytes]]:
    root = Path(project.VAR)
    for path in root.rglob("*"):
        if path.is_file() and "sqlite" not in path.name and "log" not in path.suffix:
            yield str(path.relative_to(root)), path.read_bytes()


def cached() -> Iterator[tuple[str, str]]:
    with Redis.from_url(project.REDIS_URL) as client:
        for key in client.scan_iter():
            if client.type(key) == b"string":
                yield key.decode("latin-1"), (client.get(key) or b"").decode("latin-1")


def found_anywhere(needles: tuple[str, ...] = NEEDLES) -> list[str]:
    """Where any of the words still stands."""
    hits = [f"table {name}: {text}" for name, text in tables() if any(word in text.lower() for word in needles)]
    for path, content in files():
        text = f"{path} {content.decode('latin-1')}".lower()
        hits += [f"file {path}"] if any(word in text for word in needles) else []
    return hits + [f"cache {key}" for key, text in cached() if any(word in f"{key} {text}".lower() for word in needles)]


def plant(team: Team, player_id: str) -> list[str]:
    """Write the name into every text and JSON column of every row of the team; return where."""
    planted = []
    for model in apps.get_models():
        rows = model._default_manager.get_queryset()
        if model in NOT_LOOKED_THROUGH or not isinstance(rows, TeamOwnedQuerySet):
            continue
        for row in model._base_manager.filter(**{rows.team_path: team.pk}):
            for name in text_columns(model):
                column: Any = model._meta.get_field(name)
                text = PLANT if (column.max_length or 999) >= len(PLANT) else LAST
                if (column.max_length or 999) < len(text) or column.name in FORMATTED:
                    continue
                in_json = {"players": [{"name": PLANT, "id": player_id}], PLANT: 1, player_id: [player_id]}
                value = in_json if isinstance(column, models.JSONField) else text
                model._base_manager.filter(pk=row.pk).update(**{name: value})
                planted.append(f"{model._meta.label}.{name}")
    return planted


FORMATTED = frozenset({"time_zone", "rrule", "current_step", "step", "kind", "preset"})
"""Columns that hold a form of their own, in which nobody can write a name."""


class Scene:
    """A team in which the name of one child is written everywhere."""

    def __init__(self) -> None:
        self.world = World()
        self.account = make_user(email=EMAIL, name=f"{FIRST} {LAST}")
        self.player = self.world.subject
        Membership.objects.create(user=self.account, team=self.world.team, role=Role.PLAYER)
        particulars = {"first_name": FIRST, "last_name": LAST, "external_id": CLUB_ID, "user": self.account}
        Player.objects.filter(pk=self.player.pk).update(**particulars)
        self.player.refresh_from_db()
        self.team_session = make_session(self.world.team)
        mate = make_player(self.world.team, first_name=FIRST, last_name="Other")
        SessionPlayer.objects.create(session=self.team_session, track_id=1, player=self.player)
        SessionPlayer.objects.create(session=self.team_session, track_id=2, player=mate)
        self.owner, self.guardian = self.world.owner, make_guardian(self.player)
        self.write_about(mate)
        self.planted = plant(self.world.team, str(self.player.pk))
        audit.record(
            actor_id=self.owner.pk,
            action="session.deleted",
            target=self.player,
            team_id=self.world.team.pk,
            before={"title": PLANT, "player": str(self.player.pk)},
        )
        IdempotencyKey.objects.create(user=self.owner, scope="s", key="k", fingerprint="f", answer={"name": PLANT})
        LogEntry.objects.create(
            user=self.owner, object_id=str(self.player.pk), object_repr=PLANT, action_flag=2, change_message=PLANT
        )
        LogEntry.objects.create(user=self.owner, object_id="1", object_repr=f"Session of {PLANT}", action_flag=2)
        Invitation.objects.create(
            team=self.world.team, email=EMAIL, role="player", token_hash="h", expires_at=self.team_session.start
        )
        default_storage.save(f"videos/{self.world.session.pk}/film.mp4", ContentFile(PLANT.encode()))
        cache.set(f"dashboard:{self.world.team.pk}:v:digest", ({"name": PLANT},))

    def write_about(self, mate: Player) -> None:
        """Feedback to the team and what people thought of it, found by search; a live session, long over."""
        feedback = make_feedback(self.team_session, player=None)
        FeedbackMention.objects.create(feedback=feedback, player=mate, name=f"{FIRST} Other")
        FeedbackRating.objects.create(feedback=feedback, user=self.owner, rating=4, notes=PLANT)
        put_feedback(feedback.pk)
        embed_as(str(feedback.pk), axis(0))
        make_live(self.world.team, cameras=("main", f"{FIRST} {LAST}", f"{LAST.upper()}_2"), status="stopped")


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()


def erase(client: APIClient, player: Player) -> Any:
    asked = client.post(f"/api/players/{player.pk}/erasure", {})
    assert asked.status_code == 202, asked.content
    return client.post(f"/api/players/{player.pk}/erasure", {"token": asked.json()["data"]["token"]})


@pytest.mark.parametrize("who", ["guardian", "owner"])
def test_nothing_is_left_of_a_player(
    api_client: Clients, scene: Scene, who: str, django_capture_on_commit_callbacks: Any
) -> None:
    assert len(set(scene.planted)) > 10
    apps_of_text = {name.partition(".")[0] for name in scene.planted}
    assert apps_of_text >= {"training_sessions", "scan", "calendar", "feedback", "search", "live"}
    assert len(found_anywhere()) > 20
    client = api_client(getattr(scene, who))
    with django_capture_on_commit_callbacks(execute=True):
        answer = erase(client, scene.player)
    assert answer.status_code == 200, answer.content
    assert found_anywhere() == []
    assert [text for _, text in tables() if str(scene.player.pk) in text or scene.player.pk.hex in text] == []
    assert not User.objects.filter(pk=scene.account.pk).exists()
    assert client.get(f"/api/players/{scene.player.pk}").status_code == 404


def test_what_stays_is_anonymous(scene: Scene, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        receipt = erasure.erase_player_now(scene.player, actor=scene.owner)
    assert not Session.objects.filter(pk=scene.world.session.pk).exists()
    assert default_storage.exists(f"videos/{scene.world.session.pk}/film.mp4") is False
    rest = SessionPlayer.objects.filter(session=scene.team_session)
    assert [(row.track_id, row.player.first_name) for row in rest] == [(2, FIRST)]
    scene.team_session.refresh_from_db()
    assert scene.team_session.title == "(removed) ((removed), (removed))"
    erased = AuditEvent.objects.get(action="player.erased")
    assert (erased.object_id, erased.actor, erased.before) == (receipt.erased, scene.owner, {})
    older = AuditEvent.objects.get(action="session.deleted")
    assert (older.object_id, older.before["player"]) == (receipt.erased, receipt.erased)


def test_what_is_searched_loses_the_name_with_what_is_read(scene: Scene) -> None:
    session = make_session(scene.world.team, title=f"{FIRST} {LAST} alone", description="Größe")
    note = SessionNote.objects.create(session=session, author=scene.owner, text=f"{LAST.upper()}: left foot")
    assert LAST.lower() in session.folded and LAST.lower() in note.folded
    erasure.erase_player_now(scene.player, actor=None)
    session.refresh_from_db()
    note.refresh_from_db()
    assert (session.title, session.folded) == ("(removed) alone", "(removed) alone\ngrosse")
    assert (note.text, note.folded) == ("(removed): left foot", "(removed): left foot")


def test_whoever_is_erased_twice_at_once_is_erased_once(scene: Scene) -> None:
    again = Player.objects.get(pk=scene.player.pk)
    erasure.erase_player_now(scene.player, actor=None)
    with pytest.raises(NotFound):
        erasure.erase_player_now(again, actor=None)
    assert AuditEvent.objects.filter(action="player.erased").count() == 1


def test_every_path_to_a_player_is_a_row_that_goes_or_loses_the_name(scene: Scene) -> None:
    kinds = {relation.field.remote_field.on_delete for relation in relations(Player)}
    assert kinds <= {models.CASCADE, models.SET_NULL}
    erasure.erase_player_now(scene.player, actor=None)
    assert [model for model, _, rows in rows_about(scene.player) if rows.exists()] == []


NOBODY_IS_NAMED = {
    "calendar.Drill": "the library of everybody",
    "feedback.KnowledgeDocument": "articles of everybody, from files that ship; nobody writes them in the app",
    "django_celery_results.TaskResult": "tasks take ids",
    "django_celery_results.ChordCounter": "not used",
    "django_celery_results.GroupResult": "not used",
    "sessions.Session": "log-ins of staff in the admin, sealed",
    "auth.Permission": "of Django",
    "contenttypes.ContentType": "of Django",
}


def test_every_text_of_every_table_is_looked_through_or_names_nobody(team: Team) -> None:
    through = {rows.model for rows in tables_of(team.pk)} | NOT_LOOKED_THROUGH
    with_text = {model for model in apps.get_models() if text_columns(model) and not model._meta.proxy}
    assert {model._meta.label for model in with_text - through} == set(NOBODY_IS_NAMED), (
        "a new table: give it a path to its team, or say here why it names nobody"
    )


def relations(model: type[models.Model]) -> list[Any]:
    found = model._meta.get_fields(include_hidden=True)
    return [field for field in found if isinstance(field, models.ManyToOneRel)]


def test_an_account_that_serves_for_more_stays(api_client: Clients, scene: Scene) -> None:
    make_member(Team.objects.create(name="Elsewhere"), Role.COACH, scene.account)
    plan = api_client(scene.owner).post(f"/api/players/{scene.player.pk}/erasure", {}).json()["data"]
    assert plan["account_too"] is False
    erasure.erase_player_now(scene.player, actor=scene.owner)
    assert User.objects.filter(pk=scene.account.pk).exists()


def test_the_plan_counts_and_changes_nothing(api_client: Clients, scene: Scene) -> None:
    before = sorted(tables())
    answer = api_client(scene.guardian).post(f"/api/players/{scene.player.pk}/erasure", {})
    rows = answer.json()["data"]["rows"]
    assert (rows["accounts.Measurement"], rows["accounts.WellnessReport"]) == (1, 1)
    assert "cannot be undone" in answer.json()["message"]
    assert [row for row in sorted(tables()) if row not in before and row[0] != "accounts_login"] == []


@pytest.mark.parametrize("person", ["coach", "analyst", "player"])
def test_a_coach_an_analyst_and_a_team_mate_do_not_erase(api_client: Clients, scene: Scene, person: str) -> None:
    answer = api_client(scene.world.people[person]).post(f"/api/players/{scene.player.pk}/erasure", {})
    assert answer.status_code == (404 if person == "player" else 403)


def test_a_player_of_age_erases_themselves_and_the_trail_does_not_name_them(
    api_client: Clients, scene: Scene, settings: Any
) -> None:
    Player.objects.filter(pk=scene.player.pk).update(date_of_birth="2000-01-01")
    client = api_client(scene.account)
    assert erase(client, scene.player).status_code == 200
    assert client.get("/api/auth/me").status_code == 401
    assert AuditEvent.objects.get(action="player.erased").actor is None


def test_a_token_is_for_one_player_and_one_person(api_client: Clients, scene: Scene) -> None:
    guardian = api_client(scene.guardian)
    token = guardian.post(f"/api/players/{scene.player.pk}/erasure", {}).json()["data"]["token"]
    other = make_player(scene.world.team)
    Guardianship.objects.create(guardian=scene.guardian, player=other)
    wrong = guardian.post(f"/api/players/{other.pk}/erasure", {"token": token})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (410, "GONE")
    assert api_client(scene.owner).post(f"/api/players/{scene.player.pk}/erasure", {"token": token}).status_code == 410
    assert guardian.post(f"/api/players/{scene.player.pk}/erasure", {"token": "x"}).status_code == 410
    assert Player.objects.filter(pk__in=[other.pk, scene.player.pk]).count() == 2


def test_an_old_confirmation_has_expired(api_client: Clients, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    client = api_client(scene.guardian)
    token = client.post(f"/api/players/{scene.player.pk}/erasure", {}).json()["data"]["token"]
    monkeypatch.setattr(erasure, "CONFIRM_SECONDS", -1)
    assert client.post(f"/api/players/{scene.player.pk}/erasure", {"token": token}).status_code == 410


def test_an_account_is_erased_with_its_address_everywhere(
    api_client: Clients, scene: Scene, django_capture_on_commit_callbacks: Any
) -> None:
    coach = make_member(scene.world.team, Role.COACH, make_user(email="otto@oldmail.example", name="Otto Uhlenhorst"))
    Session.objects.filter(pk=scene.team_session.pk).update(title="By Otto Uhlenhorst", created_by=coach)
    audit.record(actor_id=coach.pk, action="x", target=coach, team_id=None, before={"email": coach.email})
    client = api_client(coach)
    assert client.post("/api/me/erasure", {"password": "wrong"}).status_code == 403
    token = client.post("/api/me/erasure", {"password": PASSWORD}).json()["data"]["token"]
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/api/me/erasure", {"token": token})
    assert answer.status_code == 200
    assert found_anywhere(("uhlenhorst", "otto@oldmail")) == []
    assert [text for _, text in tables() if str(coach.pk) in text or coach.pk.hex in text] == []
    scene.team_session.refresh_from_db()
    assert (scene.team_session.title, scene.team_session.created_by) == ("By (removed)", None)
    assert client.get("/api/auth/me").status_code == 401


@pytest.mark.parametrize(("others", "words"), [(True, "Hand it over"), (False, "Delete it")])
def test_the_last_owner_hands_over_first(
    api_client: Clients, owner: User, team: Team, others: bool, words: str
) -> None:
    Membership.objects.filter(team=team).exclude(user=owner).delete()
    if others:
        make_member(team)
    answer = api_client(owner).post("/api/me/erasure", {"password": PASSWORD})
    assert (answer.status_code, words in answer.json()["error"]["message"]) == (409, True)


def test_an_owner_who_became_the_last_meanwhile_is_not_erased(api_client: Clients, owner: User, team: Team) -> None:
    other = make_member(team, Role.OWNER)
    client = api_client(owner)
    token = client.post("/api/me/erasure", {"password": PASSWORD}).json()["data"]["token"]
    Membership.objects.filter(user=other).delete()
    assert client.post("/api/me/erasure", {"token": token}).status_code == 409
    assert User.objects.filter(pk=owner.pk).exists()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Zebedee Quillfeather ran", "(removed) ran"),
        ("quillfeather, zebedee", "(removed)"),
        ("zebedee_quillfeather-2.mp4", "(removed)-2.mp4"),
        ("Quillfeather's left foot", "(removed)'s left foot"),
        ("QUILLFEATHER, 7", "(removed), 7"),
        ("Quillfeatherman scored", "Quillfeatherman scored"),
        ("Zebedee Other passed to 7", "Zebedee Other passed to 7"),
        ("ask zebedee@quillmail.example", "ask (removed)"),
        ("id ZQ-4711-x.", "id (removed)."),
    ],
)
def test_only_the_person_is_taken_out_of_a_text(text: str, left: str) -> None:
    pattern = Named(FIRST, LAST, (LAST, CLUB_ID, EMAIL)).pattern()
    assert pattern is not None
    assert pattern.sub("(removed)", text) == left


def test_a_surname_that_others_share_is_not_taken_from_them(scene: Scene) -> None:
    make_player(scene.world.team, first_name="Ada", last_name=LAST)
    Session.objects.filter(pk=scene.team_session.pk).update(title=f"Ada {LAST} and {FIRST} {LAST}")
    erasure.erase_player_now(scene.player, actor=None)
    scene.team_session.refresh_from_db()
    assert scene.team_session.title == f"Ada {LAST} and (removed)"


def test_who_has_no_name_to_look_for_changes_no_text() -> None:
    assert Named(first="Kim", words=("7",)).pattern() is None
