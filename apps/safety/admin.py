"""Policy packs in the admin: saving publishes the next version; nothing is changed or deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.safety import services
from apps.safety.errors import PolicyError
from apps.safety.models import PolicyPack


class PolicyPackForm(forms.ModelForm[PolicyPack]):
    """A pack as it is written; refused in words where it is malformed or too loose."""

    class Meta:
        model = PolicyPack
        fields = ("key", "title", "team", "yaml")
        widgets = {"yaml": forms.Textarea(attrs={"rows": 30, "cols": 110, "spellcheck": "false"})}

    def publication(self) -> services.Publication:
        """What the form asks to publish. Key and team of a pack that exists stay."""
        made = not self.instance._state.adding
        team = self.instance.team if made else self.cleaned_data.get("team")
        return services.Publication(
            key=self.instance.key if made else self.cleaned_data["key"],
            title=self.cleaned_data["title"],
            yaml=self.cleaned_data["yaml"],
            team_id=team.pk if team else None,
        )

    def clean(self) -> dict[str, Any]:
        """Read the YAML as the engine will."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                services.check_publication(self.publication())
            except PolicyError as error:
                raise ValidationError({"yaml": list(error.faults)}) from error
        return cleaned


@admin.register(PolicyPack)
class PolicyPackAdmin(admin.ModelAdmin[PolicyPack]):
    """Every version of every pack; an old one is put in force again by saving it."""

    form = PolicyPackForm
    list_display = ("key", "version", "title", "team", "is_active", "created_at")
    list_filter = ("is_active", "team")
    list_select_related = ("team",)
    search_fields = ("key", "title", "team__name", "team__club")
    autocomplete_fields = ("team",)
    readonly_fields = ("version", "is_active", "created_at")
    fields = ("key", "title", "team", "yaml", *readonly_fields)
    actions = ("withdraw",)
    save_as_continue = False

    def get_readonly_fields(self, request: HttpRequest, obj: PolicyPack | None = None) -> tuple[str, ...]:
        """A pack keeps its key and team through all versions."""
        return self.readonly_fields if obj is None else (*self.readonly_fields, "key", "team")

    def save_model(self, request: HttpRequest, obj: PolicyPack, form: Any, change: bool) -> None:  # noqa: FBT001
        """Publish the next version instead of changing this one."""
        try:
            pack = services.publish(form.publication(), actor_id=request.user.pk)
        except PolicyError as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        obj.pk, obj.version, obj.is_active, obj.created_at = pack.pk, pack.version, True, pack.created_at
        obj._state.adding = False
        kept = f" Version {pack.version - 1} is kept." if pack.version > 1 else ""
        self.message_user(request, f"Version {pack.version} of {pack.key} is in force.{kept}", messages.SUCCESS)

    def has_delete_permission(self, request: HttpRequest, obj: PolicyPack | None = None) -> bool:
        """Verdicts name the version by which they were made."""
        return False

    @admin.action(description="Withdraw", permissions=["change"])
    def withdraw(self, request: HttpRequest, packs: QuerySet[PolicyPack]) -> None:
        """Take the chosen packs out of force."""
        done = [services.withdraw(pack, actor_id=request.user.pk) for pack in packs]
        if any(done):
            self.message_user(request, f"{sum(done)} withdrawn.", messages.SUCCESS)
        if not all(done):
            self.message_user(request, f"{len(done) - sum(done)} left alone: not in force.", messages.WARNING)
