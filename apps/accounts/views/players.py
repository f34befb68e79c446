"""Players."""

from __future__ import annotations

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts import selectors
from apps.accounts.filters import PlayerFilter
from apps.accounts.models import Player, User
from apps.accounts.serializers.players import ConsentInput, PlayerCreateInput, PlayerInput, PlayerOutput
from apps.accounts.services import consents
from apps.accounts.services import players as player_service
from apps.core.parsing import parsed
from apps.core.tenancy import TeamScopedMixin


class PlayerListView(TeamScopedMixin, generics.ListAPIView[Player]):
    """The players that the caller may read."""

    queryset = Player.objects.get_queryset()
    serializer_class = PlayerOutput
    filterset_class = PlayerFilter
    ordering_fields = ("last_name", "first_name", "jersey_number", "date_of_birth", "created_at")

    @extend_schema(request=PlayerCreateInput, responses={201: PlayerOutput})
    def post(self, request: Request) -> Response:
        """Add a player to a team (owner, coach)."""
        fields = parsed(PlayerCreateInput, request)
        team_id = fields.pop("team_id")
        player = player_service.create_player(user=cast(User, request.user), team_id=team_id, fields=fields)
        return Response(PlayerOutput(player).data, status=status.HTTP_201_CREATED)


class PlayerView(APIView):
    """One player, by id or by the team's external id."""

    @extend_schema(responses=PlayerOutput)
    def get(self, request: Request, player_id: str) -> Response:
        """Show the player."""
        return Response(PlayerOutput(selectors.get_player(cast(User, request.user), player_id)).data)

    @extend_schema(request=PlayerInput, responses=PlayerOutput)
    def patch(self, request: Request, player_id: str) -> Response:
        """Change the player's particulars (owner, coach)."""
        changes = parsed(PlayerInput, request, partial=True)
        player = player_service.update_player(user=cast(User, request.user), player_id=player_id, changes=changes)
        return Response(PlayerOutput(player).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, player_id: str) -> Response:
        """Delete the player (owner, coach)."""
        player_service.delete_player(user=cast(User, request.user), player_id=player_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PlayerConsentView(APIView):
    """Consent to film a player."""

    @extend_schema(request=ConsentInput, responses=PlayerOutput)
    def post(self, request: Request, player_id: str) -> Response:
        """Give or withdraw it: the guardian, the player, or staff who hold it on paper."""
        given = bool(parsed(ConsentInput, request)["given"])
        player = consents.set_film_consent(user=cast(User, request.user), player_id=player_id, given=given)
        return Response(PlayerOutput(player).data)
