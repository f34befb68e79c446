"""The roster, which nodes read."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from apps.accounts.models import Player
from apps.edge.errors import ChangeRefused
from apps.edge.services.kinds.base import Author, Current, saved_ms


class PlayerKind:
    """The roster, for the node to read: what names a player at the pitch, and whether they may be filmed."""

    name: ClassVar[str] = "player"
    private: ClassVar[bool] = False
    unset: ClassVar[Mapping[str, Any]] = {}

    def read(self, object_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """See `Kind.read`."""
        raise ChangeRefused("NOT_ALLOWED", "Players are changed on the server, not by nodes.")

    def current(self, team_id: uuid.UUID, object_ids: Collection[str] | None = None) -> dict[str, Current]:
        """See `Kind.current`; without ids the whole team."""
        players = Player.objects.filter(team_id=team_id)
        if object_ids is not None:
            players = players.filter(pk__in=object_ids)
        return {
            str(player.pk): Current(
                {
                    "display_name": player.display_name,
                    "external_id": player.external_id,
                    "jersey_number": player.jersey_number,
                    "may_be_filmed": player.consent_given_at is not None,
                },
                saved_ms(player.updated_at),
            )
            for player in players
        }

    def write(self, author: Author, object_id: str, fields: Mapping[str, Any], *, is_new: bool) -> None:
        """See `Kind.write`."""
        raise ChangeRefused("NOT_ALLOWED", "Players are changed on the server, not by nodes.")

    def delete(self, author: Author, object_id: str) -> None:
        """See `Kind.delete`."""
        raise ChangeRefused("NOT_ALLOWED", "Players are changed on the server, not by nodes.")

    def player_of(self, object_id: str) -> uuid.UUID | None:
        """See `Kind.player_of`."""
        return uuid.UUID(object_id)
