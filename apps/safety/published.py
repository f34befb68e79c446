"""From the YAML that somebody published to the pack that the engine judges by. Pure; knows no database."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from apps.safety.errors import PolicyError
from apps.safety.pack import PolicyPack
from apps.safety.pack_parser import parse_pack, read_mapping
from apps.safety.policies import DEFAULT_PACK, load_pack, load_packs
from apps.safety.strictness import held_to, looser_limits

LONGEST_TEXT = 100_000
"""Characters of a pack; the default pack has about a tenth."""
HEADING_KEYS = ("id", "version", "title")
PARENTS_KEPT = ("season_cutoff", "youngest_group")
"""What decides who counts as how old: a team cannot move its players into another age group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A pack as it was written. `of_team`: a team's own, which has to extend another and may loosen no hard limit."""

    key: str
    version: int
    title: str
    yaml: str
    of_team: bool


def check(draft: Draft, offered: Mapping[str, Draft]) -> PolicyPack:
    """The pack that a draft comes to, refused where it is malformed or looser than it may be.

    Args:
        draft: what somebody wants to publish.
        offered: packs of the platform in force, by key.

    Raises:
        PolicyError: the message names rule, age group and what would be right.
    """
    if not draft.of_team:
        offered = {**offered, draft.key: draft}  # so that a circle through packs in force is seen before it closes
    pack = _parsed(draft, _parents(draft, offered, ()))
    floors = [load_pack(DEFAULT_PACK)]
    if draft.of_team:
        floors.append(_parent(draft, offered))
    faults = dict.fromkeys(fault for floor in floors for fault in looser_limits(pack, floor))
    if faults:
        raise PolicyError(*faults)
    return pack


def effective(draft: Draft, offered: Mapping[str, Draft]) -> PolicyPack:
    """The pack in force of a published draft, held to the hard limits of today's parent and default pack.

    Raises:
        PolicyError: it extends a pack that there is no more.
    """
    return _effective(draft, offered, ())


def _effective(draft: Draft, offered: Mapping[str, Draft], seen: tuple[str, ...]) -> PolicyPack:
    parents = _parents(draft, offered, seen)
    return _held(draft, tuple(sorted(parents.items())))


@functools.lru_cache(maxsize=256)
def _held(draft: Draft, parents: tuple[tuple[str, PolicyPack], ...]) -> PolicyPack:
    pack = held_to(_parsed(draft, dict(parents)), load_pack(DEFAULT_PACK))
    for _, parent in parents if draft.of_team else ():
        pack = held_to(pack, parent)
    return pack


def _parsed(draft: Draft, parents: Mapping[str, PolicyPack]) -> PolicyPack:
    content = _content(draft)
    for key in HEADING_KEYS:
        if key in content:
            raise PolicyError(f"{key}: leave it out of the YAML; it stands in the field of that name")
    if draft.of_team and "extends" not in content:
        raise PolicyError("extends is missing; a team's pack extends another, such as “extends: default”")
    for key in PARENTS_KEPT:
        if draft.of_team and key in content:
            raise PolicyError(f"{key}: leave it out; a team's pack keeps that of the pack it extends")
    heading: dict[str, object] = {"id": draft.key, "version": str(draft.version), "title": draft.title}
    return parse_pack({**content, **heading}, draft.key, lambda key: parents[key])


@functools.lru_cache(maxsize=256)
def _content(draft: Draft) -> Mapping[str, object]:
    if len(draft.yaml) > LONGEST_TEXT:
        raise PolicyError(f"{draft.key}: {len(draft.yaml)} characters are too many; at most {LONGEST_TEXT}")
    return read_mapping(draft.yaml, draft.key)


def _parents(draft: Draft, offered: Mapping[str, Draft], seen: tuple[str, ...]) -> dict[str, PolicyPack]:
    """The pack that a draft extends, under its key; empty where it extends none."""
    key = _content(draft).get("extends")
    if key is None:
        return {}
    me = "" if draft.of_team else draft.key
    if key in seen or (key == me and key not in load_packs()):
        raise PolicyError(f"{draft.key}: it extends itself by way of {' → '.join((*seen, draft.key))}")
    if not isinstance(key, str) or (key not in offered and key not in load_packs()):
        known = ", ".join(sorted((offered.keys() - {me}) | load_packs().keys()))
        raise PolicyError(f"{draft.key}: extends {key!r}, which is no pack; there are {known}")
    if key == me or key not in offered:
        return {key: load_packs()[key]}
    return {key: _effective(offered[key], offered, (*seen, me) if me else seen)}


def _parent(draft: Draft, offered: Mapping[str, Draft]) -> PolicyPack:
    return next(iter(_parents(draft, offered, ()).values()))
