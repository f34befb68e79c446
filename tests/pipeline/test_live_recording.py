"""Recordings of live sessions that an older version began."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from pipeline.live_recording import CameraRecording, read_pieces
from pipeline.testing import MemoryArtefactStore

OLDER: dict[str, Any] = {
    "frame.t": np.array([0.0, 0.1]),
    "tracks.frame": np.array([0, 1], np.int32),
    "tracks.xyxy": np.array([[0, 0, 10, 20], [1, 0, 11, 20]], np.float32),
}


def test_a_piece_without_the_detectors_boxes_is_read_as_having_none() -> None:
    store, file = MemoryArtefactStore(), io.BytesIO()
    np.savez_compressed(file, **OLDER)
    store.write("live/000000.npz", file.getvalue())
    (rows,) = read_pieces(store, "live")
    np.testing.assert_array_equal(rows["tracks.xyxy"], OLDER["tracks.xyxy"])
    assert rows["tracks.detected"].shape == (2, 4) and np.isnan(rows["tracks.detected"]).all()


def test_a_recording_goes_on_after_a_checkpoint_without_them() -> None:
    recording = CameraRecording(MemoryArtefactStore(), "live")
    recording.resume({"frames": 2, "piece": 0, "size": [64, 48]}, OLDER)
    assert np.isnan(recording.rows()["tracks.detected"]).all()
    assert len(recording.rows()["tracks.detected"]) == len(recording.rows()["tracks.frame"]) == 2
