"""Who sends a request: the access token of a log-in that is open."""

from __future__ import annotations

from typing import Any

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
        rows = User.objects.filter(pk=validated_token.get(api_settings.USER_ID_CLAIM), is_active=True)
        user = rows.filter(logins__pk=validated_token.get(LOGIN_CLAIM), logins__ended_at__isnull=True).first()
        claim = str(validated_token.get(api_settings.REVOKE_TOKEN_CLAIM, ""))
        if user is None or not constant_time_compare(claim, get_md5_hash_password(user.password)):
            raise AuthenticationFailed("This log-in has ended. Log in again.")
        return user
