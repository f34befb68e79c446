"""All routes. API routes are written without a trailing slash (`ApiPathMiddleware` strips one)."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from apps.core import views
from apps.scan.urls import media_urlpatterns as scan_media_urls
from apps.sessions.urls import media_urlpatterns as session_media_urls

urlpatterns = [
    path("admin/", admin.site.urls),
    path("health", views.health, name="health"),
    path("health/ready", views.ready, name="health-ready"),
    path("metrics", views.prometheus, name="metrics"),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("api/", include("apps.accounts.urls")),
    path("api/", include("apps.pairing.urls")),
    path("api/", include("apps.sessions.urls")),
    path("api/", include("apps.scan.urls")),
    path("api/", include("apps.edge.urls")),
    path("api/", include("apps.feedback.urls")),
    path("api/", include("apps.calendar.urls")),
    path("api/", include("apps.live.urls")),
    path("api/", include("apps.dashboard.urls")),
    path("media/", include(session_media_urls)),
    path("media/", include(scan_media_urls)),
    re_path(r"^api(?:/(?P<path>.*))?$", views.api_not_found, name="api-not-found"),
    path("", include("apps.web.urls")),
]

handler400 = "apps.core.views.bad_request"
handler403 = "apps.core.views.permission_denied"
handler404 = "apps.core.views.not_found"
handler500 = "apps.core.views.server_error"
