"""People in the admin."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db import transaction
from django.http import HttpRequest

from apps.accounts.admin.erasing import ErasingAdmin, staff_of
from apps.accounts.errors import LastOwner
from apps.accounts.models import Invitation, Membership, Team, User
from apps.accounts.services import erasure
from apps.accounts.services import teams as team_service
from apps.core.admin import ReadOnlyAdmin


class MembershipInline(admin.TabularInline[Membership, User]):
    """A user's or team's memberships."""

    model = Membership
    extra = 0
    autocomplete_fields = ("user", "team")


class UserCreationForm(AdminUserCreationForm[User]):
    """A new user: address and password."""

    class Meta:
        model = User
        fields = ("email",)
        field_classes = {"email": forms.EmailField}


@admin.register(User)
class UserAdmin(ErasingAdmin, DjangoUserAdmin[User]):
    """Users, by email; deleting one erases every trace."""

    add_form = UserCreationForm
    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "memberships__role")
    search_fields = ("email", "name")
    readonly_fields = ("last_login", "date_joined")
    inlines = (MembershipInline,)
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "language", "units", "speed_unit", "time_zone", "theme")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "usable_password", "password1", "password2")}),)

    @transaction.atomic
    def erase(self, request: HttpRequest, obj: User) -> None:
        """Erase one, unless a team would have no owner left."""
        try:
            erasure.erase_account_now(obj, actor=staff_of(request))
        except LastOwner as error:
            self.message_user(request, f"{obj}: {error.message}", messages.ERROR)


@admin.register(Team)
class TeamAdmin(ErasingAdmin):
    """Teams; deleting one removes all it owns, films too."""

    list_display = ("name", "club", "age_group", "time_zone", "created_at")
    list_filter = ("age_group",)
    search_fields = ("name", "club")
    inlines = (MembershipInline,)

    def erase(self, request: HttpRequest, obj: Team) -> None:
        """Delete one with everything it owns."""
        team_service.remove_team(team=obj, actor=staff_of(request))


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin[Membership]):
    """Memberships."""

    list_display = ("user", "team", "role", "created_at")
    list_filter = ("role",)
    list_select_related = ("user", "team")
    search_fields = ("user__email", "user__name", "team__name", "team__club")
    autocomplete_fields = ("user", "team")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Invitations: made by the team, with a mail; deleting one takes it back. The token is nowhere to be read."""

    list_display = ("email", "team", "role", "created_at", "expires_at", "accepted_at")
    list_filter = ("role", "accepted_at")
    list_select_related = ("team",)
    search_fields = ("email", "team__name", "team__club")
    exclude = ("token_hash",)
