"""Logging in and out, oneself, and socket tickets."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView
from rest_framework_simplejwt.tokens import Token

from apps.accounts import selectors, tokens
from apps.accounts.clients import client_of
from apps.accounts.errors import InvalidToken
from apps.accounts.models import User
from apps.accounts.serializers.login import (
    LoginInput,
    MeInput,
    MeOutput,
    PasswordConfirmInput,
    PasswordResetInput,
    RefreshInput,
    TicketInput,
    TicketOutput,
    TokenOutput,
)
from apps.accounts.serializers.teams import InvitationAcceptInput
from apps.accounts.services import invitations as invitation_service
from apps.accounts.services import login as login_service
from apps.core.envelope import Envelope
from apps.core.parsing import parsed
from apps.core.throttling import LoginThrottle

SPA_CLIENT = "spa"

COOKIE_HEADER = OpenApiParameter(
    "X-Client", str, OpenApiParameter.HEADER, description="`spa`: the refresh token travels as an HttpOnly cookie."
)
TOKENS_EXAMPLE = OpenApiExample(
    "A log-in", {"access": "eyJhbGciOi…", "refresh": "eyJhbGciOi…", "expires_in": 900}, response_only=True
)


def wants_cookie(request: Request) -> bool:
    """Tell whether the caller is a browser that keeps its refresh token in a cookie."""
    return request.headers.get("X-Client") == SPA_CLIENT or request.query_params.get("cookie") == "1"


def refresh_token_of(request: Request) -> str:
    """Return the refresh token of the body, or of the cookie.

    The cookie counts only beside the `X-Client` header, which another site's form cannot send.

    Raises:
        InvalidToken: neither is there.
    """
    sent = parsed(RefreshInput, request)
    raw = str(sent.get("refresh") or "")
    if not raw and request.headers.get("X-Client") == SPA_CLIENT:
        raw = request.COOKIES.get(settings.REFRESH_COOKIE_NAME, "")
    if not raw:
        raise InvalidToken("The refresh token is missing; send it as `refresh`, or as the cookie with X-Client: spa.")
    return raw


def token_response(request: Request, pair: tokens.TokenPair) -> Response:
    """Answer a token pair, the refresh token in a cookie where asked for."""
    data: dict[str, Any] = {"access": pair.access, "expires_in": pair.expires_in}
    if not wants_cookie(request):
        return Response(data | {"refresh": pair.refresh})
    response = Response(data)
    response.set_cookie(
        settings.REFRESH_COOKIE_NAME,
        pair.refresh,
        max_age=int(settings.REFRESH_TOKEN_LIFETIME.total_seconds()),
        path=settings.REFRESH_COOKIE_PATH,
        secure=settings.REFRESH_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def without_cookie(response: Response) -> Response:
    """Have the browser forget its refresh token."""
    response.delete_cookie(settings.REFRESH_COOKIE_NAME, path=settings.REFRESH_COOKIE_PATH, samesite="Strict")
    return response


def current_login_id(request: Request) -> uuid.UUID:
    """Return the log-in of the request's token; the view is closed to devices."""
    return uuid.UUID(cast(Token, request.auth)[tokens.LOGIN_CLAIM])


class PublicView(APIView):
    """A route for people who are not logged in yet; guessing is slow."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes: tuple[type[BaseThrottle], ...] = (LoginThrottle,)


class TokenView(PublicView):
    """Log in."""

    @extend_schema(request=LoginInput, responses=TokenOutput, parameters=[COOKIE_HEADER], examples=[TOKENS_EXAMPLE])
    def post(self, request: Request) -> Response:
        """Trade email and password for tokens."""
        sent = parsed(LoginInput, request)
        client = client_of(request._request)
        return token_response(request, login_service.log_in(**sent, client=client))


class RefreshView(PublicView):
    """Keep a log-in going."""

    throttle_classes = ()

    @extend_schema(request=RefreshInput, responses=TokenOutput, parameters=[COOKIE_HEADER], examples=[TOKENS_EXAMPLE])
    def post(self, request: Request) -> Response:
        """Trade a refresh token, which works once, for a new pair."""
        return token_response(request, tokens.rotate(refresh_token_of(request), client_of(request._request)))


class LogoutView(PublicView):
    """Log out."""

    throttle_classes = ()

    @extend_schema(request=RefreshInput, responses={204: None}, parameters=[COOKIE_HEADER])
    def post(self, request: Request) -> Response:
        """End the log-in that the refresh token belongs to."""
        tokens.revoke(refresh_token_of(request))
        return without_cookie(Response(status=status.HTTP_204_NO_CONTENT))


class MeView(APIView):
    """Oneself."""

    @extend_schema(responses=MeOutput)
    def get(self, request: Request) -> Response:
        """Say who is logged in, with teams and roles."""
        return Response(MeOutput(selectors.with_memberships(cast(User, request.user))).data)

    @extend_schema(request=MeInput, responses=MeOutput)
    def patch(self, request: Request) -> Response:
        """Change name, language, units, time zone or theme."""
        changes = parsed(MeInput, request, partial=True)
        user = login_service.update_profile(user=cast(User, request.user), changes=changes)
        return Response(MeOutput(selectors.with_memberships(user)).data)


class TicketView(APIView):
    """Open a socket; also for a phone's page, which cannot send its key with one."""

    device_scopes = frozenset({"scan", "live", "edge"})

    @extend_schema(request=TicketInput, responses=TicketOutput)
    def post(self, request: Request) -> Response:
        """Return a ticket that opens one socket within 30 s."""
        sent = parsed(TicketInput, request)
        object_id = str(sent["object_id"]) if sent.get("object_id") else None
        user, device = cast(User, request.user), getattr(request.user, "device", None)
        holder = {"device_id": str(device.pk)} if device else {"login_id": str(current_login_id(request))}
        ticket = tokens.issue_ticket(user.pk, sent["purpose"], object_id, **holder)
        return Response({"ticket": ticket, "expires_in": settings.SOCKET_TICKET_SECONDS})


class PasswordResetView(PublicView):
    """A forgotten password."""

    @extend_schema(request=PasswordResetInput, responses={202: None})
    def post(self, request: Request) -> Response:
        """Mail a link if there is such an account; the answer is the same if there is none."""
        login_service.request_password_reset(email=parsed(PasswordResetInput, request)["email"])
        message = "If there is an account with this address, a mail is on its way."
        return Response(Envelope(None, message), status=status.HTTP_202_ACCEPTED)


class PasswordConfirmView(PublicView):
    """A new password."""

    @extend_schema(request=PasswordConfirmInput, responses={204: None})
    def post(self, request: Request) -> Response:
        """Set the password; every earlier log-in ends."""
        login_service.confirm_password_reset(**parsed(PasswordConfirmInput, request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class InvitationAcceptView(PublicView):
    """An invitation."""

    @extend_schema(
        request=InvitationAcceptInput, responses=TokenOutput, parameters=[COOKIE_HEADER], examples=[TOKENS_EXAMPLE]
    )
    def post(self, request: Request) -> Response:
        """Join the team and log in."""
        user = invitation_service.accept_invitation(**parsed(InvitationAcceptInput, request))
        return token_response(request, tokens.issue(user, client_of(request._request)))
