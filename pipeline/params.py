"""What a scan may be asked to do differently: presets, overrides, and the hash that names a choice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from pipeline.errors import PipelineError
from pipeline.ports import JobRecord

EVERY_FRAME = 0.0
"""As a rate: every frame of the film."""
EVERYONE = 0
"""As a number of people: no limit."""
AUTO = "auto"
"""As a detector profile: the cheapest that finds the people of this film; of clocks: by what moves."""
TIMESTAMPS = "timestamps"
OFFSETS = "offsets"
EVERYBODY = -1
"""As a track: no choice is made."""
TO_THE_END = 0.0
"""As the end of a part of a film."""


@dataclass(frozen=True, slots=True)
class ScanParams:
    """Parameters of the steps.

    Attributes:
        detector: registry key or file of the detector.
        detector_profile: `fast`, `standard`, `fine` or `full` (`vision.detection.PROFILES`): speed against small far
            people; or `AUTO`.
        detect_hz: pictures looked at [1/s]; `EVERY_FRAME` for all.
        pose_model: registry key or file of the pose model.
        pose_hz: pictures in which postures are read, at least [1/s]; only pictures that were also detected are taken.
        pose_people: postures read a picture, those of the largest and longest tracks; `EVERYONE` for all. Where fewer
            people are in view the same number of postures a second goes into more pictures.
        pose_stride: read some 12 pictures a second first and the others only where somebody moves too quickly for a
            curve (`vision.pose.stride`); what is put between is marked. Of several cameras every picture is read.
        window_s: length of a time window [s]: one task, one file; bounds the memory of every step.
        batch: pictures handed to the detector at once.
        kit_hz: pictures in which shirt colours are sampled [1/s]; colours do not change.
        sync: how the clocks of several cameras are matched: `AUTO` by the movement in them, `TIMESTAMPS` when the films
            began at one instant, `OFFSETS` as `clock_offsets_s` says.
        refine_cameras: put cameras that were bumped since their calibration back by what they saw.
        clock_offsets_s: camera → how far its clock is ahead of the first camera's [s].
        body_track: whose body is fitted, as the scan numbered them; `EVERYBODY` for all with enough postures.
        body_gender: `neutral`, `female` or `male`: which body model, where there are several.
        body_from_s, body_to_s: part of the film whose bodies are fitted [s]; an end of `TO_THE_END` is the film's.
    """

    detector: str = "nanodet"
    detector_profile: str = AUTO
    detect_hz: float = 15.0
    pose_model: str = "movenet-thunder"
    pose_hz: float = 7.5
    pose_people: int = 6
    pose_stride: bool = False
    window_s: float = 20.0
    batch: int = 4
    kit_hz: float = 3.0
    sync: str = AUTO
    refine_cameras: bool = False
    clock_offsets_s: Mapping[str, float] = field(default_factory=dict)
    body_track: int = EVERYBODY
    body_gender: str = "neutral"
    body_from_s: float = 0.0
    body_to_s: float = TO_THE_END


RETIRED = frozenset({"detect_stride"})
"""Parameters that jobs were stored with and no step knows any more."""

PRESETS: Mapping[str, ScanParams] = {
    "fast": ScanParams(detect_hz=10.0, pose_model="movenet-lightning", pose_hz=5.0, pose_people=2),
    "standard": ScanParams(),
    "full": ScanParams(
        detector_profile="full",
        detect_hz=EVERY_FRAME,
        pose_hz=EVERY_FRAME,
        pose_people=EVERYONE,
        pose_stride=True,
    ),
}
"""`fast`: an hour's match overnight on two cores; `standard`: in between; `full`: every frame, everyone.

Only `full` has a posture stride: it looks at every picture, where half of them are told by their neighbours as long as
nobody runs. The others read some pictures a second anyway, too far apart for a curve.
"""


def params_of(job: JobRecord) -> ScanParams:
    """The preset of a job with the job's overrides; those that have been retired since it was stored do not count.

    Raises:
        PipelineError: `BAD_PARAMS`, no such preset or parameter, or a value of another type.
    """
    preset = PRESETS.get(job.preset)
    if preset is None:
        raise PipelineError(f"There is no preset '{job.preset}'; choose {', '.join(PRESETS)}.", code="BAD_PARAMS")
    return override(preset, {name: value for name, value in job.params.items() if name not in RETIRED})


def override(params: ScanParams, changes: Mapping[str, Any]) -> ScanParams:
    """`params` with some fields changed; refuses what it does not know, so that a typing mistake is not ignored."""
    kinds = {entry.name: type(getattr(params, entry.name)) for entry in fields(params)}
    for name, value in changes.items():
        if name not in kinds:
            raise PipelineError(f"There is no scan parameter '{name}'; known: {', '.join(kinds)}.", code="BAD_PARAMS")
        fits = isinstance(value, kinds[name]) or (kinds[name] is float and isinstance(value, int))
        if not fits or (isinstance(value, bool) and kinds[name] is not bool):
            raise PipelineError(f"'{name}' must be a {kinds[name].__name__}, not {value!r}.", code="BAD_PARAMS")
    return replace(params, **{name: kinds[name](value) for name, value in changes.items()})


def hash_of(*parts: object) -> str:
    """SHA-256 of what decides an output: numbers, texts, mappings, sequences, dataclasses; order matters."""
    text = json.dumps(parts, sort_keys=True, default=_plain, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    if hasattr(value, "__dataclass_fields__"):
        return asdict(value)  # type: ignore[call-overload]
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot be part of a parameter hash")
