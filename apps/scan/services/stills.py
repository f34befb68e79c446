"""Pictures of a film, made by a child process."""

from __future__ import annotations

from apps.accounts.models import User
from apps.core.errors import NotFound
from apps.scan.models import Video
from apps.scan.probe import still_at
from apps.scan.selectors.arrays import reader_of
from apps.scan.selectors.shown import ShownFilm, sees_faces
from pipeline.errors import PipelineError
from pipeline.ports import installed


def thumbnail(user: User, video: Video) -> bytes:
    """The small JPEG by which lists know a film, with or without faces, as the user sees the film.

    Raises:
        NotFound: no scan made one, or it is gone, or not made without faces yet.
    """
    if not sees_faces(user, video.session):
        picture = reader_of(video).shared_picture()
        if picture is None:
            raise NotFound("There is no picture of this film.")
        return picture
    if not video.thumbnail:
        raise NotFound("There is no picture of this film.")
    try:
        return installed().artefacts.read(video.thumbnail)
    except PipelineError as error:
        raise NotFound("There is no picture of this film.") from error


def still(*, film: ShownFilm, t_s: float, max_side_px: int | None = None) -> bytes:
    """JPEG of the upright picture shown at `t_s` [s].

    Raises:
        NotFound: the film is gone from the storage.
        UndecodableVideo: 422, nothing there can be decoded.
        Busy: 503.
    """
    try:
        with installed().artefacts.local_video(film.key) as path:
            return still_at(path, t_s, max_side_px=max_side_px)
    except PipelineError as error:
        raise NotFound("The film of this session is no longer stored.") from error
