"""What a body fit leaves in the artefact store: somebody who stands still for a while."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.artefacts import Artefacts, Stamp, WindowEntry
from pipeline.bodies import Bodies, BodyFacts, origin_of
from pipeline.links import Links
from pipeline.plan import ArtefactName

HZ = 10
ANGLES = ["left_knee_flexion", "right_knee_flexion"]


def body_facts(store: Artefacts, track_id: int, **fields: Any) -> BodyFacts:
    """Facts of a body that fits the postures as they are now."""
    values: dict[str, Any] = {
        "track_id": track_id,
        "reason": "",
        "source": "one_camera",
        "frame": "camera",
        "scale_source": "player height",
        "estimated": True,
        "model": "open",
        "gender": "neutral",
        "height_m": 1.75,
        "betas": [0.0, 0.0],
        "angles": ANGLES,
        "origin": origin_of(store, Links.read(store), track_id),
        "sized_by": None,
        "from_s": 0.0,
        "to_s": 39.9,
        "pictures": 399,
        "coverage": 0.9975,
        "error_m": None,
        "error_px": 3.5,
    }
    return BodyFacts(**{**values, **fields})  # type: ignore[typeddict-item]


def write_body(store: Artefacts, track_id: int, *, seconds: float = 40.0, **fields: Any) -> None:
    """A body over some seconds in windows of 20 s; in its second picture it was not seen."""
    facts = body_facts(store, track_id, **fields)
    place = Bodies(store).of(track_id)
    count = 0 if facts["reason"] else round(seconds * HZ)
    entries: list[WindowEntry] = []
    for window, start in enumerate(range(0, count, 200)):
        frame = np.arange(start, min(start + 200, count), dtype=np.int32)
        place.write_window(ArtefactName.BODY, window, _rows(frame, track_id), Stamp("body"))
        t0, t1 = float(frame[0]) / HZ, float(frame[-1]) / HZ
        entries.append(WindowEntry(window=window, start=int(frame[0]), stop=int(frame[-1]) + 1, t0=t0, t1=t1))
    place.write_manifest(
        ArtefactName.BODY, Stamp("body", facts=dict(facts), warnings=["small in the picture"]), entries
    )


def _rows(frame: np.ndarray, track_id: int) -> dict[str, np.ndarray]:
    count = len(frame)
    valid = frame != 1
    known = np.where(valid, 0.0, np.nan).astype(np.float32)
    return {
        "frame": frame,
        "t": frame / HZ,
        "track_id": np.full(count, track_id, np.int32),
        "pose": np.broadcast_to(known[:, None, None], (count, 24, 3)).copy(),
        "translation": np.broadcast_to(known[:, None], (count, 3)).copy(),
        "joints": np.broadcast_to(known[:, None, None], (count, 24, 3)).copy(),
        "angles": np.stack([known + 12.34, known + np.where(frame == 0, np.nan, 56.0)], axis=1).astype(np.float32),
        "error": known + 3.5,
        "sigma": known + 0.03,
        "valid": valid,
        "bridged": frame == 2,
        "contact": np.zeros((count, 2), bool),
    }
