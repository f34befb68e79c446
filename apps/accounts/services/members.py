"""Who belongs to a team: members and invitations."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from apps.accounts.errors import InvitationUsed, LastOwner, WrongCredentials
from apps.accounts.models import Invitation, Membership, Player, Right, Role, Team, User, normalise_email
from apps.accounts.permissions import require_right
from apps.accounts.selectors import get_player, get_team, list_invitations, list_memberships
from apps.accounts.services.login import check_password_strength
from apps.core import audit
from apps.core.errors import Conflict, InvalidRequest, NotFound, PermissionDenied
from apps.core.sockets import notify_access_changed

INVITATION_DAYS = 14
INVITATION_TOKEN_BYTES = 32


@transaction.atomic
def change_role(*, user: User, team_id: uuid.UUID, membership_id: uuid.UUID, role: Role) -> Membership:
    """Give a member another role.

    Raises:
        NotFound, PermissionDenied: not visible, or the user's role does not carry the right.
        LastOwner: the team would have no owner left.
    """
    membership = _manageable(user, team_id, membership_id, role)
    before = membership.role
    if before == Role.OWNER and role != Role.OWNER:
        _keep_an_owner(membership)
    membership.role = role
    membership.save(update_fields=["role", "updated_at"])
    _record(user, "membership.changed", membership, before)
    return membership


@transaction.atomic
def remove_member(*, user: User, team_id: uuid.UUID, membership_id: uuid.UUID) -> None:
    """Take a member out of the team; open sockets of theirs close.

    Raises:
        NotFound, PermissionDenied: not visible, or the user's role does not carry the right.
        LastOwner: the team would have no owner left.
    """
    membership = _manageable(user, team_id, membership_id, Role.PLAYER)
    if membership.role == Role.OWNER:
        _keep_an_owner(membership)
    _record(user, "membership.removed", membership, membership.role)
    membership.delete()


@transaction.atomic
def invite(*, user: User, team_id: uuid.UUID, email: str, role: Role, player_id: str | None = None) -> Invitation:
    """Offer somebody a place by mail; a player's invitation may name the player they are.

    Raises:
        NotFound, PermissionDenied: not visible, or the user's role does not carry the right.
        InvalidRequest: a player named for another role.
        Conflict: already a member.
    """
    team = get_team(user, team_id)
    _require_appointing(user, team.pk, role)
    if player_id is not None and role != Role.PLAYER:
        raise InvalidRequest("Only an invitation as player names a player.")
    player = get_player(user, player_id, team_id=team.pk) if player_id is not None else None
    address = normalise_email(email)
    if Membership.objects.filter(team=team, user__email=address).exists():
        raise Conflict(f"{address} is a member of this team already.")
    token = secrets.token_urlsafe(INVITATION_TOKEN_BYTES)
    invitation = Invitation.objects.create(
        team=team,
        email=address,
        role=role,
        player=player,
        token_hash=Invitation.hash_token(token),
        invited_by=user,
        expires_at=timezone.now() + timedelta(days=INVITATION_DAYS),
    )
    transaction.on_commit(lambda: _mail_invitation(team, address, token), robust=True)
    return invitation


@transaction.atomic
def withdraw_invitation(*, user: User, team_id: uuid.UUID, invitation_id: uuid.UUID) -> None:
    """Take an open invitation back.

    Raises:
        NotFound, PermissionDenied: not visible, or the user's role does not carry the right.
    """
    invitation = list_invitations(user, team_id).filter(pk=invitation_id).first()
    if invitation is None:
        raise NotFound("There is no such invitation.")
    require_right(user, team_id, Right.MANAGE_MEMBERS)
    invitation.delete()


@transaction.atomic
def accept_invitation(*, token: str, name: str, password: str) -> User:
    """Accept an invitation: with a new account, or with the password of the existing one.

    Raises:
        InvitationUsed: unknown, expired or accepted before.
        WrongCredentials: there is an account with this address and the password is not its own.
        WeakPassword: the validators refuse a new account's password.
    """
    now = timezone.now()
    digest = Invitation.hash_token(token)
    taken = Invitation.objects.filter(token_hash=digest, accepted_at__isnull=True, expires_at__gt=now).update(
        accepted_at=now
    )
    if taken != 1:
        raise InvitationUsed
    invitation = Invitation.objects.select_related("team", "player").get(token_hash=digest)
    user = _account_for(invitation.email, name, password)
    Membership.objects.get_or_create(user=user, team=invitation.team, defaults={"role": invitation.role})
    _link_player(invitation.player, user)
    audit.record(actor_id=user.pk, action="invitation.accepted", target=invitation, team_id=invitation.team_id)
    return user


def _account_for(email: str, name: str, password: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is not None:
        if not user.is_active or not user.check_password(password):
            raise WrongCredentials
        return user
    check_password_strength(password, User(email=email, name=name))
    return User.objects.create_user(email, password, name=name)


def _link_player(player: Player | None, user: User) -> None:
    if player is not None and player.user_id is None:
        player.user = user
        player.save(update_fields=["user", "updated_at"])


def _manageable(user: User, team_id: uuid.UUID, membership_id: uuid.UUID, role: Role) -> Membership:
    membership = list_memberships(user, team_id).filter(pk=membership_id).first()
    if membership is None:
        raise NotFound("There is no such member.")
    _require_appointing(user, team_id, role)
    if membership.role == Role.OWNER:
        require_right(user, team_id, Right.MANAGE_TEAM)
    return membership


def _require_appointing(user: User, team_id: uuid.UUID, role: Role) -> None:
    own = require_right(user, team_id, Right.MANAGE_MEMBERS)
    if role == Role.OWNER and own != Role.OWNER:
        raise PermissionDenied("Only an owner appoints owners.")


def _keep_an_owner(leaving: Membership) -> None:
    # The team's row is written first, so that two owners who leave at once do not both count the other.
    Team.objects.filter(pk=leaving.team_id).update(updated_at=timezone.now())
    owners = Membership.objects.filter(team_id=leaving.team_id, role=Role.OWNER).exclude(pk=leaving.pk)
    if not owners.exists():
        raise LastOwner


def _record(user: User, action: str, membership: Membership, before: str) -> None:
    notify_access_changed(membership.user_id)
    audit.record(
        actor_id=user.pk,
        action=action,
        target=membership,
        team_id=membership.team_id,
        before={"user_id": str(membership.user_id), "role": before},
        after={"role": membership.role},
    )


def _mail_invitation(team: Team, address: str, token: str) -> None:
    link = f"{settings.PUBLIC_URL}/join?token={token}"
    send_mail(f"Join {team} on Axolotl", f"You are invited to {team}.\n\n{link}\n", None, [address])
