"""A person's own data to take along: a ZIP of JSON, made when its link is opened and kept nowhere."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Player, Right, User
from apps.accounts.permissions import has_right, is_family
from apps.accounts.selectors import get_player
from apps.accounts.traces import hold, records_of
from apps.core import audit
from apps.core.errors import Gone, NotFound, PermissionDenied
from apps.core.lifecycle import lifecycle

SALT = "accounts.export"
Subject = Literal["user", "player"]
README = """What Axolotl keeps about {name}, as of {made_at}.

records/  every row of every table that points at this person, one file a table; passwords, keys and hashes left out
apps/     the same by part of the program, as its pages show it: sessions, figures, loads, devices
Times are UTC, lengths metres or centimetres, weights kilograms, as the names say. What nobody entered is null.

Films are large and are not in here. Each session's film is at {url}/api/scan/SESSION_ID/video while you are logged in.
"""


@dataclass(frozen=True, slots=True)
class ExportLink:
    """Where an export can be fetched, and until when."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Export:
    """A finished export."""

    name: str
    content: bytes


def link_own_export(*, user: User) -> ExportLink:
    """Return a link to everything about the user's account."""
    return _link(user, "user", user, team_id=None)


def link_player_export(*, user: User, player_id: str) -> ExportLink:
    """Return a link to everything about a player.

    Raises:
        NotFound, PermissionDenied: not visible, or neither family nor a coach of the team.
    """
    player = get_player(user, player_id)
    _require_export(user, player)
    return _link(user, "player", player, team_id=player.team_id)


def open_export(*, token: str) -> Export:
    """Make the export of a link, if whoever asked for it still may have it.

    Raises:
        Gone: the link has expired.
        NotFound: no link of ours, or the person may not see this any more.
        PermissionDenied: they see it, but may not take it along any more.
    """
    try:
        asked = signing.loads(token, salt=SALT, max_age=settings.SIGNED_URL_SECONDS)
    except signing.SignatureExpired:
        raise Gone("This link has expired; ask for a new one.") from None
    except signing.BadSignature:
        raise NotFound("There is nothing here.") from None
    with transaction.atomic():
        user = User.objects.filter(pk=asked["u"], is_active=True).first()
        if user is None:
            raise NotFound("There is nothing here.")
        target: Player | User = user
        if asked["k"] == "player":
            target = get_player(user, asked["o"])
            _require_export(user, target)
        return _export(user, asked["k"], target)


def export_for_staff(*, user: User, player: Player) -> Export:
    """Make a player's export in the admin, where somebody asked for it by letter."""
    with transaction.atomic():
        return _export(user, "player", player)


def _export(user: User, kind: Subject, target: Player | User) -> Export:
    """Make the export while nobody can erase the person: else it were half of one, and the trail named them again."""
    if not hold(target):
        raise NotFound("There is nothing here.")
    team_id = target.team_id if isinstance(target, Player) else None
    audit.record(actor_id=user.pk, action=f"{kind}.exported", target=target, team_id=team_id)
    return Export(f"axolotl-{kind}-{timezone.now():%Y-%m-%d}.zip", _zip(kind, target))


def _require_export(user: User, player: Player) -> None:
    if not is_family(user, player) and not has_right(user, player.team_id, Right.EDIT_PLAYERS):
        raise PermissionDenied("The player, the guardian or a coach takes a player's data along.")


def _link(user: User, kind: Subject, target: models.Model, *, team_id: uuid.UUID | None) -> ExportLink:
    token = signing.dumps({"k": kind, "o": str(target.pk), "u": str(user.pk)}, salt=SALT)
    audit.record(actor_id=user.pk, action=f"{kind}.export_asked", target=target, team_id=team_id)
    expires_at = timezone.now() + timedelta(seconds=settings.SIGNED_URL_SECONDS)
    return ExportLink(reverse("export", args=[token]), expires_at)


def _zip(kind: Subject, target: Player | User) -> bytes:
    name = target.display_name if isinstance(target, Player) else target.email
    made_at = timezone.now().strftime("%Y-%m-%d %H:%M UTC")
    parts = {f"records/{label}.json": rows for label, rows in records_of(target).items()}
    parts |= {f"apps/{owner}.json": part for owner, part in lifecycle.export(kind, target.pk).items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README.format(name=name, made_at=made_at, url=settings.PUBLIC_URL))
        for path, content in sorted(parts.items()):
            archive.writestr(path, json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
    return packed.getvalue()
