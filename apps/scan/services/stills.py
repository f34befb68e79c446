"""Pictures of a film, made by a child process."""

from __future__ import annotations

from apps.core.errors import NotFound
from apps.scan.media import key_of
from apps.scan.models import Video
from apps.scan.probe import still_at
from pipeline.errors import PipelineError
from pipeline.ports import installed


def thumbnail(video: Video) -> bytes:
    """The small JPEG by which lists know a film.

    Raises:
        NotFound: no scan made one, or it is gone.
    """
    if not video.thumbnail:
        raise NotFound("There is no picture of this film.")
    try:
        return installed().artefacts.read(video.thumbnail)
    except PipelineError as error:
        raise NotFound("There is no picture of this film.") from error


def still(*, video: Video, t_s: float, max_side_px: int | None = None) -> bytes:
    """JPEG of the upright picture shown at `t_s` [s].

    Raises:
        NotFound: the film is gone from the storage.
        UndecodableVideo: 422, nothing there can be decoded.
        Busy: 503.
    """
    try:
        with installed().artefacts.local_video(key_of(video)) as path:
            return still_at(path, t_s, max_side_px=max_side_px)
    except PipelineError as error:
        raise NotFound("The film of this session is no longer stored.") from error
