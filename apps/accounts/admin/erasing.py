"""Deleting people in the admin means erasing them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from apps.accounts.models import User
from apps.core.admin import WholeAdmin


def staff_of(request: HttpRequest) -> User:
    """Return who uses the admin."""
    assert isinstance(request.user, User)  # noqa: S101  (the admin lets nobody else in)
    return request.user


class ErasingAdmin(WholeAdmin):
    """Deletes by `erase`, one by one, with whatever other apps keep."""

    def erase(self, request: HttpRequest, obj: Any) -> None:
        """Erase one."""
        raise NotImplementedError

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Erase it."""
        self.erase(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Erase them."""
        for obj in queryset:
            self.erase(request, obj)
