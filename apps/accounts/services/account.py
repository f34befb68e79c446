"""One's own account: where one is logged in, a new password, a new address."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts import tokens
from apps.accounts.errors import WrongPassword
from apps.accounts.models import LogIn, User, normalise_email
from apps.accounts.selectors import list_logins
from apps.accounts.services.login import check_password_strength
from apps.core import audit
from apps.core.errors import Conflict, Gone, InvalidRequest, NotFound

EMAIL_SALT = "accounts.email"
EMAIL_LINK_SECONDS = 24 * 3600


def end_login(*, user: User, login_id: uuid.UUID) -> None:
    """End one of the user's log-ins; its tokens stop at once.

    Raises:
        NotFound: none of theirs, or ended already.
    """
    login = list_logins(user).filter(pk=login_id).first()
    if login is None:
        raise NotFound("There is no such log-in of yours.")
    tokens.end_login(login, reason="revoked")


@transaction.atomic
def log_out_everywhere(*, user: User) -> int:
    """End every log-in of the user; return how many were open."""
    ended = tokens.end_all_logins(user.pk, reason="logout_all")
    audit.record(actor_id=user.pk, action="login.ended_all", target=user, team_id=None, after={"ended": ended})
    return ended


@transaction.atomic
def change_password(*, user: User, old: str, new: str, login_id: uuid.UUID) -> tokens.TokenPair:
    """Set a new password; every log-in but the one that asks ends, and that one gets new tokens.

    Raises:
        WrongPassword: the old one is not the present one.
        WeakPassword: the validators refuse the new one.
        InvalidRequest: the new one is the old one.
        NotFound: the asking log-in has ended meanwhile.
    """
    require_password(user, old)
    if old == new:
        raise InvalidRequest("The new password is the old one; choose another.")
    check_password_strength(new, user)
    login = LogIn.objects.select_related("user").filter(pk=login_id, user=user, ended_at__isnull=True).first()
    if login is None:
        raise NotFound("This log-in has ended. Log in again.")
    user.set_password(new)
    user.save(update_fields=["password"])
    login.user = user
    tokens.end_all_logins(user.pk, reason="password", but=login.pk)
    audit.record(actor_id=user.pk, action="password.changed", target=user, team_id=None)
    address = user.email
    text = (
        f"The password of your Axolotl account was changed on {timezone.now():%d %B %Y at %H:%M} UTC, and every other "
        f"log-in has ended. If that was not you, reset it at once: {settings.PUBLIC_URL}/forgot-password\n"
    )
    transaction.on_commit(lambda: _mail("Your Axolotl password was changed", text, address), robust=True)
    return tokens.renew(login)


def request_email_change(*, user: User, email: str, password: str) -> None:
    """Mail a link to the new address; whether somebody else has it is told to nobody.

    Raises:
        WrongPassword: not the present password.
        InvalidRequest: it is the present address.
    """
    require_password(user, password)
    address = normalise_email(email)
    if address == user.email:
        raise InvalidRequest("This is your address already.")
    if User.objects.filter(email=address).exists():
        return
    token = signing.dumps({"u": str(user.pk), "from": user.email, "to": address}, salt=EMAIL_SALT)
    link = f"{settings.PUBLIC_URL}/confirm-email?token={token}"
    asked = f"Open this link to use this address for your Axolotl account:\n\n{link}\n\nIt works for 24 hours.\n"
    warned = f"Somebody, hopefully you, asked to change the address of this Axolotl account to {address}.\n"
    old = user.email
    transaction.on_commit(lambda: _mail("Confirm your new address", asked, address), robust=True)
    transaction.on_commit(lambda: _mail("Your Axolotl address is about to change", warned, old), robust=True)


@transaction.atomic
def confirm_email_change(*, token: str) -> None:
    """Use the new address from now on.

    Raises:
        Gone: unknown, expired or used.
        Conflict: somebody else has the address by now.
    """
    try:
        asked = signing.loads(token, salt=EMAIL_SALT, max_age=EMAIL_LINK_SECONDS)
    except signing.BadSignature:
        raise Gone("This link has expired or was already used. Ask for a new one.") from None
    user = User.objects.filter(pk=asked["u"], email=asked["from"], is_active=True).first()
    if user is None:
        raise Gone("This link has expired or was already used. Ask for a new one.")
    user.email = asked["to"]
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
    except IntegrityError:
        raise Conflict("Another account has this address by now.") from None
    audit.record(actor_id=user.pk, action="email.changed", target=user, team_id=None)


def require_password(user: User, password: str) -> None:
    """Ask for the password before something that a borrowed screen must not do.

    Raises:
        WrongPassword: it is another.
    """
    if not user.check_password(password):
        raise WrongPassword


def _mail(subject: str, text: str, address: str) -> None:
    send_mail(subject, text, None, [address])
