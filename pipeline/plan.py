"""Kind of job → ordered steps: what each needs and makes, its queue, device and time limit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.errors import PlanError


class StepName(StrEnum):
    """The steps of a scan, in the order of the quick plan; then those of several cameras, of bodies, and of films
    that may be shown around."""

    PROBE = "probe"
    CALIBRATE = "calibrate"
    DETECT = "detect"
    TRACK = "track"
    POSE = "pose"
    LINK = "link"
    WORLD = "world"
    BALL = "ball"
    EVENTS = "events"
    KPIS = "kpis"
    PUBLISH = "publish"
    SYNC = "sync"
    ASSOCIATE = "associate"
    TRIANGULATE = "triangulate"
    PLACE = "place"
    BODY = "body"
    HIDE = "hide"
    JOIN = "join"


class JobKind(StrEnum):
    """What is asked for: a scan, one of several cameras, the rest of one whose film was looked at elsewhere, or bodies
    for the people whom a scan found.
    """

    QUICK = "quick"
    MULTIVIEW = "multiview"
    FROM_DETECTIONS = "from_detections"
    FROM_POSES = "from_poses"
    LIVE = "live"
    """A live session that is stored: nothing is left to do until a coach says something about its tracks or pitch."""
    SMPL = "smpl"
    """Bodies for people of a scan that is done: a job beside the scan's own, whose results it leaves alone."""
    BLUR = "blur"
    """A copy of the film without faces, of a scan that is done: beside the scan's own too."""


BESIDE = (JobKind.SMPL, JobKind.BLUR)
"""Kinds that never stand for a session: what they make lies beside what its scan found."""


class Queue(StrEnum):
    """Celery queues (design: architecture, Queues and workers)."""

    CRITICAL = "critical"
    LIVE = "live"
    VIDEO = "video_processing"
    SMPL = "smpl_jobs"
    DEFAULT = "default"
    BACKGROUND = "background_tasks"
    LOW = "low"


class ArtefactName(StrEnum):
    """Everything a step can leave in the artefact store (arrays: see `pipeline.series`)."""

    VIDEO = "video"
    TIMEBASE = "timebase"
    CALIBRATION = "calibration"
    DETECTIONS = "detections"
    CAMERA = "camera"
    CAMERA_PATH = "camera_path"
    CAMERA_VIEWS = "camera_views"
    TRACKS = "tracks"
    POSES = "poses"
    LINKS = "links"
    WORLD = "world"
    BALL = "ball"
    KPIS = "kpis"
    EVENTS = "events"
    THUMBNAIL = "thumbnail"
    SYNC = "sync"
    PEOPLE = "people"
    POINTS3D = "points3d"
    BODY = "body"
    HIDDEN = "hidden"
    SHARED_FILM = "shared_film"
    SHARED_PICTURE = "shared_picture"


@dataclass(frozen=True, slots=True)
class StepSpec:
    """One step of a plan.

    Attributes:
        needs, makes: artefacts read and written.
        windowed: one task a time window, so that several workers share a long video.
        joint: one task for all cameras; what it makes lies with the first.
        gpu: runs a model; belongs on a GPU-pinned queue.
        time_limit_s: hard limit of one task [s].
        weight: share of a scan's time, for the progress shown (any unit; only the ratios count).
        label: what a coach reads while it works.
    """

    name: StepName
    queue: Queue
    needs: frozenset[ArtefactName]
    makes: frozenset[ArtefactName]
    windowed: bool = False
    joint: bool = False
    gpu: bool = False
    time_limit_s: int = 3600
    weight: float = 1.0
    label: str = ""


def _step(
    name: StepName, queue: Queue, needs: str, makes: str, *, windowed: bool = False, gpu: bool = False
) -> StepSpec:
    def names(text: str) -> frozenset[ArtefactName]:
        return frozenset(ArtefactName(word) for word in text.split())

    label, weight = _SHOWN[name]
    return StepSpec(name, queue, names(needs), names(makes), windowed=windowed, gpu=gpu, weight=weight, label=label)


