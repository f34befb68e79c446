"""Routes of people, below `/api/`."""

from __future__ import annotations

from django.urls import path

from apps.accounts.views import account, entered, family, login, players, rights, teams

urlpatterns = [
    path("auth/token", login.TokenView.as_view(), name="token"),
    path("auth/token/refresh", login.RefreshView.as_view(), name="token-refresh"),
    path("auth/logout", login.LogoutView.as_view(), name="logout"),
    path("auth/logout/all", account.LogoutAllView.as_view(), name="logout-all"),
    path("auth/sessions", account.LogInListView.as_view(), name="logins"),
    path("auth/sessions/<uuid:login_id>", account.LogInView.as_view(), name="login"),
    path("auth/password", account.PasswordChangeView.as_view(), name="password"),
    path("auth/email", account.EmailChangeView.as_view(), name="email"),
    path("auth/email/confirm", account.EmailConfirmView.as_view(), name="email-confirm"),
    path("auth/me", login.MeView.as_view(), name="me"),
    path("auth/ticket", login.TicketView.as_view(), name="ticket"),
    path("auth/password/reset", login.PasswordResetView.as_view(), name="password-reset"),
    path("auth/password/confirm", login.PasswordConfirmView.as_view(), name="password-confirm"),
    path("auth/invitations/accept", login.InvitationAcceptView.as_view(), name="invitation-accept"),
    path("me/export", rights.OwnExportView.as_view(), name="own-export"),
    path("me/erasure", rights.OwnErasureView.as_view(), name="own-erasure"),
    path("exports/<str:token>", rights.ExportFileView.as_view(), name="export"),
    path("teams", teams.TeamListView.as_view(), name="teams"),
    path("teams/<uuid:team_id>", teams.TeamView.as_view(), name="team"),
    path("teams/<uuid:team_id>/members", teams.MemberListView.as_view(), name="members"),
    path("teams/<uuid:team_id>/members/<uuid:membership_id>", teams.MemberView.as_view(), name="member"),
    path("teams/<uuid:team_id>/invitations", teams.InvitationListView.as_view(), name="invitations"),
    path("teams/<uuid:team_id>/invitations/<uuid:invitation_id>", teams.InvitationView.as_view(), name="invitation"),
    path(
        "teams/<uuid:team_id>/invitations/<uuid:invitation_id>/resend",
        teams.InvitationResendView.as_view(),
        name="invitation-resend",
    ),
    path("teams/<uuid:team_id>/leave", teams.TeamLeaveView.as_view(), name="team-leave"),
    path("teams/<uuid:team_id>/transfer", teams.TeamTransferView.as_view(), name="team-transfer"),
    path("players", players.PlayerListView.as_view(), name="players"),
    path("players/<str:player_id>", players.PlayerView.as_view(), name="player"),
    path("players/<str:player_id>/consent", players.PlayerConsentView.as_view(), name="player-consent"),
    path("players/<str:player_id>/consents", family.ConsentListView.as_view(), name="consents"),
    path("players/<str:player_id>/guardians", family.GuardianListView.as_view(), name="guardians"),
    path("players/<str:player_id>/guardians/<uuid:guardianship_id>", family.GuardianView.as_view(), name="guardian"),
    path("players/<str:player_id>/measurements", entered.MeasurementListView.as_view(), name="measurements"),
    path("players/<str:player_id>/measurements/<uuid:entry_id>", entered.MeasurementView.as_view(), name="measurement"),
    path("players/<str:player_id>/fitness-tests", entered.FitnessTestListView.as_view(), name="fitness-tests"),
    path(
        "players/<str:player_id>/fitness-tests/<uuid:entry_id>", entered.FitnessTestView.as_view(), name="fitness-test"
    ),
    path("players/<str:player_id>/wellness", entered.WellnessListView.as_view(), name="wellness"),
    path("players/<str:player_id>/wellness/<uuid:entry_id>", entered.WellnessView.as_view(), name="wellness-report"),
    path("players/<str:player_id>/concussions", entered.ConcussionListView.as_view(), name="concussions"),
    path("players/<str:player_id>/concussions/<uuid:entry_id>", entered.ConcussionView.as_view(), name="concussion"),
    path("players/<str:player_id>/export", rights.PlayerExportView.as_view(), name="player-export"),
    path("players/<str:player_id>/erasure", rights.PlayerErasureView.as_view(), name="player-erasure"),
    path("players/<str:player_id>/growth", entered.GrowthView.as_view(), name="growth"),
]
