"""Deleting people in the admin means erasing them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.accounts.models import User


def staff_of(request: HttpRequest) -> User:
    """Return who uses the admin."""
    assert isinstance(request.user, User)  # noqa: S101  (the admin lets nobody else in)
    return request.user


class ErasingAdmin(admin.ModelAdmin[Any]):
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

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Rows that are read-only here (consent, log-ins) go with the person all the same."""
        named, counts, _, protected = super().get_deleted_objects(objs, request)
        return named, counts, set(), protected
