"""Matches that another tracking system followed: a session with the same figures as a film's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.filming import not_to_be_named
from apps.accounts.models import Player, Team, User
from apps.core import versions
from apps.core.audit import record
from apps.core.errors import Conflict, InvalidRequest
from apps.scan.children import ChildLimits, run_child
from apps.scan.errors import ChildFailed
from apps.scan.selectors.zones import zone_pack
from apps.scan.services.kpi_rows import kpi_row
from apps.sessions.models import Session, SessionPlayer, SessionStatus, SessionType

READ_LIMITS = ChildLimits(seconds=1800.0, memory_bytes=12 * 1024**3)
"""A whole match is some minutes and, as kloppy's objects, some gigabytes."""
_PIECE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class MatchFiles:
    """What to import, and how it was measured.

    Attributes:
        provider: a key of `pipeline.imports.PROVIDERS`.
        side: which of the two sides is the team.
        sigma_m: position error of the system [m]; `None`: the provider's known one.
        pitch_m: length and width [m]; `None`: as the files say.
    """

    provider: str
    files: Sequence[Path]
    side: str = "home"
    sigma_m: float | None = None
    pitch_m: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class ImportedMatch:
    """What was read: about the match, and a line for every player of the side."""

    header: Mapping[str, Any]
    players: Sequence[Mapping[str, Any]]
    sha256: str


@dataclass(frozen=True, slots=True)
class Roster:
    """The team's players by shirt number; numbers that two of them wear, or one who must stay unnamed, name nobody."""

    team: Team
    by_number: Mapping[int, Player] = field(default_factory=dict)

    @classmethod
    def of(cls, team: Team) -> Roster:
        """Read a team's roster (two queries)."""
        seen: dict[int, list[Player]] = {}
        players = list(team.players.exclude(jersey_number=None))
        unnamed = not_to_be_named(players)
        for player in players:
            if player.pk in unnamed:
                continue
            seen.setdefault(int(player.jersey_number or 0), []).append(player)
        return cls(team, {number: found[0] for number, found in seen.items() if len(found) == 1})


def read_match(team: Team, match: MatchFiles) -> ImportedMatch:
    """Read a match in a child process; nothing is stored.

    Raises:
        InvalidRequest: the files cannot become figures; the message says why.
        Conflict: the same files are a session of the team already.
    """
    digest = _digest(match)
    _refuse_twice(team, digest)
    roster = Roster.of(team)
    today = timezone.localdate()
    request = {
        "provider": match.provider,
        "files": [str(path.resolve()) for path in match.files],
        "side": match.side,
        "sigma_m": match.sigma_m,
        "pitch_m": match.pitch_m,
        "zones": {
            str(number): zone_pack(player.age_years_on(today), player.sex, team.age_group)
            for number, player in roster.by_number.items()
        },
        "default_zones": zone_pack(None, "", team.age_group),
    }
    try:
        output = run_child("pipeline.imports", [], limits=READ_LIMITS, stdin=json.dumps(request).encode())
    except ChildFailed as error:
        raise InvalidRequest("The files could not be read: too large for this machine, or damaged.") from error
    header, *players = [json.loads(line) for line in output.splitlines()]
    if "refused" in header:
        raise InvalidRequest(header["refused"])
    return ImportedMatch(header, players, digest)


@transaction.atomic
def store_match(
    *, team: Team, match: ImportedMatch, title: str = "", start: datetime | None = None, user: User | None = None
) -> Session:
    """Make the session, its figures and who is who; players are known by their shirt number.

    Raises:
        InvalidRequest: nobody says when the match was.
        Conflict: the same files are a session of the team already.
    """
    _refuse_twice(team, match.sha256)
    header = match.header
    started = start or (datetime.fromisoformat(header["started_at"]) if header["started_at"] else None)
    if started is None:
        raise InvalidRequest("The files do not say when the match was; give its start.")
    session = Session.objects.create(
        team=team,
        session_type=SessionType.MATCH,
        title=title or f"{header['team']} ({header['provider']})",
        start=started,
        end=started + timedelta(seconds=header["duration_s"]),
        status=SessionStatus.COMPLETED,
        metadata={"import": {**header, "sha256": match.sha256}},
        created_by=user,
    )
    _store_figures(session, match, Roster.of(team))
    versions.bump(versions.TEAM, team.pk)
    record(
        actor_id=user.pk if user else None,
        action="session.imported",
        target=session,
        team_id=team.pk,
        after={"provider": header["provider"], "players": len(match.players)},
    )
    return session


def _store_figures(session: Session, match: ImportedMatch, roster: Roster) -> None:
    rows, names = [], []
    for line in match.players:
        result: Any = line["result"]
        player = roster.by_number.get(line["jersey_number"])
        names.append(SessionPlayer(session=session, track_id=result["track_id"], player=player))
        rows.append(
            kpi_row(result, catalogue_version=match.header["catalogue_version"], session=session, player=player)
        )
    SessionPlayer.objects.bulk_create(names)
    type(rows[0]).objects.bulk_create(rows)


def _refuse_twice(team: Team, digest: str) -> None:
    known = Session.objects.filter(team=team, metadata__import__sha256=digest).first()
    if known is not None:
        raise Conflict(f"These files are already the session “{known}” ({known.pk}). Delete it to import them anew.")


def _digest(match: MatchFiles) -> str:
    found = hashlib.sha256(f"{match.provider} {match.side}".encode())
    for path in match.files:
        try:
            with path.open("rb") as file:
                while piece := file.read(_PIECE_BYTES):
                    found.update(piece)
        except OSError as error:
            raise InvalidRequest(f"{path} cannot be read: {error.strerror}.") from error
    return found.hexdigest()