_SHOWN: dict[StepName, tuple[str, float]] = {
    StepName.PROBE: ("Reading the film", 2),
    StepName.CALIBRATE: ("Finding the pitch", 1),
    StepName.DETECT: ("Finding players and ball", 40),
    StepName.TRACK: ("Following players", 3),
    StepName.POSE: ("Reading body posture", 44),
    StepName.LINK: ("Joining tracks", 3),
    StepName.WORLD: ("Measuring in metres", 2),
    StepName.BALL: ("Following the ball", 1),
    StepName.EVENTS: ("Finding touches, passes and jumps", 1),
    StepName.KPIS: ("Computing KPIs", 2),
    StepName.PUBLISH: ("Storing results", 1),
    StepName.SYNC: ("Matching the cameras' clocks", 1),
    StepName.ASSOCIATE: ("Finding everybody in all cameras", 2),
    StepName.TRIANGULATE: ("Building postures in space", 4),
    StepName.PLACE: ("Measuring in metres", 1),
    StepName.BODY: ("Fitting 3D bodies", 1),
    StepName.HIDE: ("Blurring faces", 50),
    StepName.JOIN: ("Putting the film together", 1),
}


_SEEN = "detections camera camera_path camera_views"
QUICK_PLAN: tuple[StepSpec, ...] = (
    _step(StepName.PROBE, Queue.DEFAULT, "video", "timebase"),
    _step(StepName.CALIBRATE, Queue.DEFAULT, "timebase", "calibration"),
    _step(StepName.DETECT, Queue.VIDEO, "video timebase", _SEEN, windowed=True, gpu=True),
    _step(StepName.TRACK, Queue.VIDEO, "timebase detections", "tracks"),
    _step(StepName.POSE, Queue.VIDEO, "video timebase tracks", "poses", windowed=True, gpu=True),
    _step(StepName.LINK, Queue.DEFAULT, "tracks poses", "links"),
    _step(StepName.WORLD, Queue.DEFAULT, "calibration camera tracks poses links", "world"),
    _step(StepName.BALL, Queue.VIDEO, "timebase detections", "ball"),
    _step(StepName.EVENTS, Queue.DEFAULT, "timebase tracks poses links world ball", "events"),
    _step(StepName.KPIS, Queue.DEFAULT, "timebase tracks poses links world ball events", "kpis"),
    # Its thumbnail is not listed: nothing waits for it, and a film that is gone leaves a scan without one.
    _step(StepName.PUBLISH, Queue.DEFAULT, "video timebase tracks links kpis events", ""),
)


def _rest(*names: StepName) -> tuple[StepSpec, ...]:
    return tuple(spec for spec in QUICK_PLAN if spec.name in names)


def _joint(name: StepName, queue: Queue, needs: str, makes: str) -> StepSpec:
    return replace(_step(name, queue, needs, makes), joint=True)


MULTIVIEW_PLAN: tuple[StepSpec, ...] = (
    *_rest(StepName.PROBE, StepName.DETECT, StepName.TRACK, StepName.POSE),
    _joint(StepName.SYNC, Queue.DEFAULT, "timebase tracks poses", "sync"),
    _joint(StepName.ASSOCIATE, Queue.SMPL, "timebase tracks poses sync", "people"),
    _joint(StepName.TRIANGULATE, Queue.SMPL, "timebase tracks poses sync people", "points3d"),
    _joint(StepName.PLACE, Queue.DEFAULT, "timebase tracks people points3d", "links world ball"),
    *(replace(spec, joint=True) for spec in _rest(StepName.EVENTS, StepName.KPIS, StepName.PUBLISH)),
)
"""Each camera by itself up to the postures, then all together; the first camera's picture is the one that is shown."""

BODY_PLAN: tuple[StepSpec, ...] = (
    # Of several cameras `points3d` is read too; a step's needs are those of every kind of scan.
    _joint(StepName.BODY, Queue.SMPL, "timebase tracks poses links world", "body"),
)

BLUR_PLAN: tuple[StepSpec, ...] = (
    # `hidden` names the pieces of the film, which no manifest lists: they go when `join` has made one film of them.
    _step(StepName.HIDE, Queue.VIDEO, "video timebase detections tracks poses", "hidden", windowed=True),
    _step(StepName.JOIN, Queue.DEFAULT, "video timebase tracks poses hidden", "shared_film shared_picture"),
)

