"""Postures in the format of COCO's person keypoints."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from apps.scan.exports.source import ExportSource, Rows

PERSON = 1
SHOWN_SCORE = 0.3
"""From this score on a keypoint is drawn in the app; here it is `visible` (2), below it only `labelled` (1)."""
_PEOPLE = 1 << 32
"""Larger than any track number."""


def write_coco(source: ExportSource) -> Iterator[bytes]:
    """Annotations window by window, then the list of their pictures.

    An image's id is its frame's number (1 is the first of the film); annotations also carry `track_id`, the keypoints'
    scores, and whether they were `interpolated` between two pictures instead of read in this one: nothing to train a
    model with. Pixels are of the upright picture.
    """
    yield orjson.dumps(_head(source))[:-1] + b',"annotations":['
    numbers = count(1)
    pictures: list[tuple[NDArray[Any], NDArray[Any]]] = []
    video = source.film.video
    size = (video.width, video.height)
    for tracks, poses in source.windows("tracks", "poses"):
        if not poses or not len(poses["frame"]):
            continue
        written = [orjson.dumps(note) for note in _annotations(tracks, poses, numbers)]
        yield (b"," if pictures else b"") + b",".join(written)
        frames, first = np.unique(poses["frame"], return_index=True)
        pictures.append((frames, poses["t"][first]))
    yield b'],"images":['
    for place, (frames, times) in enumerate(pictures):
        images = [_image(frame, t_s, size) for frame, t_s in zip(frames.tolist(), times.tolist(), strict=True)]
        yield (b"," if place else b"") + b",".join(orjson.dumps(image) for image in images)
    yield b"]}"


def _head(source: ExportSource) -> dict[str, Any]:
    skeleton = source.film.reader.skeleton()
    category = {
        "id": PERSON,
        "name": "person",
        "supercategory": "person",
        "keypoints": skeleton["keypoints"] if skeleton else [],
        "skeleton": [[first + 1, second + 1] for first, second in skeleton["limbs"]] if skeleton else [],
    }
    info = {"description": source.session.title, "date_created": source.session.start.isoformat()}
    return {"info": info, "licenses": [], "categories": [category]}


def _image(frame: int, t_s: float, size: tuple[int, int]) -> dict[str, Any]:
    width, height = size
    name = f"frame_{frame + 1:06d}.jpg"
    return {"id": frame + 1, "file_name": name, "width": width, "height": height, "t_s": t_s}


def _annotations(tracks: Rows, poses: Rows, numbers: Iterator[int]) -> Iterator[dict[str, Any]]:
    _, of_poses, of_tracks = np.intersect1d(_sightings(poses), _sightings(tracks), return_indices=True)
    for row, box in zip(of_poses.tolist(), of_tracks.tolist(), strict=True):
        left, top, right, bottom = tracks["xyxy"][box].tolist()
        width, height = round(right - left, 1), round(bottom - top, 1)
        points, scores, labelled = _keypoints(poses["keypoints"][row])
        yield {
            "id": next(numbers),
            "image_id": int(poses["frame"][row]) + 1,
            "category_id": PERSON,
            "track_id": int(poses["track_id"][row]),
            "bbox": [left, top, width, height],
            "area": round(width * height, 1),
            "iscrowd": 0,
            "score": float(tracks["score"][box]),
            "num_keypoints": labelled,
            "keypoints": points,
            "keypoint_scores": scores,
            "interpolated": bool(poses["interpolated"][row]),
        }


def _sightings(rows: Rows) -> NDArray[np.int64]:
    """Frame and person of every row as one number, sorted by frame."""
    return rows["frame"].astype(np.int64) * _PEOPLE + rows["track_id"]


def _keypoints(joints: NDArray[Any]) -> tuple[list[float], list[float], int]:
    """`[x, y, visibility, …]`, scores, and how many are labelled; what was not seen is 0, 0, 0."""
    seen = np.isfinite(joints).all(axis=1) & (joints[:, 2] > 0)
    visibility = np.where(joints[:, 2] >= SHOWN_SCORE, 2, 1)
    flat = np.where(seen[:, None], np.column_stack([joints[:, :2], visibility]), 0.0)
    points = [value for x, y, v in flat.tolist() for value in (x, y, int(v))]
    return points, np.where(seen, joints[:, 2], 0.0).tolist(), int(seen.sum())
