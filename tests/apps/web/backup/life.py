"""Two lives of an installation, each a process of its own with its own database: `python -m … first|second FOLDER`.

`first`: a club works, takes a backup, erases a child, a coach's account, a session and a consent, takes another,
and is not allowed to go back by mistake. `second`: somebody goes back to the first backup: a new machine with nothing
but the backups at hand, or the same database with `--force`.
"""

from __future__ import annotations

import json
import sys
from io import StringIO
from pathlib import Path
from typing import Any


def seed() -> dict[str, Any]:
    from django.conf import settings
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    from apps.accounts.models import Role
    from apps.accounts.services.consents import record_consent
    from apps.scan.adapters import LocalArtefactStore
    from tests.factories.accounts import make_guardian, make_member, make_player, make_team
    from tests.factories.sessions import make_session

    team = make_team(name="U15 Ünïcode\t\\N 'quoted'")
    owner, coach = make_member(team, Role.OWNER), make_member(team, Role.COACH)
    gone = make_player(team, first_name="Zebedee", last_name="Quillfeather")
    stays = make_player(team, first_name="Kim", last_name="Stays", date_of_birth="2015-05-05")
    guardian = make_guardian(stays)
    record_consent(user=guardian, player_id=str(stays.pk), purpose="film", given=True)
    kept, deleted = make_session(team, title="Kept"), make_session(team, title="Deleted")
    for session in (kept, deleted):
        default_storage.save(f"videos/{session.pk}/film.mp4", ContentFile(bytes(range(256)) * 40_000))
        LocalArtefactStore(settings.ARTEFACT_ROOT).write(f"sessions/{session.pk}/tracks.npz", b"\x00tracks" * 1000)
    return {"owner": owner, "coach": coach, "gone": gone, "stays": stays, "guardian": guardian, "deleted": deleted}


def erase(made: dict[str, Any]) -> None:
    from django.db import transaction

    from apps.accounts.services.consents import record_consent
    from apps.accounts.services.erasure import erase_account_now, erase_player_now
    from apps.sessions.services.sessions import delete_session

    record_consent(user=made["guardian"], player_id=str(made["stays"].pk), purpose="film", given=False)
    with transaction.atomic():
        erase_player_now(made["gone"], actor=made["owner"])
        erase_account_now(made["coach"], actor=None)
    delete_session(user=made["owner"], session_id=made["deleted"].pk)


def state() -> dict[str, Any]:
    """What is here, as the test compares it."""
    from django.conf import settings
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection

    from apps.accounts.models import ConsentRecord, Player, Team, User
    from apps.core.models import AuditEvent
    from apps.sessions.models import Session
    from apps.web.backup.trees import trees

    with connection.cursor() as cursor:
        counts = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return {
        "teams": sorted(Team.objects.values_list("name", flat=True)),
        "users": User.objects.count(),
        "players": sorted(Player.objects.values_list("first_name", flat=True)),
        "sessions": sorted(Session.objects.values_list("title", flat=True)),
        "film consent": Player.objects.filter(consent_given_at__isnull=False).count(),
        "consents": ConsentRecord.objects.count(),
        "media": sorted(trees()["media"].names()),
        "artefacts": sorted(trees()["artefacts"].names()),
        "erased": AuditEvent.objects.filter(action="player.erased").count(),
        "counts": counts,
        "content type": ContentType.objects.latest("pk").pk,
        "vendor": connection.vendor,
        "var": str(settings.VAR),
    }


def restore(folder: Path, *options: str) -> str:
    """What the command says."""
    from django.core.management import CommandError, call_command

    out = StringIO()
    try:
        call_command("restore", str(folder), *options, stdout=out)
    except CommandError as error:
        return f"CommandError: {error}"
    return out.getvalue()


def first(folder: Path) -> dict[str, Any]:
    from django.conf import settings
    from django.core.management import call_command

    settings.VAR.mkdir(parents=True)
    call_command("migrate", verbosity=0)
    made = seed()
    before = state()
    call_command("backup", str(folder / "monday"), stdout=StringIO())
    erase(made)
    call_command("backup", str(folder / "tuesday"), stdout=StringIO())
    after = state()
    refused = restore(folder / "monday")
    unchanged = state()
    return {"before": before, "after": after, "refused": refused, "unchanged": unchanged == after}


def second(folder: Path) -> dict[str, Any]:
    told = restore(folder / "monday", *sys.argv[3:])
    now = state()
    from django.contrib.auth.models import Permission

    # Rows that the database numbers go on after those restored.
    Permission.objects.create(name="new", codename="new", content_type_id=now["content type"])
    return {"told": told, "now": now}


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(json.dumps({"first": first, "second": second}[sys.argv[1]](Path(sys.argv[2]))))
