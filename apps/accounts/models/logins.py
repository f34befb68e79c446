"""Log-ins: what a person sees as "where I am logged in"."""

from __future__ import annotations

from django.db import models

from apps.accounts.models.people import User
from apps.core.models import UUIDModel


class LogIn(UUIDModel):
    """One log-in and all tokens that came of it: open → ended.

    Every token carries the id as `sid`; when `ended_at` is set, refresh and access tokens of it end at once.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="logins")
    user_agent = models.CharField(max_length=300, blank=True)
    device = models.CharField(max_length=80, blank=True, help_text="What the person calls it, or what it says it is.")
    token_id = models.CharField(max_length=64, help_text="Of the one refresh token that works.")
    previous_token_id = models.CharField(max_length=64, blank=True, help_text="Of the one traded for it.")
    rotated_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ["-last_used_at", "id"]
        indexes = [models.Index(fields=["user", "ended_at", "-last_used_at"], name="login_open_of_user")]

    def __str__(self) -> str:
        return f"{self.device or 'log-in'} of {self.user_id}"
