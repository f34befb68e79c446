"""What an engineer names on the command line: they stand outside every team, so nothing is narrowed to one."""

from __future__ import annotations

import uuid

from django.db.models import Q

from apps.accounts.models import Team, User, normalise_email
from apps.core.errors import InvalidRequest, NotFound


def find_team(named: str) -> Team:
    """A team by id, or by a name that only one has.

    Raises:
        NotFound: no such team.
        InvalidRequest: several teams have the name.
    """
    by_id = _as_uuid(named)
    found = list(Team.objects.filter(Q(pk=by_id) if by_id else Q(name__iexact=named.strip()))[:2])
    if not found:
        raise NotFound(f"There is no team {named!r}.")
    if len(found) > 1:
        raise InvalidRequest(f"Several teams are called {named!r}; give the id of one.")
    return found[0]


def find_person(email: str) -> User:
    """An active user by email.

    Raises:
        NotFound: nobody has this address.
    """
    person = User.objects.filter(email=normalise_email(email), is_active=True).first()
    if person is None:
        raise NotFound(f"Nobody logs in as {email!r}.")
    return person


def _as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
