"""One's own account: log-ins, password, address."""

from __future__ import annotations

import uuid
from typing import Any, cast

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from apps.accounts import selectors
from apps.accounts.models import LogIn, User
from apps.accounts.serializers.login import (
    EmailChangeInput,
    EmailConfirmInput,
    LogInOutput,
    PasswordChangeInput,
    TokenOutput,
)
from apps.accounts.services import account as account_service
from apps.accounts.views.login import (
    COOKIE_HEADER,
    TOKENS_EXAMPLE,
    PublicView,
    current_login_id,
    token_response,
    without_cookie,
)
from apps.core.envelope import Envelope
from apps.core.parsing import parsed
from apps.core.throttling import LoginThrottle


class LogInListView(generics.ListAPIView[LogIn]):
    """Where I am logged in."""

    serializer_class = LogInOutput
    ordering_fields = ("last_used_at", "created_at")

    def get_queryset(self) -> Any:
        """Only the caller's, only open ones."""
        return selectors.list_logins(cast(User, self.request.user))


class LogInView(APIView):
    """One of my log-ins."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, login_id: uuid.UUID) -> Response:
        """End it: its tokens stop at once, its open sockets close."""
        account_service.end_login(user=cast(User, request.user), login_id=login_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class LogoutAllView(APIView):
    """Log out everywhere."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """End every log-in of mine, this one too."""
        account_service.log_out_everywhere(user=cast(User, request.user))
        return without_cookie(Response(status=status.HTTP_204_NO_CONTENT))


class PasswordChangeView(APIView):
    """Another password."""

    throttle_classes: tuple[type[BaseThrottle], ...] = (LoginThrottle,)

    @extend_schema(
        request=PasswordChangeInput, responses=TokenOutput, parameters=[COOKIE_HEADER], examples=[TOKENS_EXAMPLE]
    )
    def post(self, request: Request) -> Response:
        """Change the password: the old one is asked for, every other log-in ends, this one gets new tokens."""
        sent = parsed(PasswordChangeInput, request)
        pair = account_service.change_password(
            user=cast(User, request.user), **sent, login_id=current_login_id(request)
        )
        return token_response(request, pair)


class EmailChangeView(APIView):
    """Another address."""

    throttle_classes: tuple[type[BaseThrottle], ...] = (LoginThrottle,)

    @extend_schema(request=EmailChangeInput, responses={202: OpenApiResponse(description="A mail is on its way.")})
    def post(self, request: Request) -> Response:
        """Mail a link to the new address; the old one stays until it is opened."""
        account_service.request_email_change(user=cast(User, request.user), **parsed(EmailChangeInput, request))
        message = "If the address is free, a mail with a link is on its way to it."
        return Response(Envelope(None, message), status=status.HTTP_202_ACCEPTED)


class EmailConfirmView(PublicView):
    """The mailed link of a new address."""

    @extend_schema(request=EmailConfirmInput, responses={204: None})
    def post(self, request: Request) -> Response:
        """Use the new address from now on."""
        account_service.confirm_email_change(**parsed(EmailConfirmInput, request))
        return Response(status=status.HTTP_204_NO_CONTENT)
