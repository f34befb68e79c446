"""The single-page application's one page, for every route that is its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.web.assets import NotBuiltError, current_assets


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Answer with the page that loads the web app; its own router reads the address."""
    try:
        assets = current_assets()
    except NotBuiltError:
        return render(request, "web/not_built.html", status=503)
    return render(request, "web/index.html", {"assets": assets})
