"""Logging in and passwords."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth import authenticate, password_validation
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from apps.accounts import tokens
from apps.accounts.clients import Client
from apps.accounts.errors import WeakPassword, WrongCredentials
from apps.accounts.models import User, normalise_email
from apps.core.errors import Gone


def log_in(*, email: str, password: str, client: Client | None = None) -> tokens.TokenPair:
    """Start a log-in; an unknown address costs the same time as a wrong password.

    Raises:
        WrongCredentials: whatever is wrong.
    """
    user = authenticate(username=normalise_email(email), password=password)
    if not isinstance(user, User):
        raise WrongCredentials
    return tokens.issue(user, client)


def check_password_strength(password: str, user: User | None = None) -> None:
    """Run the password validators.

    Raises:
        WeakPassword: with one sentence for each thing to change.
    """
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(details=error.messages) from None


def update_profile(*, user: User, changes: dict[str, str]) -> User:
    """Change name, language, units, unit of speed, time zone, theme."""
    for name, value in changes.items():
        setattr(user, name, value)
    user.save(update_fields=_known(changes, ("name", "language", "units", "speed_unit", "time_zone", "theme")))
    return user


def request_password_reset(*, email: str) -> None:
    """Mail a reset link, if there is such an account; nobody is told whether there is."""
    user = User.objects.filter(email=normalise_email(email), is_active=True).first()
    if user is None or not user.has_usable_password():
        return
    uid = urlsafe_base64_encode(force_bytes(str(user.pk)))
    token = default_token_generator.make_token(user)
    link = f"{settings.PUBLIC_URL}/reset-password?uid={uid}&token={token}"
    transaction.on_commit(lambda: _mail_reset(user.email, link), robust=True)


@transaction.atomic
def confirm_password_reset(*, uid: str, token: str, password: str) -> None:
    """Set a new password; every log-in made with the old one ends.

    Raises:
        Gone: the link is unknown, used or expired.
        WeakPassword: the validators refuse the password.
    """
    try:
        user = User.objects.get(pk=urlsafe_base64_decode(uid).decode(), is_active=True)
    except (ValueError, ValidationError, User.DoesNotExist):
        user = None
    if user is None or not default_token_generator.check_token(user, token):
        raise Gone("This link has expired or was already used. Ask for a new one.")
    check_password_strength(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    tokens.end_all_logins(user.pk, reason="password")


def _mail_reset(address: str, link: str) -> None:
    text = f"Somebody, hopefully you, asked to reset the password of this Axolotl account.\n\n{link}\n"
    send_mail("Reset your Axolotl password", text, None, [address])


def _known(changes: dict[str, str], allowed: Sequence[str]) -> list[str]:
    return [name for name in allowed if name in changes]
