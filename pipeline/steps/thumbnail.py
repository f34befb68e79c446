"""The small picture by which a film is known in lists."""

from __future__ import annotations

import numpy as np

from pipeline.artefacts import Artefacts, artefacts_of
from pipeline.errors import ArtefactError
from pipeline.links import Links
from pipeline.plan import ArtefactName
from pipeline.steps.artefact_step import stamped
from pipeline.steps.base import StepContext
from pipeline.steps.timing import read_stored_timebase
from vision.errors import VideoError
from vision.types import NO_TRACK
from vision.video.frame import jpeg
from vision.video.reader import VideoReader

MAX_SIDE_PX = 480
"""A card is at most 400 points wide; larger pictures would cost a phone's data for nothing."""


def publish_thumbnail(context: StepContext, params_hash: str) -> str | None:
    """Write the film's picture and answer its artefact key.

    Returns:
        `None` when there is none and none can be made: the film is gone from the storage or damaged there. That is no
        reason to refuse the figures.
    """
    store = artefacts_of(context.artefacts, context.job, context.video)
    if not store.stands(ArtefactName.THUMBNAIL, params_hash):
        picture = _picture(context, store)
        if picture is not None:
            store.write_picture(ArtefactName.THUMBNAIL, picture, stamped(context, params_hash))
    key = store.key(ArtefactName.THUMBNAIL)
    return key if context.artefacts.exists(key) else None


def liveliest_frame(store: Artefacts, frames: int) -> int:
    """The frame in which most people were seen, of several the one nearest to the middle; without people the middle."""
    links = Links.read(store)
    middle = frames // 2
    best = (0, 0, middle)
    for _, tracks in store.iter_windows(ArtefactName.TRACKS):
        seen = (links.linked(tracks["track_id"], tracks["frame"]) != NO_TRACK) & ~tracks["interpolated"]
        for frame, people in zip(*np.unique(tracks["frame"][seen], return_counts=True), strict=True):
            best = max(best, (int(people), -abs(int(frame) - middle), int(frame)))
    return best[2]


def _picture(context: StepContext, store: Artefacts) -> bytes | None:
    timebase, _ = read_stored_timebase(store)
    wanted = liveliest_frame(store, len(timebase))
    try:
        with context.artefacts.local_video(context.video.key) as path:
            found = list(VideoReader(path, timebase).frames(wanted, wanted + 1))
    except (ArtefactError, VideoError):
        return None
    return jpeg(found[0].image_bgr, max_side_px=MAX_SIDE_PX) if found else None
