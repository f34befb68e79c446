"""Who was erased stays erased when an older backup comes back.

The audit trail is the ledger: it names erased people by a hash of their id, and what was deleted by its id. Every
backup carries it. A restore gathers what it can find (the database that is replaced, every backup beside the one
restored, files that it is given) and does again what happened after the backup was taken.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import DatabaseError, transaction

from apps.accounts.models import ConsentRecord, Membership, Player, Role, Team, User
from apps.accounts.services.erasure import erase_account_now, erase_player_now, hashes_of
from apps.core.lifecycle import lifecycle
from apps.core.media import delete_file
from apps.core.models import AuditEvent
from apps.sessions.models import Session, SessionAttachment, SessionNote
from apps.web.backup.manifest import BackupError

NAME = "erasures.json"
ORDER = (
    "team.deleted",
    "player.erased",
    "player.deleted",
    "user.erased",
    "session.deleted",
    "session.purged",
    "attachment.deleted",
    "note.deleted",
    "consent.withdrawn",
    "consent.given",
)
"""What the ledger holds, in the order in which it is done again."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """One line of the ledger.

    Attributes:
        object_id: an id, or the hash of one where a person was erased.
        at: ISO 8601.
        purpose: of a consent.
    """

    action: str
    object_type: str
    object_id: str
    at: str
    purpose: str = ""


def ledger() -> set[Erasure]:
    """What the audit trail of this database tells; nothing where there is no such table."""
    try:
        with transaction.atomic():
            rows = list(AuditEvent.objects.filter(action__in=ORDER))
    except DatabaseError:
        return set()
    return {
        Erasure(
            row.action,
            row.object_type,
            row.object_id,
            row.after.get("at") or row.created_at.isoformat(),
            row.after.get("purpose", ""),
        )
        for row in rows
    }


def as_bytes(known: Iterable[Erasure]) -> bytes:
    """The ledger as a file; names nobody."""
    return json.dumps(
        [asdict(one) for one in sorted(known, key=lambda one: (one.at, one.object_id))], indent=1
    ).encode()


def read(file: Path) -> set[Erasure]:
    """Read such a file.

    Raises:
        BackupError: it is none.
    """
    try:
        return {Erasure(**one) for one in json.loads(file.read_text(encoding="utf-8"))}
    except FileNotFoundError:
        raise BackupError(f"There is no {file}.") from None
    except (ValueError, TypeError) as error:
        raise BackupError(f"{file} is no ledger of erasures ({error}).") from None


def beside(folder: Path) -> set[Erasure]:
    """The ledgers of all backups in the same folder as this one, its own included."""
    found = sorted(folder.resolve().parent.glob(f"*/{NAME}"))
    return set[Erasure]().union(*(read(file) for file in found))


def apply_again(known: set[Erasure]) -> dict[str, int]:
    """Do again what the restored database does not know of; answers how often, by action."""
    done: dict[str, int] = {}
    missing = known - ledger()
    for action in ORDER:
        todo = {one.object_id: one for one in missing if one.action == action}
        if todo and action in _AGAIN:
            done[action] = _AGAIN[action](todo)
    done["consent.withdrawn"] = _withdraw(known)
    _note(missing)
    return {action: count for action, count in done.items() if count}


def _erase_players(todo: dict[str, Erasure]) -> int:
    gone = [player for player in Player.objects.iterator() if hashes_of(player.pk) & todo.keys()]
    for player in gone:
        with transaction.atomic():
            erase_player_now(player, actor=None)
    return len(gone)


def _erase_accounts(todo: dict[str, Erasure]) -> int:
    gone = [user for user in User.objects.iterator() if hashes_of(user.pk) & todo.keys()]
    for user in gone:
        with transaction.atomic():
            # Who was their heir came after the backup: the team has no owner until staff appoint one.
            Membership.objects.filter(user=user, role=Role.OWNER).delete()
            erase_account_now(user, actor=None)
    return len(gone)


def _delete_teams(todo: dict[str, Erasure]) -> int:
    rows = Team.objects.filter(pk__in=_ids(todo))
    return _delete("team", [row.pk for row in rows], lambda: rows.delete())


def _delete_players(todo: dict[str, Erasure]) -> int:
    rows = Player.objects.filter(pk__in=_ids(todo))
    return _delete("player", [row.pk for row in rows], lambda: rows.delete())


def _delete_sessions(todo: dict[str, Erasure]) -> int:
    rows = Session.objects.filter(pk__in=_ids(todo))
    return _delete("session", [row.pk for row in rows], lambda: rows.delete())


def _delete_attachments(todo: dict[str, Erasure]) -> int:
    rows = list(SessionAttachment.objects.filter(pk__in=_ids(todo)))
    for row in rows:
        key = row.file.name or ""
        row.delete()
        if key:
            delete_file(key)
    return len(rows)


def _delete_notes(todo: dict[str, Erasure]) -> int:
    return SessionNote.objects.filter(pk__in=_ids(todo)).delete()[0]


@transaction.atomic
def _delete(kind: str, ids: list[uuid.UUID], delete: Callable[[], object]) -> int:
    if ids:
        lifecycle.erase(kind, ids)
        delete()
    return len(ids)


_AGAIN: dict[str, Callable[[dict[str, Erasure]], int]] = {
    "team.deleted": _delete_teams,
    "player.erased": _erase_players,
    "player.deleted": _delete_players,
    "user.erased": _erase_accounts,
    "session.deleted": _delete_sessions,
    "session.purged": _delete_sessions,
    "attachment.deleted": _delete_attachments,
    "note.deleted": _delete_notes,
}


def _withdraw(known: set[Erasure]) -> int:
    """Withdraw consents whose last word, before or after the backup, was no."""
    last: dict[tuple[str, str], Erasure] = {}
    for one in sorted((one for one in known if one.action.startswith("consent.")), key=lambda one: one.at):
        last[one.object_id, one.purpose] = one
    return sum(_say_no(one) for one in last.values() if one.action == "consent.withdrawn")


@transaction.atomic
def _say_no(one: Erasure) -> bool:
    player = Player.objects.filter(pk__in=_ids([one.object_id])).first()
    if player is None:
        return False
    newest = ConsentRecord.objects.filter(player=player, purpose=one.purpose).order_by("-at").first()
    if newest is None or not newest.given:
        return False
    ConsentRecord.objects.create(
        player=player, purpose=one.purpose, given=False, at=one.at, note="said before a restore"
    )
    if one.purpose == "film":
        lifecycle.erase("filming", [player.pk])
        Player.objects.filter(pk=player.pk).update(consent_given_at=None, consent_given_by=None)
    return True


def _note(missing: set[Erasure]) -> None:
    """Keep the ledger whole: the next backup of this database tells it all again."""
    again = {(one.action, one.object_id) for one in ledger()}
    AuditEvent.objects.bulk_create(
        AuditEvent(
            action=one.action,
            object_type=one.object_type,
            object_id=one.object_id,
            after={"at": one.at, "again": True} | ({"purpose": one.purpose} if one.purpose else {}),
        )
        for one in sorted(missing, key=lambda one: one.at)
        if one.purpose or (one.action, one.object_id) not in again
    )


def _ids(names: Iterable[str]) -> list[uuid.UUID]:
    found = []
    for name in names:
        try:
            found.append(uuid.UUID(name))
        except ValueError:
            continue
    return found
