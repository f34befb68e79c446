"""The audit trail: nobody changes or removes a row, and the chain of hashes tells where somebody did all the same."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from apps.accounts.models import Team, User
from apps.core import audit, audit_guard
from apps.core.models import AuditEvent, AuditTrailKept

pytestmark = pytest.mark.django_db
TABLE = AuditEvent._meta.db_table


@pytest.fixture
def trail(team: Team, coach: User) -> list[AuditEvent]:
    """Three rows, sealed."""
    for number in range(3):
        audit.record(actor_id=coach.pk, action=f"test.{number}", target=team, team_id=team.pk, after={"n": number})
    audit.seal()
    return list(AuditEvent.objects.order_by("sequence"))


def sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def key(event: AuditEvent) -> Any:
    return event.pk if connection.vendor == "postgresql" else event.pk.hex


def past_the_guard(statement: str, *values: Any) -> None:
    """As somebody who owns the database."""
    audit_guard.remove(connection)
    sql(statement, *values)
    audit_guard.install(connection)


def test_the_code_cannot_change_it(trail: list[AuditEvent]) -> None:
    event = trail[0]
    event.action = "test.other"
    for attempt in (
        event.save,
        event.delete,
        AuditEvent.objects.all().delete,
        lambda: AuditEvent.objects.update(action="x"),
        lambda: AuditEvent.objects.bulk_update([event], ["action"]),
    ):
        with pytest.raises(AuditTrailKept), transaction.atomic():
            attempt()
    assert list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True)) == [
        "test.0", "test.1", "test.2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        f"DELETE FROM {TABLE}",
        f"UPDATE {TABLE} SET action = 'x'",
        f"UPDATE {TABLE} SET object_id = 'x'",
        f"UPDATE {TABLE} SET request_id = 'x'",
        f"UPDATE {TABLE} SET hash = 'x'",
        f"UPDATE {TABLE} SET sequence = 9 WHERE sequence = 1",
        f"UPDATE {TABLE} SET salt = ''",
        f"UPDATE {TABLE} SET redacted_at = '2026-01-01', hash = 'x'",
        f"UPDATE {TABLE} SET redacted_at = '2026-01-01', created_at = '2026-01-01'",
    ],
)
def test_the_database_does_not_let_anybody_change_it(trail: list[AuditEvent], statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        sql(statement)
    assert audit.verify().faults == []


def test_an_account_that_goes_takes_its_reference_along(trail: list[AuditEvent], coach: User) -> None:
    coach.delete()
    assert set(AuditEvent.objects.values_list("actor", flat=True)) == {None}
    assert audit.verify().faults == []


def test_a_person_is_taken_out_and_the_chain_holds(trail: list[AuditEvent], team: Team) -> None:
    audit.redact(trail[1], object_id="gone", before={}, after={})
    assert audit.verify().faults == ["Row 2 was redacted, but nobody was erased then."]
    audit.record(actor_id=None, action="player.erased", target=team, team_id=None)
    audit.seal()
    found = audit.verify()
    assert (found.faults, found.sealed, found.redacted) == ([], 4, 1)
    row = AuditEvent.objects.get(sequence=2)
    assert (row.object_id, row.after, row.salt) == ("gone", {}, "")


def test_a_redaction_of_nothing_leaves_no_trace(trail: list[AuditEvent]) -> None:
    one = trail[0]
    audit.redact(one, object_id=one.object_id, before=one.before, after=one.after)
    assert AuditEvent.objects.filter(redacted_at=None).count() == 3


def test_a_row_before_its_seal_is_kept_too(team: Team) -> None:
    audit.record(actor_id=None, action="test.new", target=team, team_id=team.pk)
    with pytest.raises(DatabaseError, match="append-only"):
        sql(f"UPDATE {TABLE} SET action = 'x'")
    found = audit.verify()
    assert (found.sealed, found.unsealed, found.faults) == (0, 1, [])
    assert (audit.seal(), audit.seal()) == (1, 0)
    assert AuditEvent.objects.get().sequence == 1


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE {table} SET action = 'test.other' WHERE id = %s", "Row 2 does not follow"),
        ("UPDATE {table} SET object_id = 'other' WHERE id = %s", "Row 2 (test.1"),
        ("DELETE FROM {table} WHERE id = %s", "Rows 2 to 2 are missing."),
        ("UPDATE {table} SET actor_id = NULL, object_id = 'other' WHERE id = %s", "Row 2 (test.1"),
    ],
)
def test_the_chain_tells_where_somebody_got_past_the_guard(trail: list[AuditEvent], statement: str, fault: str) -> None:
    past_the_guard(statement.format(table=TABLE), key(trail[1]))
    faults = audit.verify().faults
    assert faults
    assert faults[0].startswith(fault), faults


def test_missing_triggers_are_told(trail: list[AuditEvent]) -> None:
    audit_guard.remove(connection)
    assert audit.verify().faults == ["The database's triggers are missing: run `manage.py migrate`."]
    audit_guard.install(connection)
    assert audit.verify().faults == []


def test_the_command_proves_it_and_a_noted_head_shows_that_the_end_was_cut_off(trail: list[AuditEvent]) -> None:
    said = StringIO()
    call_command("audit_verify", stdout=said)
    assert said.getvalue().startswith("3 rows hold, 0 of them without")
    head = said.getvalue().split()[-1]
    assert head == trail[2].hash
    call_command("audit_verify", head=head, stdout=StringIO())
    past_the_guard(f"DELETE FROM {TABLE} WHERE id = %s", key(trail[2]))
    call_command("audit_verify", stdout=StringIO())
    with pytest.raises(CommandError, match="its end was cut off"):
        call_command("audit_verify", head=head, stdout=StringIO())


def test_two_who_seal_at_once_make_one_chain(trail: list[AuditEvent], team: Team, monkeypatch: Any) -> None:
    audit.record(actor_id=None, action="test.new", target=team, team_id=team.pk)
    plain, rival = audit._hash, []

    def meanwhile(event: AuditEvent, before: str) -> str:
        if not rival:
            rival.append(event.pk)
            monkeypatch.setattr(audit, "_hash", plain)
            assert audit.seal() == 1
            monkeypatch.setattr(audit, "_hash", meanwhile)
        return plain(event, before)

    monkeypatch.setattr(audit, "_hash", meanwhile)
    assert audit.seal() == 0
    monkeypatch.undo()
    assert audit.seal() == 1  # what broke off was rolled back whole
    found = audit.verify()
    assert (found.sealed, found.unsealed, found.faults) == (4, 0, [])
    assert timezone.now() >= AuditEvent.objects.latest("created_at").created_at


@pytest.mark.postgres
@pytest.mark.parametrize("statement", [f"TRUNCATE {TABLE}", "TRUNCATE accounts_user CASCADE"])
def test_postgresql_does_not_let_anybody_empty_it(trail: list[AuditEvent], statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits to be checked would refuse it for another reason
    with pytest.raises(DatabaseError, match="append-only"):
        sql(statement)
    assert AuditEvent.objects.count() >= len(trail)
    assert audit.verify().faults == []


@pytest.mark.postgres
def test_a_trigger_that_was_put_to_sleep_is_told(trail: list[AuditEvent]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    sql(f"ALTER TABLE {TABLE} DISABLE TRIGGER audit_not_emptied")
    assert any("triggers" in fault for fault in audit.verify().faults)
    audit_guard.install(connection)
    assert audit.verify().faults == []


def test_a_trail_that_was_emptied_past_the_guard_is_told_by_its_head(trail: list[AuditEvent], team: Team) -> None:
    head = audit.verify().head
    past_the_guard(f"DELETE FROM {TABLE}")
    audit.record(actor_id=None, action="test.new", target=team, team_id=team.pk)
    audit.seal()
    assert audit.verify().faults == [], "by itself a new chain looks like a young one"
    assert any("cut off" in fault for fault in audit.verify(head).faults)
