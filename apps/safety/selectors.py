"""Which policy pack judges a team's plans, and which it may choose."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import structlog
from django.db.models import Q

from apps.safety.errors import PolicyError
from apps.safety.models import PolicyPack as PackRow
from apps.safety.pack import PolicyPack
from apps.safety.policies import load_packs, strictest_pack
from apps.safety.published import Draft, effective

log = structlog.get_logger(__name__)

Origin: TypeAlias = Literal["project", "platform", "team"]
"""Comes with the project, was published for all teams, or is the team's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedPack:
    """A pack that a team may choose."""

    key: str
    version: str
    title: str
    origin: Origin


def pack_for(key: str, team_id: uuid.UUID | None) -> PolicyPack:
    """The pack in force under a key: the team's own, else that of the platform, else the project's file.

    A key that there is no more (withdrawn since the team chose it), or a pack whose parent is gone, has the strictest
    of the project's packs: a limit never vanishes with the row that named it. One query.
    """
    own, offered = _in_force(team_id)
    draft = own.get(key) or offered.get(key)
    if draft is None and key in load_packs():
        return load_packs()[key]
    if draft is not None:
        try:
            return effective(draft, offered)
        except PolicyError as error:
            log.warning("safety.pack_unusable", key=key, team_id=team_id, reason=str(error))
    return strictest_pack()


def packs_offered(team_id: uuid.UUID | None) -> list[OfferedPack]:
    """The packs that a team may choose, by key. One query."""
    own, offered = _in_force(team_id)
    found = {
        key: OfferedPack(key=key, version=pack.version, title=pack.title, origin="project")
        for key, pack in load_packs().items()
    }
    for drafts, origin in ((offered, "platform"), (own, "team")):
        found.update({key: _offer(draft, origin) for key, draft in drafts.items()})  # type: ignore[arg-type]
    return [found[key] for key in sorted(found)]


def platform_drafts() -> dict[str, Draft]:
    """The packs in force that were published for all teams, by key. One query."""
    return _in_force(None)[1]


def _in_force(team_id: uuid.UUID | None) -> tuple[Mapping[str, Draft], dict[str, Draft]]:
    rows = PackRow.objects.in_force().filter(Q(team_id=None) | Q(team_id=team_id) if team_id else Q(team_id=None))
    own: dict[str, Draft] = {}
    offered: dict[str, Draft] = {}
    for row in rows:
        (offered if row.team_id is None else own)[row.key] = draft_of(row)
    return own, offered


def draft_of(row: PackRow) -> Draft:
    """A stored version as the pure part reads it."""
    return Draft(key=row.key, version=row.version, title=row.title, yaml=row.yaml, of_team=row.team_id is not None)


def _offer(draft: Draft, origin: Origin) -> OfferedPack:
    return OfferedPack(key=draft.key, version=str(draft.version), title=draft.title, origin=origin)
