"""What can go wrong with pairing, in the words of whoever holds the phone."""

from __future__ import annotations

from typing import ClassVar

from apps.core.errors import AuthenticationFailed, Conflict, Gone, InvalidRequest, NotFound
from apps.pairing.models import OfferState


class UnknownCode(NotFound):
    """404: no offer has this code; the same answer wherever the mistake is."""

    default_message = (
        "There is no such code. Check its eight characters (there is no O, I, L, U, 0 or 1 in them), "
        "or ask for a new one."
    )


class UnreadableToken(NotFound):
    """404: not a token of ours, or cut off."""

    default_message = "This QR code is not one of ours or was read incompletely. Scan it again."


class OfferGone(Gone):
    """410: an offer that is spent.

    Attributes:
        state: why.
    """

    MESSAGES: ClassVar[dict[str, str]] = {
        OfferState.FULL: "All places of this code are taken. Ask for a new code.",
        OfferState.EXPIRED: "This code has expired. Ask for a new one.",
        OfferState.CLOSED: "This code was closed. Ask for a new one.",
        OfferState.WRONG_TRIES: "This code was closed after five wrong tries. Ask for a new one.",
    }

    def __init__(self, state: OfferState) -> None:
        super().__init__(self.MESSAGES[state], extra={"reason": str(state)})
        self.state = state


class AnswerTaken(Gone):
    """410: the device got its key before; it is shown once."""

    default_message = "This device is paired already and its key was shown. Ask for a new code to pair it again."


class WrongDeviceType(InvalidRequest):
    """400: a code for another kind of device."""


class KeyReplaced(Conflict):
    """409: the key that asks was replaced already, or a rival replaced it in this very moment."""

    default_message = "The key of this device was replaced a moment ago. Use the new one."


class DeviceRevoked(Gone):
    """410: a revoked device gets no new key."""

    default_message = "This device was revoked. Pair it anew."


class InvalidKey(AuthenticationFailed):
    """401: a key (or access token) that is unknown, replaced, revoked, or whose user left the team."""

    default_message = "This device's key does not count (any more). Pair the device anew with a code of the team."


class InvalidDeviceToken(AuthenticationFailed):
    """401: a refresh token that is malformed or expired, or whose device's key is dead."""

    default_message = "This device's log-in has ended. Use its key, or pair it anew."
