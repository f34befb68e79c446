"""Answers that are not plain JSON: many numbers, and pictures or films that a view sends itself."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
from rest_framework.renderers import BaseRenderer

from apps.core.envelope import Envelope, EnvelopeRenderer, ErrorEnvelope, success_body


class ArraysRenderer(EnvelopeRenderer):
    """JSON with NumPy arrays in it: written straight from memory; what is not a number becomes null."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return UTF-8 JSON."""
        if data is None or isinstance(data, ErrorEnvelope):
            return super().render(data, accepted_media_type, renderer_context)
        return orjson.dumps(success_body(Envelope(data)), default=str, option=orjson.OPT_SERIALIZE_NUMPY)


class NpzRenderer(BaseRenderer):
    """The arrays alone as NumPy's `.npz`, named `tracks.frame`, `poses.keypoints`, …; errors stay JSON."""

    media_type = "application/x-npz"
    format = "npz"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the archive."""
        if data is None or isinstance(data, ErrorEnvelope):
            return _error(data, renderer_context)
        named = {
            f"{series}.{column}": array
            for series, columns in data["arrays"].items()
            if isinstance(columns, Mapping)
            for column, array in columns.items()
        }
        file = io.BytesIO()
        np.savez(file, allow_pickle=False, **named)
        return file.getvalue()


class PictureRenderer(BaseRenderer):
    """Lets a view that sends a film or picture accept any `Accept`; renders only its errors, as JSON."""

    media_type = "*/*"
    format = "binary"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the error as JSON."""
        return _error(data, renderer_context)


def _error(data: Any, renderer_context: Mapping[str, Any] | None) -> Any:
    response = (renderer_context or {}).get("response")
    if response is not None:
        response["Content-Type"] = EnvelopeRenderer.media_type
    return EnvelopeRenderer().render(data, EnvelopeRenderer.media_type, renderer_context)
