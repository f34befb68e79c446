"""All routes. API routes are written without a trailing slash (`ApiPathMiddleware` strips one)."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
]
