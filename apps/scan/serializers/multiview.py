"""Starting a scan of several cameras."""

from __future__ import annotations

import json
from typing import Any

from rest_framework import serializers

from apps.core.fields import FiniteFloatField
from apps.scan.serializers.scans import ScanWishInput

CAMERA_NAME = r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$"
"""A camera's name stands in storage keys and messages."""


class CameraUploadInput(serializers.Serializer[dict[str, Any]]):
    """A finished resumable upload of one camera."""

    camera = serializers.RegexField(CAMERA_NAME, max_length=40)
    upload_id = serializers.UUIDField()


class MultiviewScanInput(ScanWishInput):
    """Films of two to eight cameras that look at one scene, and where the cameras stand."""

    videos = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True),
        required=False,
        min_length=2,
        max_length=8,
        help_text="The films, in the order of `cameras`; leave out when uploads are given.",
    )
    cameras = serializers.ListField(
        child=serializers.RegexField(CAMERA_NAME, max_length=40),
        required=False,
        min_length=2,
        max_length=8,
        help_text="Each film's camera, as the calibration names it. Pages show the picture of the first by name.",
    )
    uploads = CameraUploadInput(many=True, required=False, help_text="Finished resumable uploads, instead of videos.")
    calibration = serializers.CharField(
        required=False,
        max_length=200_000,
        help_text='A Calib.toml, or JSON {"cameras": {name: {"K", "R", "t" [m], "dist", "size" [px]}}}; the world\'s z '
        "points up. It is kept, for `calibration_id` of the next scan.",
    )
    sync = serializers.ChoiceField(
        choices=("auto", "timestamps", "offsets"),
        default="auto",
        help_text="How clocks are matched: by what moves, as films that began at one instant, or as offsets_s says.",
    )
    refine = serializers.BooleanField(
        default=False, help_text="Put cameras that were bumped since their calibration back by what they saw."
    )
    offsets_s = serializers.DictField(
        child=FiniteFloatField(min_value=-3600, max_value=3600),
        required=False,
        default=dict,
        help_text="Camera → seconds by which its clock is ahead; for sync=offsets.",
    )

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Take a form's repeated fields as lists, and its JSON texts as what they say."""
        if not hasattr(data, "items"):
            return super().to_internal_value(data)
        if hasattr(data, "getlist"):
            lists = {name: data.getlist(name) for name in ("videos", "cameras") if name in data}
            texts = {name: data[name] for name in data if name not in lists}
            data = {**texts, **lists}
        plain = {name: _unpacked(value) if name in ("offsets_s", "uploads") else value for name, value in data.items()}
        return super().to_internal_value(plain)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Films or uploads, each with a name of its own; one calibration; offsets where they are wanted."""
        named = [item["camera"] for item in attrs.get("uploads") or ()] or attrs.get("cameras") or []
        if ("videos" in attrs) == bool(attrs.get("uploads")):
            raise serializers.ValidationError({"videos": "Send the films, or uploads with the ids of finished ones."})
        if not 2 <= len(named) <= 8:
            raise serializers.ValidationError({"cameras": "Name two to eight cameras, one for each film."})
        if "videos" in attrs and len(attrs["videos"]) != len(named):
            raise serializers.ValidationError(
                {"cameras": f"{len(attrs['videos'])} films came with {len(named)} names."}
            )
        if len(set(named)) < len(named):
            raise serializers.ValidationError({"cameras": "Every camera needs a name of its own."})
        if ("calibration" in attrs) == ("calibration_id" in attrs):
            raise serializers.ValidationError({"calibration": "Send one, or the calibration_id of a kept one."})
        unknown = sorted(set(attrs["offsets_s"]) - set(named))
        if unknown or (attrs["sync"] == "offsets") != bool(attrs["offsets_s"]):
            raise serializers.ValidationError({"offsets_s": "Give offsets of the named cameras, with sync=offsets."})
        return attrs


def _unpacked(value: Any) -> Any:
    """JSON in a form's text field; what is none stays for the field to refuse."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
