"""Frames and windows: which frames a step looks at, and how a film is cut into pieces of work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeVar

import numpy as np

from pipeline.artefacts import Artefacts, WindowEntry
from pipeline.params import EVERY_FRAME, EVERYONE, ScanParams
from pipeline.plan import ArtefactName
from vision.types import BoolArray
from vision.video.timebase import Timebase

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Span:
    """A time window: frames `start` to `stop` (exclusive), times `t0_s` to `t1_s` (of its last frame) [s]."""

    window: int
    start: int
    stop: int
    t0_s: float
    t1_s: float

    def entry(self) -> WindowEntry:
        """As it stands in a manifest."""
        return WindowEntry(window=self.window, start=self.start, stop=self.stop, t0=self.t0_s, t1=self.t1_s)


def spans(timebase: Timebase, window_s: float) -> Sequence[Span]:
    """Cut a film into windows of `window_s` seconds; stretches without frames make no window."""
    number = np.floor(timebase.t_s / window_s + 1e-9).astype(np.int64)
    starts = np.flatnonzero(np.diff(number, prepend=-1))
    stops = np.append(starts[1:], len(timebase))
    return [
        Span(window, int(start), int(stop), float(timebase.t_s[start]), float(timebase.t_s[stop - 1]))
        for window, (start, stop) in enumerate(zip(starts, stops, strict=True))
    ]


def chosen(timebase: Timebase, rate_hz: float) -> BoolArray:
    """Which frames `(N,)` a step looks at to see at least `rate_hz` pictures a second.

    At a constant rate every nth frame, so that intervals stay even; else the first frame of every 1/rate seconds.
    """
    count = len(timebase)
    if rate_hz == EVERY_FRAME or rate_hz >= timebase.fps:
        return np.ones(count, np.bool_)
    if not timebase.variable_rate:
        stride = max(1, int(timebase.fps / rate_hz + 1e-6))
        return np.asarray(np.arange(count) % stride == 0)
    number = np.floor(timebase.t_s * rate_hz + 1e-9)
    return np.asarray(np.diff(number, prepend=-1) > 0)


def analysed(timebase: Timebase, params: ScanParams) -> BoolArray:
    """Frames in which people and ball are looked for."""
    return chosen(timebase, params.detect_hz)


def posed(timebase: Timebase, params: ScanParams, people: int) -> BoolArray:
    """Frames in which the postures of so many people are read: some of those that are analysed."""
    rate = params.pose_hz
    if params.pose_people != EVERYONE and people > 0:
        rate *= max(1.0, params.pose_people / people)
    return thinned(timebase, analysed(timebase, params), rate)


def thinned(timebase: Timebase, mask: BoolArray, rate_hz: float) -> BoolArray:
    """Of the frames in `mask`, those that give at least `rate_hz` pictures a second."""
    kept = np.flatnonzero(mask)
    part = replace(
        timebase,
        t_s=timebase.t_s[kept] - timebase.t_s[kept[0]],
        pts=timebase.pts[kept],
        keyframe=timebase.keyframe[kept],
    )
    thin = np.zeros(len(timebase), np.bool_)
    thin[kept[chosen(part, rate_hz)]] = True
    return thin


def in_batches(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    """Lists of `size` items in order; the last may be shorter."""
    while batch := list(islice(items, size)):
        yield batch


def read_stored_timebase(store: Artefacts) -> tuple[Timebase, dict[str, Any]]:
    """The film's timebase and the facts of its probe."""
    arrays, facts = store.read_series(ArtefactName.TIMEBASE)
    base = Timebase(
        arrays["t"],
        arrays["pts"],
        arrays["keyframe"],
        int(facts["frames_declared"]),
        float(facts["declared_s"]),
        float(facts["start_s"]),
    )
    return base, facts
