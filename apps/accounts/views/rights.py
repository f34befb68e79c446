"""What people may do with their own data: take it along, have it erased."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.accounts.serializers.rights import (
    ErasureInput,
    ErasurePlanOutput,
    ErasureReceiptOutput,
    ExportLinkOutput,
    OwnErasureInput,
)
from apps.accounts.services import erasure, exports
from apps.accounts.views import examples
from apps.accounts.views.login import without_cookie
from apps.core.envelope import Envelope
from apps.core.parsing import parsed
from apps.core.throttling import LoginThrottle

ASKED = "Nothing is erased yet. Send the token to the same address within 10 minutes to erase; it cannot be undone."
DONE = "Erased. Nothing is left but the hash of an id."


class OwnExportView(APIView):
    """My data."""

    @extend_schema(responses=ExportLinkOutput, examples=examples.EXPORT)
    def get(self, request: Request) -> Response:
        """Return a link to everything about my account."""
        return Response(ExportLinkOutput(exports.link_own_export(user=cast(User, request.user))).data)


class PlayerExportView(APIView):
    """A player's data."""

    @extend_schema(responses=ExportLinkOutput, examples=examples.EXPORT)
    def get(self, request: Request, player_id: str) -> Response:
        """Return a link to everything about a player (the player, a guardian, owner, coach)."""
        link = exports.link_player_export(user=cast(User, request.user), player_id=player_id)
        return Response(ExportLinkOutput(link).data)


class ExportFileView(APIView):
    """An export."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    sends_files = True

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, token: str) -> HttpResponse:
        """Send the ZIP of a link; whoever asked for it is asked about again."""
        export = exports.open_export(token=token)
        answer = HttpResponse(export.content, content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="{export.name}"'
        answer["Cache-Control"] = "private, no-store"
        return answer


class PlayerErasureView(APIView):
    """Erasing a player."""

    @extend_schema(
        request=ErasureInput,
        responses={200: ErasureReceiptOutput, 202: ErasurePlanOutput},
        examples=examples.ERASURE,
    )
    def post(self, request: Request, player_id: str) -> Response:
        """Say what would go; with that answer's token erase it (a guardian, owner, or the player of age)."""
        token, user = parsed(ErasureInput, request)["token"], cast(User, request.user)
        if not token:
            return _plan(erasure.plan_player_erasure(user=user, player_id=player_id))
        return _receipt(erasure.erase_player(user=user, player_id=player_id, token=token))


class OwnErasureView(APIView):
    """Erasing my account."""

    throttle_classes: tuple[type[BaseThrottle], ...] = (LoginThrottle,)

    @extend_schema(
        request=OwnErasureInput,
        responses={200: ErasureReceiptOutput, 202: ErasurePlanOutput},
        examples=examples.OWN_ERASURE,
    )
    def post(self, request: Request) -> Response:
        """Say what would go (the password is asked for); with that answer's token erase my account."""
        sent, user = parsed(OwnErasureInput, request), cast(User, request.user)
        if not sent["token"]:
            return _plan(erasure.plan_own_erasure(user=user, password=sent["password"]))
        return without_cookie(_receipt(erasure.erase_own_account(user=user, token=sent["token"])))


def _plan(plan: erasure.ErasurePlan) -> Response:
    return _answer(ErasurePlanOutput(plan), ASKED, status.HTTP_202_ACCEPTED)


def _receipt(receipt: erasure.Receipt) -> Response:
    return _answer(ErasureReceiptOutput(receipt), DONE, status.HTTP_200_OK)


def _answer(shape: Serializer[Any], message: str, code: int) -> Response:
    return Response(Envelope(shape.data, message), status=code)
