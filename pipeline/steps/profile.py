"""Which detector profile a film needs: the cheapest that finds (nearly) everybody the most thorough one finds."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.params import AUTO, ScanParams
from pipeline.steps.base import StepContext
from vision.types import PEOPLE, Detector, ImageBGR
from vision.video.reader import VideoReader

CANDIDATES = ("fast", "standard", "fine", "full")
"""Profiles, the cheapest first."""


@dataclass(frozen=True, slots=True)
class ProfileParams:
    """Parameters of the choice.

    Attributes:
        samples: where in the film pictures are taken, as shares of its frames.
        score: people surer than this are counted; crowds and shadows rarely are.
        enough: share of the people of the best profile that a cheaper one must find so surely. Measured on four clips:
            players of 60 px and more are all found by `fast`; of 30 px `fast` finds a quarter of what `full` does. Of
            the hand-boxed people it costs less than it seems: who finds 0.84 of them so surely (`fine`) finds 0.96 at
            the score of 0.25 that the tracker is given.
    """

    samples: tuple[float, ...] = (0.1, 0.3, 0.5, 0.7, 0.9)
    score: float = 0.4
    enough: float = 0.85


def thorough(params: ScanParams) -> str:
    """The profile asked for; of `AUTO` the most thorough candidate."""
    return CANDIDATES[-1] if params.detector_profile == AUTO else params.detector_profile


def choose_profile(context: StepContext, reader: VideoReader) -> str:
    """The profile for this film: as asked for, or found by looking at a few pictures (once per process and film).

    Every window comes to the same choice, because it depends on the film alone.
    """
    if context.params.detector_profile != AUTO:
        return context.params.detector_profile
    known = context.models.profiles
    film = f"{context.video.sha256} {context.params.detector}"
    if film not in known:
        known[film] = _cheapest(context, _pictures(reader), ProfileParams())
    return known[film]


def _cheapest(context: StepContext, pictures: list[ImageBGR], params: ProfileParams) -> str:
    found = {
        profile: _people(context.models.detector(context.params, profile), pictures, params.score)
        for profile in CANDIDATES
    }
    return next(profile for profile in CANDIDATES if found[profile] >= params.enough * max(found.values()))


def _people(detector: Detector, pictures: list[ImageBGR], score: float) -> int:
    every = (detections.of_classes(PEOPLE) for picture in pictures for detections in detector.detect([picture]))
    return sum(int((people.score >= score).sum()) for people in every)


def _pictures(reader: VideoReader) -> list[ImageBGR]:
    count = len(reader.timebase)
    places = sorted({int(share * count) for share in ProfileParams().samples})
    # From one keyframe each: decoding the whole film for five pictures would cost more than it saves.
    return [frame.image_bgr for place in places for frame in reader.frames(place, place + 1)]
