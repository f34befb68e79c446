"""Guardians and consent."""

from __future__ import annotations

import uuid
from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts import selectors
from apps.accounts.models import STAFF_ROLES, ConsentRecord, Guardianship, User
from apps.accounts.permissions import role_in
from apps.accounts.serializers.entered import ConsentRecordInput, ConsentRecordOutput, GuardianInput, GuardianOutput
from apps.accounts.serializers.teams import InvitationOutput
from apps.accounts.services import consents, guardians
from apps.accounts.views import examples
from apps.core.parsing import parsed


class GuardianListView(generics.ListAPIView[Guardianship]):
    """A player's guardians."""

    queryset = Guardianship.objects.get_queryset()
    serializer_class = GuardianOutput
    ordering_fields = ("created_at",)

    def get_queryset(self) -> Any:
        """Only this player's, where the caller may read them."""
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        user = cast(User, self.request.user)
        self.player = selectors.get_player(user, self.kwargs["player_id"])
        return selectors.list_guardianships(user, self.player)

    def get_serializer_context(self) -> dict[str, Any]:
        """Say whether the caller is of the team's staff."""
        player = getattr(self, "player", None)
        is_staff = player is not None and role_in(cast(User, self.request.user), player.team_id) in STAFF_ROLES
        return {**super().get_serializer_context(), "is_staff": is_staff}

    @extend_schema(request=GuardianInput, responses={201: InvitationOutput})
    def post(self, request: Request, player_id: str) -> Response:
        """Mail somebody an invitation as the guardian (owner, coach)."""
        email = parsed(GuardianInput, request)["email"]
        invitation = guardians.invite_guardian(user=cast(User, request.user), player_id=player_id, email=email)
        return Response(InvitationOutput(invitation).data, status=status.HTTP_201_CREATED)


class GuardianView(APIView):
    """One guardian."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, player_id: str, guardianship_id: uuid.UUID) -> Response:
        """End the guardianship (the guardian, owner, coach)."""
        guardians.remove_guardian(user=cast(User, request.user), player_id=player_id, guardianship_id=guardianship_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(
    get=extend_schema(
        parameters=[OpenApiParameter("current", bool, description="Only the word that counts, for each purpose.")]
    )
)
class ConsentListView(generics.ListAPIView[ConsentRecord]):
    """Every word about consent, newest first. `POST …/consent` is the short form for being filmed."""

    queryset = ConsentRecord.objects.get_queryset()
    serializer_class = ConsentRecordOutput
    filterset_fields = ("purpose",)
    ordering_fields = ("at",)

    def get_queryset(self) -> Any:
        """Only this player's, where the caller may read them."""
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        user = cast(User, self.request.user)
        player = selectors.get_player(user, self.kwargs["player_id"])
        current = self.request.query_params.get("current", "").lower() in ("true", "1")
        return selectors.list_consents(user, player, current=current)

    @extend_schema(request=ConsentRecordInput, responses={201: ConsentRecordOutput}, examples=examples.CONSENT)
    def post(self, request: Request, player_id: str) -> Response:
        """Say yes or no to one purpose: the player from the age of consent on, else a guardian, or a coach on paper."""
        sent = parsed(ConsentRecordInput, request)
        record = consents.record_consent(user=cast(User, request.user), player_id=player_id, **sent)
        return Response(ConsentRecordOutput(record).data, status=status.HTTP_201_CREATED)
