"""Which figures may be put beside each other: the same definitions, the same grade, the same speed zones.

Design: "A player's value over several sessions is comparable only at the same version and grade." A sprint of the
under-14 zones is none of the adults', and made-up movement is no film.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypedDict

from apps.dashboard.selectors.facts import Basis, Cell
from vision.kpi.catalogue import CATALOGUE_VERSION

NO_GRADE = "no grade (nothing in metres)"


class LeftOut(TypedDict):
    """Figures that were not used, and why."""

    n: int
    reason: str


class Comparable(TypedDict):
    """What all figures of an answer share."""

    catalogue_version: str | None
    grade: str | None
    zones: str | None
    synthetic: bool | None
    n: int
    left_out: list[LeftOut]


def choose_basis(cells: Iterable[Cell], grade: str | None = None) -> Basis | None:
    """Choose what figures share: today's definitions (else the newest), films before made-up ones, then most figures.

    Args:
        cells: to choose from.
        grade: only this one, where somebody asked for it.
    """
    count: dict[Basis, int] = {}
    newest: dict[str, datetime] = {}
    for cell in cells:
        if grade is None or cell.basis.grade == grade:
            count[cell.basis] = count.get(cell.basis, 0) + cell.n
        version = cell.basis.catalogue_version
        newest[version] = max(newest.get(version, cell.latest), cell.latest)
    if not count:
        return None
    versions = {basis.catalogue_version for basis in count}
    version = max(versions, key=lambda name: (name == CATALOGUE_VERSION, newest[name], name))
    same = [basis for basis in count if basis.catalogue_version == version]
    films = [basis for basis in same if not basis.synthetic] or same
    return min(films, key=lambda basis: (-count[basis], basis.grade or "Z", basis.zones))


def of_basis(cells: Iterable[Cell], basis: Basis | None) -> list[Cell]:
    """Keep the cells of a basis."""
    return [cell for cell in cells if cell.basis == basis]


def comparable(cells: Sequence[Cell], basis: Basis | None, *, split: int = 0) -> Comparable:
    """Say what the figures used share, and which were left out and why."""
    left: dict[str, int] = {}
    for cell in cells:
        if basis is None or cell.basis == basis:
            continue
        reason = why_not(cell.basis, basis)
        left[reason] = left.get(reason, 0) + cell.n
    if split:
        left["the player has two tracks in one session; merge them on the session's page"] = split
    return Comparable(
        catalogue_version=basis.catalogue_version if basis else None,
        grade=(basis.grade or None) if basis else None,
        zones=(basis.zones or None) if basis else None,
        synthetic=basis.synthetic if basis else None,
        n=sum(cell.n for cell in of_basis(cells, basis)) if basis else 0,
        left_out=[LeftOut(n=n, reason=reason) for reason, n in sorted(left.items())],
    )


def why_not(other: Basis, basis: Basis) -> str:
    """Say why figures of another basis are not comparable."""
    if other.synthetic != basis.synthetic:
        return "made-up movement" if other.synthetic else "from a film, the others from made-up movement"
    if other.catalogue_version != basis.catalogue_version:
        return f"definitions {other.catalogue_version}, compared are those of {basis.catalogue_version}"
    if other.grade != basis.grade:
        return f"grade {other.grade or NO_GRADE}, compared is grade {basis.grade or NO_GRADE}"
    group, compared = _group(other.zones), _group(basis.zones)
    if group == compared:
        return f"other edges of the speed zones, {other.zones}; compared are {basis.zones}"
    return f"speed zones of another group: {group}; compared are {compared}"


def _group(zones: str) -> str:
    """For whom speed zones ("u14 2026-11") are, as people say it."""
    pack = zones.split(" ")[0]
    if pack[:1] == "u" and pack[1:].isdecimal():
        return f"under {pack[1:]}"
    return {"adult": "adults", "": "unknown"}.get(pack, pack)
