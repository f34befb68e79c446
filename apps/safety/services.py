"""Publishing and withdrawing policy packs; each leaves an audit event."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from apps.core import audit
from apps.safety.errors import PolicyError
from apps.safety.models import PolicyPack
from apps.safety.published import Draft, check
from apps.safety.selectors import platform_drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What somebody wants to put in force; `team_id` None: for every team."""

    key: str
    title: str
    yaml: str
    team_id: uuid.UUID | None = None


def check_publication(publication: Publication) -> None:
    """Refuse what could not be put in force.

    Raises:
        PolicyError: the YAML is malformed, or looser than it may be; the message names rule and age group.
    """
    check(_draft(publication, version=1), platform_drafts())


def publish(publication: Publication, *, actor_id: uuid.UUID | None) -> PolicyPack:
    """Put a new version in force; the older ones stay to be read.

    Raises:
        PolicyError: the YAML is malformed or too loose, or somebody else published the same pack at this moment.
    """
    check_publication(publication)
    try:
        with transaction.atomic():
            return _publish(publication, actor_id)
    except IntegrityError as error:
        raise PolicyError(
            f"{publication.key}: somebody else published it at the same moment; open it again and look"
        ) from error


def withdraw(pack: PolicyPack, *, actor_id: uuid.UUID | None) -> bool:
    """Take a pack out of force; whether it was. Its teams have what else is under its key then, or the strictest."""
    with transaction.atomic():
        changed = PolicyPack.objects.in_force().filter(pk=pack.pk).update(is_active=False)
        if changed:
            pack.is_active = False
            audit.record(
                actor_id=actor_id,
                action="safety.pack_withdrawn",
                target=pack,
                team_id=pack.team_id,
                before={"key": pack.key, "version": pack.version, "in_force": True},
                after={"in_force": False},
            )
    return bool(changed)


def _publish(publication: Publication, actor_id: uuid.UUID | None) -> PolicyPack:
    versions = PolicyPack.objects.filter(key=publication.key)
    team_id = publication.team_id
    versions = versions.filter(team_id=team_id) if team_id else versions.filter(team__isnull=True)
    newest = versions.select_for_update().order_by("-version").first()
    before = versions.in_force().values("version", "title", "yaml").first()
    versions.in_force().update(is_active=False)
    pack = PolicyPack.objects.create(
        team_id=publication.team_id,
        key=publication.key,
        version=newest.version + 1 if newest else 1,
        title=publication.title,
        yaml=publication.yaml,
    )
    audit.record(
        actor_id=actor_id,
        action="safety.pack_published",
        target=pack,
        team_id=pack.team_id,
        before=before,
        after={"key": pack.key, "version": pack.version, "title": pack.title, "yaml": pack.yaml},
    )
    return pack


def _draft(publication: Publication, version: int) -> Draft:
    return Draft(
        key=publication.key,
        version=version,
        title=publication.title,
        yaml=publication.yaml,
        of_team=publication.team_id is not None,
    )
