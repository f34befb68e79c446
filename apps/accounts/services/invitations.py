"""Places offered by mail: as a member of a team, or as the guardian of one of its players."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from apps.accounts.errors import InvitationUsed, WrongCredentials
from apps.accounts.models import Guardianship, Invitation, InvitedAs, Membership, Player, Right, User, normalise_email
from apps.accounts.permissions import require_right
from apps.accounts.selectors import get_player, get_team, list_invitations
from apps.accounts.services.login import check_password_strength
from apps.accounts.services.members import require_appointing
from apps.core import audit
from apps.core.errors import Conflict, InvalidRequest, NotFound

INVITATION_DAYS = 14
INVITATION_TOKEN_BYTES = 32


@transaction.atomic
def invite(*, user: User, team_id: uuid.UUID, email: str, role: str, player_id: str | None = None) -> Invitation:
    """Offer somebody a place by mail; an open offer of the same place is replaced, and its link dies.

    Args:
        player_id: the player whom a player's invitation is for (may be missing), or a guardian's child.

    Raises:
        NotFound, PermissionDenied: not visible, or the user's role does not carry the right.
        InvalidRequest: a player named for another role, or none for a guardian.
        Conflict: already a member, or the guardian already.
    """
    team = get_team(user, team_id)
    require_appointing(user, team.pk, role)
    if player_id is not None and role not in (InvitedAs.PLAYER, InvitedAs.GUARDIAN):
        raise InvalidRequest("Only an invitation as player or guardian names a player.")
    if player_id is None and role == InvitedAs.GUARDIAN:
        raise InvalidRequest("Say whose guardian: player_id is needed.")
    player = get_player(user, player_id, team_id=team.pk) if player_id is not None else None
    address = normalise_email(email)
    _refuse_members(team.pk, address, role, player)
    Invitation.objects.filter(team=team, email=address, role=role, player=player, accepted_at__isnull=True).delete()
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
    _mail_later(invitation, token)
    return invitation


@transaction.atomic
def resend_invitation(*, user: User, team_id: uuid.UUID, invitation_id: uuid.UUID) -> Invitation:
    """Mail an open or expired invitation again with a new link; the older link dies.

    Raises:
        NotFound, PermissionDenied: not visible, or the user's role does not carry the right.
    """
    invitation = _open_invitation(user, team_id, invitation_id)
    require_appointing(user, team_id, invitation.role)
    token = secrets.token_urlsafe(INVITATION_TOKEN_BYTES)
    invitation.token_hash = Invitation.hash_token(token)
    invitation.expires_at = timezone.now() + timedelta(days=INVITATION_DAYS)
    invitation.save(update_fields=["token_hash", "expires_at"])
    _mail_later(invitation, token)
    return invitation


@transaction.atomic
def withdraw_invitation(*, user: User, team_id: uuid.UUID, invitation_id: uuid.UUID) -> None:
    """Take an open invitation back.

    Raises:
        NotFound, PermissionDenied: not visible, or the user's role does not carry the right.
    """
    invitation = _open_invitation(user, team_id, invitation_id)
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
    if invitation.role == InvitedAs.GUARDIAN and invitation.player is not None:
        Guardianship.objects.get_or_create(guardian=user, player=invitation.player)
    else:
        Membership.objects.get_or_create(user=user, team=invitation.team, defaults={"role": invitation.role})
        _link_player(invitation.player, user)
    audit.record(actor_id=user.pk, action="invitation.accepted", target=invitation, team_id=invitation.team_id)
    return user


def _open_invitation(user: User, team_id: uuid.UUID, invitation_id: uuid.UUID) -> Invitation:
    invitation = list_invitations(user, team_id).filter(pk=invitation_id).first()
    if invitation is None:
        raise NotFound("There is no such invitation.")
    return invitation


def _refuse_members(team_id: uuid.UUID, address: str, role: str, player: Player | None) -> None:
    if role == InvitedAs.GUARDIAN:
        if Guardianship.objects.filter(player=player, guardian__email=address).exists():
            raise Conflict(f"{address} is a guardian of this player already.")
    elif Membership.objects.filter(team_id=team_id, user__email=address).exists():
        raise Conflict(f"{address} is a member of this team already.")


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


def _mail_later(invitation: Invitation, token: str) -> None:
    link = f"{settings.PUBLIC_URL}/join?token={token}"
    team, address = str(invitation.team), invitation.email
    whom = f"as the guardian of {invitation.player}, " if invitation.role == InvitedAs.GUARDIAN else ""
    text = f"You are invited to {team} {whom}on Axolotl.\n\n{link}\n\nThe link works for {INVITATION_DAYS} days.\n"
    transaction.on_commit(lambda: send_mail(f"Join {team} on Axolotl", text, None, [address]), robust=True)
