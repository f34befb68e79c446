"""Who sends a request: the access token of a log-in that is open."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import AuthenticationFailed
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import Token
from rest_framework_simplejwt.utils import get_md5_hash_password

from apps.accounts.models import User
from apps.accounts.tokens import LOGIN_CLAIM
from apps.core import languages
from apps.core.compiled import sql_of


class LoginAuthentication(JWTAuthentication):
    """Reads `Authorization: Bearer <access token>`; one query finds user and open log-in."""

    def authenticate(self, request: Request) -> tuple[Any, Token] | None:
        """Return who sends the request; from here on it is answered in their language, unless it asks for another."""
        found = super().authenticate(request)
        if found is not None and isinstance(found[0], User):
            languages.prefer(request, found[0].language)
        return found

    def get_user(self, validated_token: Token) -> User:  # type: ignore[override]  # its base's type fits no class
        """Return the user of an open log-in.

        Raises:
            AuthenticationFailed: the log-in has ended, the account is closed, or it has a new password.
        """
        user = _logged_in(validated_token.get(api_settings.USER_ID_CLAIM), validated_token.get(LOGIN_CLAIM))
        claim = str(validated_token.get(api_settings.REVOKE_TOKEN_CLAIM, ""))
        if user is None or not constant_time_compare(claim, get_md5_hash_password(user.password)):
            raise AuthenticationFailed("This log-in has ended. Log in again.")
        return user


def _logged_in(user_id: object, login_id: object) -> User | None:
    """The user, if both ids are such and the log-in is open."""
    try:
        ids = [uuid.UUID(str(one)) for one in (user_id, login_id)]
    except ValueError:
        return None
    return next(iter(User.objects.raw(*sql_of(_open_login, *ids))), None)


def _open_login(user_id: uuid.UUID, login_id: uuid.UUID) -> QuerySet[User]:
    return User.objects.filter(pk=user_id, is_active=True, logins__pk=login_id, logins__ended_at__isnull=True)