_FIGURES = (StepName.LINK, StepName.WORLD, StepName.BALL, StepName.EVENTS, StepName.KPIS, StepName.PUBLISH)
PLANS: dict[JobKind, tuple[StepSpec, ...]] = {
    JobKind.QUICK: QUICK_PLAN,
    JobKind.MULTIVIEW: MULTIVIEW_PLAN,
    JobKind.FROM_DETECTIONS: _rest(StepName.CALIBRATE, StepName.TRACK, *_FIGURES),
    JobKind.FROM_POSES: _rest(StepName.CALIBRATE, *_FIGURES),
    JobKind.LIVE: _rest(StepName.CALIBRATE, *_FIGURES),
    JobKind.SMPL: BODY_PLAN,
    JobKind.BLUR: BLUR_PLAN,
}
GIVEN: dict[JobKind, frozenset[ArtefactName]] = {
    JobKind.QUICK: frozenset(),
    JobKind.MULTIVIEW: frozenset(),
    JobKind.FROM_DETECTIONS: frozenset(
        {ArtefactName.TIMEBASE, ArtefactName.DETECTIONS, ArtefactName.CAMERA, ArtefactName.POSES}
    ),
    JobKind.FROM_POSES: frozenset(
        {
            ArtefactName.TIMEBASE,
            ArtefactName.DETECTIONS,
            ArtefactName.CAMERA,
            ArtefactName.TRACKS,
            ArtefactName.POSES,
        }
    ),
    JobKind.LIVE: frozenset(
        {
            ArtefactName.TIMEBASE,
            ArtefactName.DETECTIONS,
            ArtefactName.CAMERA,
            ArtefactName.TRACKS,
            ArtefactName.POSES,
        }
    ),
    JobKind.SMPL: frozenset(
        {
            ArtefactName.TIMEBASE,
            ArtefactName.TRACKS,
            ArtefactName.POSES,
            ArtefactName.LINKS,
            ArtefactName.WORLD,
        }
    ),
    JobKind.BLUR: frozenset(
        {
            ArtefactName.TIMEBASE,
            ArtefactName.DETECTIONS,
            ArtefactName.TRACKS,
            ArtefactName.POSES,
            ArtefactName.LINKS,
        }
    ),
}
"""What is in the store before the first step of a kind (`pipeline.extracted`)."""


def validate(plan: tuple[StepSpec, ...], given: frozenset[ArtefactName] = frozenset()) -> None:
    """Refuse a plan whose step needs what is not given and no earlier step makes.

    Raises:
        PlanError: names the step and what it misses.
    """
    there = {ArtefactName.VIDEO, *given}
    for spec in plan:
        missing = spec.needs - there
        if missing:
            wanted = ", ".join(sorted(missing))
            raise PlanError(f"step '{spec.name}' needs {wanted}, which no earlier step makes")
        there |= spec.makes


def spec_of(kind: JobKind, step: StepName) -> StepSpec:
    """The step's entry in the plan of `kind`; `PlanError` when the plan has no such step."""
    for spec in PLANS[kind]:
        if spec.name == step:
            return spec
    raise PlanError(f"a {kind} job has no step '{step}'")


def step_that_makes(kind: JobKind, artefact: ArtefactName) -> StepName:
    """Where a job of `kind` starts anew when what decides `artefact` has changed; `PlanError` when nothing makes it."""
    for spec in PLANS[kind]:
        if artefact in spec.makes:
            return spec.name
    raise PlanError(f"a {kind} job makes no {artefact}")


def next_step(kind: JobKind, step: StepName) -> StepSpec | None:
    """What follows `step`, or `None` after the last."""
    plan = PLANS[kind]
    position = plan.index(spec_of(kind, step)) + 1
    return plan[position] if position < len(plan) else None


def steps_from(kind: JobKind, step: StepName) -> tuple[StepSpec, ...]:
    """`step` and all that follow: what runs again after a new calibration (from `world`) or relabel (from `link`)."""
    plan = PLANS[kind]
    return plan[plan.index(spec_of(kind, step)) :]


def route_of(step: StepName) -> StepSpec:
    """The entry of `step` in the first plan that has it: a step has one queue and time limit in all plans."""
    for plan in PLANS.values():
        for spec in plan:
            if spec.name == step:
                return spec
    raise PlanError(f"no plan has a step '{step}'")


def progress_percent(kind: JobKind, step: StepName, fraction: float) -> float:
    """How far a job is [%] that has done `fraction` (0-1) of `step`, by the steps' weights."""
    plan = PLANS[kind]
    position = plan.index(spec_of(kind, step))
    done = sum(spec.weight for spec in plan[:position]) + plan[position].weight * fraction
    return 100.0 * done / sum(spec.weight for spec in plan)


def restart_step(kind: JobKind, current: StepName, wanted: StepName) -> StepName:
    """Where a job that stands at `current` starts when its results from `wanted` on are to be made anew: nothing
    before `current` is skipped."""
    names = [spec.name for spec in PLANS[kind]]
    return min(current, spec_of(kind, wanted).name, key=names.index)
