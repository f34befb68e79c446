"""What can go wrong with a node's request, and with one of its changes."""

from __future__ import annotations

from apps.core.errors import Conflict, InvalidRequest, PermissionDenied, UndecodableFile


class NotRegistered(Conflict):
    """409: the device has a key, but did not say yet what it is."""

    default_message = "Register this node first: POST /api/local-edge/register."


class NotANode(PermissionDenied):
    """403: the key is that of a phone or a camera, or a person asks."""

    default_message = "Only an edge box may do this: pair this computer as device type 'edge' and use its key."


class UnusableCursor(Conflict):
    """409: the cursor says nothing here; syncing without one starts again and loses nothing."""

    default_message = "This cursor was given to another node. Sync without a cursor to start again; nothing is lost."


class TooManyChanges(InvalidRequest):
    """400: a batch beyond what one transaction should hold."""


class BadExtract(UndecodableFile):
    """422: what was found in the film is not what a scan leaves."""


class ChangeRefused(Exception):
    """One change of a batch cannot be taken; the others are.

    Attributes:
        code: `INVALID`, `UNKNOWN_KIND`, `UNKNOWN_OP`, `CLOCK_AHEAD`, `NOT_ALLOWED`, `NOT_FOUND`, `GONE`, `WAITING`.
        retry: whether the same change can be taken later.
    """

    def __init__(self, code: str, message: str, *, retry: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry = retry
