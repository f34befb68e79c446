"""Who may be filmed live: the same words count as for films (`accounts`, consent to filming)."""

from __future__ import annotations

from apps.accounts.models import ConsentPurpose, ConsentRecord, Player, Team
from apps.accounts.services.consents import is_of_age
from apps.live.errors import FilmingRefused


def filming_warnings(team: Team, subject: Player | None) -> list[str]:
    """What a coach should know before filming a team or one of its players (two queries).

    Raises:
        FilmingRefused: the player said no, or is a child for whom nobody said yes.
    """
    said = _newest_words(team)
    warnings = []
    if subject is not None:
        _require_consent(subject, given=said.get(subject))
        if said.get(subject) is None and not is_of_age(subject):
            warnings.append(f"Nobody has said yet whether {subject.display_name} may be filmed. Ask before you film.")
    refused = sorted(player.display_name for player, given in said.items() if not given and player != subject)
    if refused:
        warnings.append(f"Keep out of the picture: {', '.join(refused)}. They, or their guardians, said no to filming.")
    return warnings


def require_no_refusal(player: Player) -> None:
    """Refuse to name a track after somebody who said no.

    Raises:
        FilmingRefused: 403.
    """
    if _newest_words(player.team).get(player) is False:
        raise _refused(player)


def _require_consent(player: Player, *, given: bool | None) -> None:
    if given is False:
        raise _refused(player)
    is_child = player.age_years is not None and not is_of_age(player)
    if is_child and given is None:
        raise FilmingRefused(
            f"{player.display_name} is {player.age_years} and nobody has agreed to filming yet. "
            "A guardian says yes on the player's page, or a coach notes the signed paper there."
        )


def _refused(player: Player) -> FilmingRefused:
    return FilmingRefused(f"{player.display_name} may not be filmed: the consent was refused or taken back.")


def _newest_words(team: Team) -> dict[Player, bool]:
    """Who said what last about filming."""
    rows = ConsentRecord.objects.filter(player__team=team, purpose=ConsentPurpose.FILM)
    words: dict[Player, bool] = {}
    for row in rows.select_related("player").order_by("at", "pk"):
        words[row.player] = row.given
    return words
