"""People in the admin."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm

from apps.accounts.models import Guardianship, Invitation, Membership, Player, Team, User


class MembershipInline(admin.TabularInline[Membership, User]):
    """A user's or team's memberships."""

    model = Membership
    extra = 0
    autocomplete_fields = ("user", "team")


class GuardianshipInline(admin.TabularInline[Guardianship, Player]):
    """A player's guardians."""

    model = Guardianship
    extra = 0
    autocomplete_fields = ("guardian",)


class UserCreationForm(AdminUserCreationForm[User]):
    """A new user: address and password."""

    class Meta:
        model = User
        fields = ("email",)
        field_classes = {"email": forms.EmailField}


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    """Users, by email."""

    add_form = UserCreationForm
    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "memberships__role")
    search_fields = ("email", "name")
    readonly_fields = ("last_login", "date_joined")
    inlines = (MembershipInline,)
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "language", "units")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "usable_password", "password1", "password2")}),)


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin[Team]):
    """Teams."""

    list_display = ("name", "club", "age_group", "time_zone", "created_at")
    list_filter = ("age_group",)
    search_fields = ("name", "club")
    inlines = (MembershipInline,)


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin[Membership]):
    """Memberships."""

    list_display = ("user", "team", "role", "created_at")
    list_filter = ("role",)
    list_select_related = ("user", "team")
    search_fields = ("user__email", "user__name", "team__name", "team__club")
    autocomplete_fields = ("user", "team")


@admin.register(Player)
class PlayerAdmin(admin.ModelAdmin[Player]):
    """Players."""

    list_display = ("display_name", "team", "external_id", "date_of_birth", "position", "consent_given_at")
    list_filter = ("position", "sex", "team")
    list_select_related = ("team",)
    search_fields = ("first_name", "last_name", "external_id", "team__name", "team__club")
    autocomplete_fields = ("team", "user", "consent_given_by")
    inlines = (GuardianshipInline,)


@admin.register(Guardianship)
class GuardianshipAdmin(admin.ModelAdmin[Guardianship]):
    """Guardianships."""

    list_display = ("guardian", "player", "created_at")
    list_filter = ("player__team",)
    list_select_related = ("guardian", "player")
    search_fields = ("guardian__email", "player__first_name", "player__last_name")
    autocomplete_fields = ("guardian", "player")


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin[Invitation]):
    """Invitations; the token is nowhere to be read."""

    list_display = ("email", "team", "role", "created_at", "expires_at", "accepted_at")
    list_filter = ("role", "accepted_at")
    list_select_related = ("team",)
    search_fields = ("email", "team__name", "team__club")
    autocomplete_fields = ("team", "player", "invited_by")
    exclude = ("token_hash",)

    def has_add_permission(self, request: object) -> bool:
        """Invitations are made by the team, with a mail."""
        return False
