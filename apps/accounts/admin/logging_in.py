"""The admin's log-in: guessing is as slow as at the API, and counted together with it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from apps.core.network import rate_address
from apps.core.rates import count_request, parse_rate

SCOPE = "login"


class SlowAuthenticationForm(AdminAuthenticationForm):
    """Counts every try by address and by account before the password is looked at."""

    def clean(self) -> dict[str, Any]:
        """Refuse who tries too often, also with the right password.

        Raises:
            ValidationError: says how long to wait; or the names do not fit.
        """
        assert self.request is not None  # noqa: S101  (the site's log-in view gives it)
        rate = parse_rate(settings.RATE_LIMITS[SCOPE])
        account = str(self.cleaned_data.get("username") or "").strip().lower()
        tries = [count_request(SCOPE, f"address:{rate_address(self.request)}", rate)]
        tries += [count_request(SCOPE, f"account:{account}", rate)] if account else []
        waits = [count.reset_s for is_allowed, count in tries if not is_allowed]
        if waits:
            raise ValidationError(f"Too many tries. Wait {max(waits)} s and try again.", code="too_many")
        return super().clean()


admin.site.login_form = SlowAuthenticationForm
