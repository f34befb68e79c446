"""What a coach should know before filming live; who may be filmed at all, `accounts.filming` says."""

from __future__ import annotations

from apps.accounts.errors import FilmingRefused
from apps.accounts.filming import is_of_age, refusal_of, words_of
from apps.accounts.models import ConsentPurpose, Player, Team


def filming_warnings(team: Team, subject: Player | None) -> list[str]:
    """What a coach should know before filming a team or one of its players (two queries).

    Raises:
        FilmingRefused: the player said no, or is a child for whom nobody said yes.
    """
    players = list(team.players.all())
    words = words_of([player.pk for player in players], ConsentPurpose.FILM)
    warnings = []
    if subject is not None:
        reason = refusal_of(subject, given=words.get(subject.pk))
        if reason is not None:
            raise FilmingRefused(reason)
        if words.get(subject.pk) is None and not is_of_age(subject):
            warnings.append(f"Nobody has said yet whether {subject.display_name} may be filmed. Ask before you film.")
    refused = sorted(player.display_name for player in players if words.get(player.pk) is False and player != subject)
    if refused:
        warnings.append(f"Keep out of the picture: {', '.join(refused)}. They, or their guardians, said no to filming.")
    return warnings
