"""A fitted body as a file that viewers play. Light: NumPy only, so that the web process may make it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import cast

import numpy as np

from pipeline.artefacts import Array
from pipeline.bodies import Bodies, BodyFacts, BodyFile
from pipeline.errors import PipelineError
from vision.body.gltf import write_glb
from vision.body.model import BodyModel, body_models
from vision.body.pose_data import BodyFit

_NO_BODY = "NO_BODY"
_KEYS_HZ = 25.0
"""A kick turns a knee by 1000 °/s: fewer keys would cut it short."""
_END_S = 1e-6
"""The end of a part belongs to it."""


def write_clip(bodies: Bodies, track_id: int, span: tuple[float, float], body_dir: Path | None) -> BodyFile:
    """See `pipeline.api.body_glb`."""
    manifest = bodies.manifest(track_id)
    if manifest is None:
        raise PipelineError("No body was fitted to this person yet.", code=_NO_BODY)
    known = cast(BodyFacts, manifest["facts"])
    rows = bodies.rows(track_id, span[0], span[1] + _END_S)
    if not rows["valid"].any():
        raise PipelineError("This person has no body in this part of the film.", code=_NO_BODY)
    fit = _fit(rows, known)
    made = write_glb(_model(known, body_dir), fit, rate_hz=_KEYS_HZ, frame=known["frame"])
    return BodyFile(made, float(fit.t_s[fit.valid][0]))


@lru_cache(maxsize=4)
def _models(body_dir: Path | None) -> dict[str, BodyModel]:
    return body_models(body_dir)


def _model(facts: BodyFacts, body_dir: Path | None) -> BodyModel:
    """The model that a body was fitted with.

    Raises:
        PipelineError: `NO_BODY`, another one is installed by now.
    """
    model = _models(body_dir)[facts["gender"]]
    if model.name != facts["model"]:
        raise PipelineError(
            f"This body was fitted with the model '{facts['model']}', which is not installed here any more. "
            "Fit it again.",
            code=_NO_BODY,
        )
    return model


def _fit(rows: dict[str, Array], facts: BodyFacts) -> BodyFit:
    """The rows of a body as the fit that made them; what a file does not show is left empty."""
    count = len(rows["t"])
    return BodyFit(
        t_s=rows["t"],
        betas=np.asarray(facts["betas"], np.float64),
        pose=rows["pose"].astype(np.float64),
        translation=rows["translation"].astype(np.float64),
        joints=rows["joints"].astype(np.float64),
        valid=rows["valid"],
        bridged=rows["bridged"],
        seen=np.zeros((count, rows["pose"].shape[1]), np.bool_),
        error_m=None,
        error_px=None,
        sigma_m=rows["sigma"].astype(np.float64),
        contact=rows["contact"],
        height_m=facts["height_m"] or np.nan,
        scale_source=facts["scale_source"],
        model_name=facts["model"],
    )
