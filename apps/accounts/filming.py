"""Who may be filmed, and named in what a film shows: one rule for scans, live sessions and imports.

- Whoever said no, by the newest word that counts, is neither named nor the subject of a film.
- A child (`CONSENT_AGE_YEARS`) is so only after a yes; of an unknown age nobody may assume a child, so it is asked for.
- A no in person (by the player, or a guardian with a log-in) is lifted in person only: paper that staff note later does
  not count against it. Otherwise the newest word counts.

Nobody is found by face or body: a name stands on a track because a person put it there.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable

from django.conf import settings

from apps.accounts.errors import FilmingRefused
from apps.accounts.models import ConsentPurpose, ConsentRecord, Player


def words_of(player_ids: Collection[uuid.UUID], purpose: ConsentPurpose) -> dict[uuid.UUID, bool]:
    """Return what counts of all that was said about a purpose, by player; who said nothing is not in it (one query)."""
    rows = ConsentRecord.objects.filter(player_id__in=player_ids, purpose=purpose).order_by("at", "-pk")
    words: dict[uuid.UUID, bool] = {}
    refused: set[uuid.UUID] = set()
    for player_id, given, on_paper in rows.values_list("player_id", "given", "on_paper"):
        if not on_paper:
            (refused.discard if given else refused.add)(player_id)
        words[player_id] = given and player_id not in refused
    return words


def is_of_age(player: Player) -> bool:
    """Tell whether a player decides alone; an unknown age does not."""
    age = player.age_years
    return age is not None and age >= settings.CONSENT_AGE_YEARS


def refusal_of(player: Player, *, given: bool | None) -> str | None:
    """Say why a player may not be filmed and named; `None` where they may.

    Args:
        given: what counts of their words about filming; `None` where nobody said anything.
    """
    if given is False:
        return f"{player.display_name} may not be filmed: the consent was refused or taken back."
    if given is None and player.age_years is not None and not is_of_age(player):
        return (
            f"{player.display_name} is {player.age_years} and nobody has agreed to filming yet. "
            "A guardian says yes on the player's page, or a coach notes the signed paper there."
        )
    return None


def require_filming(player: Player) -> None:
    """Refuse to film or name somebody without the consent that it takes (one query).

    Raises:
        FilmingRefused: 403.
    """
    reason = refusal_of(player, given=words_of([player.pk], ConsentPurpose.FILM).get(player.pk))
    if reason is not None:
        raise FilmingRefused(reason)


def not_to_be_named(players: Iterable[Player]) -> set[uuid.UUID]:
    """Return those whose tracks stay without a name (one query)."""
    found = {player.pk: player for player in players}
    words = words_of(found.keys(), ConsentPurpose.FILM)
    return {pk for pk, player in found.items() if refusal_of(player, given=words.get(pk)) is not None}
