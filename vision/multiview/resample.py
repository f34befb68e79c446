"""Keypoints at the instants of another camera's clock."""

from __future__ import annotations

import numpy as np

from vision.types import Float32Array, Float64Array, check_shape


def keypoints_at(
    t_s: Float64Array, keypoints: Float32Array, wanted_s: Float64Array, *, max_gap_s: float
) -> Float32Array:
    """One person's keypoints at other times, on the straight way between the two nearest pictures.

    Args:
        t_s: `(N,)` rising times of the pictures [s].
        keypoints: `(N, K, 3)` x, y [px], score.
        wanted_s: `(M,)` times [s].
        max_gap_s: pictures further apart tell nothing about what lies between them [s].

    Returns:
        `(M, K, 3)`: the lower of the two scores; NaN and score 0 before the first, after the last and in gaps.
    """
    check_shape("t_s", t_s, (None,))
    check_shape("keypoints", keypoints, (len(t_s), None, 3))
    found = np.full((len(wanted_s), *keypoints.shape[1:]), np.nan, np.float32)
    found[:, :, 2] = 0.0
    if not len(t_s):
        return found
    after = np.clip(np.searchsorted(t_s, wanted_s, side="left"), 0, len(t_s) - 1)
    exact = np.isclose(t_s[after], wanted_s, rtol=0.0, atol=1e-6)
    before = np.where(exact, after, after - 1)
    inside = (before >= 0) & (t_s[after] >= wanted_s - 1e-6) & (t_s[after] - t_s[np.maximum(before, 0)] <= max_gap_s)
    i, j = before[inside], after[inside]
    step = np.where(exact[inside], 1.0, t_s[j] - t_s[i])
    share = np.where(exact[inside], 0.0, (wanted_s[inside] - t_s[i]) / step)[:, None, None]
    found[inside, :, :2] = (1 - share) * keypoints[i, :, :2] + share * keypoints[j, :, :2]
    found[inside, :, 2] = np.minimum(keypoints[i, :, 2], keypoints[j, :, 2])
    return found
