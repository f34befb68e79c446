"""Boxes of people in the format of the MOTChallenge: `frame, id, left, top, width, height, score, -1, -1, -1`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from apps.scan.exports.source import ExportSource, Rows


def write_mot(source: ExportSource) -> Iterator[bytes]:
    """Lines by frame (1 is the first of the film), then by linked number; pixels of the upright picture, from 0.

    Boxes between two sightings are among them, as trackers hand them in.
    """
    for (tracks,) in source.windows("tracks"):
        if tracks:
            yield "".join(_lines(tracks)).encode()


def _lines(tracks: Rows) -> Iterator[str]:
    order = np.lexsort((tracks["track_id"], tracks["frame"]))
    frames, numbers, scores = tracks["frame"][order] + 1, tracks["track_id"][order], tracks["score"][order]
    corners = tracks["xyxy"][order]
    boxes = np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1)
    for frame, number, box, score in zip(
        frames.tolist(), numbers.tolist(), boxes.tolist(), scores.tolist(), strict=True
    ):
        left, top, width, height = box
        yield f"{frame},{number},{left:.1f},{top:.1f},{width:.1f},{height:.1f},{score:.3f},-1,-1,-1\n"
