"""Films in the media storage (`core.media`): their names, private links to them, those that nobody owns."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from pathlib import Path

from django.urls import reverse
from django.utils import timezone

from apps.core.errors import NotFound
from apps.core.media import (
    delete_file,
    delete_folder,
    files_below,
    is_older,
    local_path,
    opened,
    put_file,
    sign,
    take_back,
)
from apps.scan.models import Video

__all__ = ["delete_file", "delete_folder", "local_path", "put_file", "take_back"]

_FILM = "scan.media"
_THUMBNAIL = "scan.thumbnail"
"""Salts: a link to a picture opens no film."""
FILMS = "videos"


def video_key(session_id: uuid.UUID, video_id: uuid.UUID, container: str) -> str:
    """Name of a film in the storage; its ending is the container found in it, not the one it was called by."""
    return f"{FILMS}/{session_id}/{video_id}.{container}"


def key_of(video: Video) -> str:
    """Name of a film in the storage."""
    return video.file.name or ""


def existing(path: Path) -> Path:
    """The path, if there is a file.

    Raises:
        NotFound: it is gone from the storage.
    """
    if not path.is_file():
        raise NotFound("The film of this session is no longer stored.")
    return path


SHARED = ".shared.mp4"
"""End of the name of a film without faces, which lies beside the original (`pipeline.steps.join`)."""


def download_name(video: Video, key: str) -> str:
    """What a browser calls the film that lies under `key` when it is saved: harmless in a header."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", Path(video.original_name).stem).strip("-")
    return f"{stem[:80] or 'film'}{Path(key).suffix}"


def unowned_films(older_than: timedelta) -> list[str]:
    """Films that no row knows: a process died between moving a file and committing its row, or the storage failed when
    the row went. A younger file's row may be on its way.
    """
    found = list(files_below(FILMS))
    owned = set(Video.objects.filter(file__startswith=f"{FILMS}/").values_list("file", flat=True))
    films = {str(pk) for pk in Video.objects.values_list("pk", flat=True)}
    before = timezone.now() - older_than
    return [
        key
        for key in found
        if key not in owned
        and not (key.endswith(SHARED) and Path(key).name.removesuffix(SHARED) in films)
        and is_older(key, before)
    ]


def signed_video_url(video: Video, user_id: uuid.UUID) -> str:
    """A private link that needs no header, ends in 15 minutes, and dies earlier when the user may no longer see it."""
    return reverse("signed-video", args=[sign(video.pk, user_id, _FILM)])


def signed_thumbnail_url(video_id: uuid.UUID, user_id: uuid.UUID) -> str:
    """The same for a film's small picture."""
    return reverse("signed-thumbnail", args=[sign(video_id, user_id, _THUMBNAIL)])


def read_link(token: str) -> tuple[str, str]:
    """Video id and user id of a signed link to a film.

    Raises:
        Gone: it has expired; the page asks for a new one.
        NotFound: it was not made by us.
    """
    return opened(token, _FILM)


def read_thumbnail_link(token: str) -> tuple[str, str]:
    """Video id and user id of a signed link to a picture.

    Raises:
        Gone: it has expired; the page asks for a new one.
        NotFound: it was not made by us.
    """
    return opened(token, _THUMBNAIL)
