"""Teams, their members and invitations."""

from __future__ import annotations

import uuid
from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts import selectors
from apps.accounts.models import Membership, Role, Team, User
from apps.accounts.serializers.teams import (
    InvitationInput,
    InvitationOutput,
    MemberInput,
    MemberOutput,
    TeamInput,
    TeamOutput,
    TransferInput,
)
from apps.accounts.services import invitations as invitation_service
from apps.accounts.services import members as member_service
from apps.accounts.services import teams as team_service
from apps.core.parsing import parsed
from apps.core.tenancy import TeamScopedMixin


class TeamListView(TeamScopedMixin, generics.ListAPIView[Team]):
    """The teams that the caller belongs to."""

    queryset = Team.objects.get_queryset()
    serializer_class = TeamOutput
    ordering_fields = ("name", "club", "created_at")

    @extend_schema(request=TeamInput, responses={201: TeamOutput})
    def post(self, request: Request) -> Response:
        """Create a team and own it."""
        team = team_service.create_team(user=cast(User, request.user), fields=parsed(TeamInput, request))
        return Response(TeamOutput(team).data, status=status.HTTP_201_CREATED)


class TeamView(APIView):
    """One team."""

    @extend_schema(responses=TeamOutput)
    def get(self, request: Request, team_id: uuid.UUID) -> Response:
        """Show the team's particulars."""
        return Response(TeamOutput(selectors.get_team(cast(User, request.user), team_id)).data)

    @extend_schema(request=TeamInput, responses=TeamOutput)
    def patch(self, request: Request, team_id: uuid.UUID) -> Response:
        """Change the team's particulars (owner)."""
        changes = parsed(TeamInput, request, partial=True)
        team = team_service.update_team(user=cast(User, request.user), team_id=team_id, changes=changes)
        return Response(TeamOutput(team).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, team_id: uuid.UUID) -> Response:
        """Delete the team with everything it owns (owner)."""
        team_service.delete_team(user=cast(User, request.user), team_id=team_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MemberListView(TeamScopedMixin, generics.ListAPIView[Membership]):
    """A team's members."""

    queryset = Membership.objects.get_queryset()
    serializer_class = MemberOutput
    ordering_fields = ("created_at", "role")

    def get_queryset(self) -> Any:
        """Only this team's, and only where the caller staffs it."""
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        user = cast(User, self.request.user)
        selectors.get_team(user, self.kwargs["team_id"])
        return selectors.list_memberships(user, self.kwargs["team_id"])


class MemberView(APIView):
    """One member."""

    @extend_schema(request=MemberInput, responses=MemberOutput)
    def patch(self, request: Request, team_id: uuid.UUID, membership_id: uuid.UUID) -> Response:
        """Give the member another role (owner, coach)."""
        role = Role(parsed(MemberInput, request)["role"])
        user = cast(User, request.user)
        member = member_service.change_role(user=user, team_id=team_id, membership_id=membership_id, role=role)
        return Response(MemberOutput(member).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, team_id: uuid.UUID, membership_id: uuid.UUID) -> Response:
        """Take the member out of the team (owner, coach)."""
        member_service.remove_member(user=cast(User, request.user), team_id=team_id, membership_id=membership_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class InvitationListView(generics.ListAPIView[Any]):
    """A team's open invitations."""

    serializer_class = InvitationOutput
    ordering_fields = ("created_at", "email")

    def get_queryset(self) -> Any:
        """Only this team's, and only where the caller staffs it."""
        if getattr(self, "swagger_fake_view", False):
            return selectors.list_invitations(User(), uuid.uuid4()).none()
        user = cast(User, self.request.user)
        selectors.get_team(user, self.kwargs["team_id"])
        return selectors.list_invitations(user, self.kwargs["team_id"])

    @extend_schema(request=InvitationInput, responses={201: InvitationOutput})
    def post(self, request: Request, team_id: uuid.UUID) -> Response:
        """Invite somebody by mail (owner, coach)."""
        sent = parsed(InvitationInput, request)
        invitation = invitation_service.invite(
            user=cast(User, request.user),
            team_id=team_id,
            email=sent["email"],
            role=sent["role"],
            player_id=sent["player_id"],
        )
        return Response(InvitationOutput(invitation).data, status=status.HTTP_201_CREATED)


class InvitationView(APIView):
    """One open invitation."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, team_id: uuid.UUID, invitation_id: uuid.UUID) -> Response:
        """Take the invitation back (owner, coach)."""
        invitation_service.withdraw_invitation(
            user=cast(User, request.user), team_id=team_id, invitation_id=invitation_id
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class InvitationResendView(APIView):
    """An invitation that got lost or expired."""

    @extend_schema(request=None, responses=InvitationOutput)
    def post(self, request: Request, team_id: uuid.UUID, invitation_id: uuid.UUID) -> Response:
        """Mail it again with a new link; the older link dies (owner, coach)."""
        user = cast(User, request.user)
        invitation = invitation_service.resend_invitation(user=user, team_id=team_id, invitation_id=invitation_id)
        return Response(InvitationOutput(invitation).data)


class TeamLeaveView(APIView):
    """Leaving."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, team_id: uuid.UUID) -> Response:
        """Give up my membership; the last owner hands over first."""
        member_service.leave_team(user=cast(User, request.user), team_id=team_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TeamTransferView(APIView):
    """Handing over."""

    @extend_schema(request=TransferInput, responses=MemberOutput)
    def post(self, request: Request, team_id: uuid.UUID) -> Response:
        """Make another member the owner; I become a coach (owner)."""
        membership_id = parsed(TransferInput, request)["membership_id"]
        user = cast(User, request.user)
        member = member_service.hand_over(user=user, team_id=team_id, membership_id=membership_id)
        return Response(MemberOutput(member).data)
