"""By what an offer is presented: a code that a person types, a token that a QR code carries.

The code has two halves. The first names the offer, so that a wrong second half can be counted against it; a code whose
first half is nobody's is counted only against who sent it. To kill somebody's code a stranger would have to hit its
first half (one in 810,000) five times, at five tries a minute and without ever being told that they hit.

The whole code is stored as a keyed hash: of eight characters a plain one could be reversed by trying them all.
"""

from __future__ import annotations

import re
import secrets
import uuid

from django.core import signing
from django.utils.crypto import salted_hmac

from apps.pairing.errors import OfferGone, UnreadableToken
from apps.pairing.models import OfferState

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 O, 1 I L, U V: nothing that is read for something else. 30^8 = 6.6e11 codes."""
LENGTH = 8
SELECTOR_LENGTH = 4
OFFER_S = 600
"""How long an offer stands (design: API contract, Pairing)."""

_SALT = "apps.pairing.offer"
_SEPARATORS = re.compile(r"[\s\-–_.]+")


def new_code() -> str:
    """Return a random code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(text: str) -> str | None:
    """Return a code as it is stored, from whatever case and groups it was typed in; `None` if it cannot be one."""
    code = _SEPARATORS.sub("", text).upper()
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def selector_of(code: str) -> str:
    """Return the half that names the offer."""
    return code[:SELECTOR_LENGTH]


def keyed_hash(kind: str, text: str) -> str:
    """Return what is stored of something short that must not be guessed from the database."""
    return salted_hmac(f"apps.pairing.{kind}", text, algorithm="sha256").hexdigest()


def sign_token(token_id: uuid.UUID) -> str:
    """Return the token of an offer."""
    return signing.dumps(token_id.hex, salt=_SALT)


def read_token(token: str) -> uuid.UUID:
    """Return which offer a token is of.

    Raises:
        OfferGone: it is older than ten minutes.
        UnreadableToken: it was not made by us, or not wholly read.
    """
    try:
        return uuid.UUID(signing.loads(token, salt=_SALT, max_age=OFFER_S))
    except signing.SignatureExpired:
        raise OfferGone(OfferState.EXPIRED) from None
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        raise UnreadableToken from None
