"""OpenAPI: every operation's answer is described inside the envelope it is sent in."""

from __future__ import annotations

from drf_spectacular.openapi import AutoSchema


class EnvelopeSchema(AutoSchema):
    """Wraps response schemas in the success envelope."""
