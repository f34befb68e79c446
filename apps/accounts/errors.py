"""What can go wrong with people."""

from __future__ import annotations

from apps.core.errors import AuthenticationFailed, Conflict, Gone, InvalidRequest, PermissionDenied


class WrongCredentials(AuthenticationFailed):
    """One answer for an unknown address, a wrong password and a closed account."""

    default_message = "Email or password is wrong."


class InvalidToken(AuthenticationFailed):
    """A refresh token that is malformed, expired, used or revoked."""

    default_message = "This log-in has ended. Log in again."


class InvitationUsed(Gone):
    """An invitation that is unknown, expired or already accepted."""

    default_message = "This invitation has expired or was already used. Ask for a new one."


class LastOwner(Conflict):
    """A team would be left without an owner."""

    default_message = "The team needs at least one owner. Appoint another one first."


class ExternalIdTaken(Conflict):
    """Two players of a team with one external id."""

    default_message = "Another player of this team has this external id."


class AmbiguousPlayer(Conflict):
    """An external id that players of several teams have."""

    default_message = "Players of several of your teams have this external id. Use the player's own id."


class WeakPassword(InvalidRequest):
    """A password that the validators refuse; their sentences are the details."""

    default_message = "Choose another password."


class WrongPassword(PermissionDenied):
    """The password that is asked for again is another; not 401, which would end the log-in in the page."""

    default_message = "This is not your present password."


class Questioned(Conflict):
    """Figures that hardly can be; the details are questions for whoever typed them."""

    default_message = "Please look at these figures again. Send confirm: true if they are right."


class OneADay(Conflict):
    """A second entry of a kind and day of which there is one."""

    default_message = "There is an entry of this day already; change that one."


class FilmingRefused(PermissionDenied):
    """403: somebody may not be filmed, or not be named in what a film shows."""
