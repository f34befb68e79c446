"""How the OpenAPI document calls the access token."""

from __future__ import annotations

from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme


class LoginScheme(SimpleJWTScheme):  # type: ignore[no-untyped-call]  # its base registers itself untyped
    """A bearer token."""

    target_class = "apps.accounts.authentication.LoginAuthentication"
    name = "jwtAuth"
