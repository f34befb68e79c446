"""How the schema tells of device keys: only operations that are open to devices name them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class DeviceKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A bearer that is a device's key or access token."""

    target_class = "apps.pairing.auth.DeviceAuthentication"
    name = "deviceKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Describe the header."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A paired device's key (axk_…), or its access token. Opens only operations that name it.",
        }

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[Any]] | None:  # type: ignore[override]
        """Return the requirement, `None` for operations that are closed to devices."""
        return {self.name: []} if getattr(auto_schema.view, "device_scopes", None) else None
