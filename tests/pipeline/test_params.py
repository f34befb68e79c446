"""Presets, overrides and the hash that names a choice."""

from __future__ import annotations

import pytest

from pipeline.errors import PipelineError
from pipeline.params import EVERY_FRAME, EVERYONE, PRESETS, ScanParams, hash_of, override, params_of
from pipeline.plan import JobKind
from pipeline.ports import JobRecord, JobStatus
from vision.calibration.ground_point import GroundPointParams


def job(preset: str, **params) -> JobRecord:
    """A job with a preset and overrides."""
    return JobRecord("j", "s", JobKind.QUICK, preset, JobStatus.QUEUED, (), params=params)


def test_full_looks_at_every_frame_and_everyone() -> None:
    full = PRESETS["full"]
    assert (full.detect_hz, full.pose_hz, full.pose_people) == (EVERY_FRAME, EVERY_FRAME, EVERYONE)


def test_presets_get_slower_and_more_thorough_in_order() -> None:
    fast, standard = PRESETS["fast"], PRESETS["standard"]
    assert fast.detect_hz < standard.detect_hz
    assert fast.pose_hz * fast.pose_people < standard.pose_hz * standard.pose_people


def test_a_jobs_overrides_change_its_preset() -> None:
    params = params_of(job("fast", pose_people=4, detect_hz=12))
    assert (params.pose_people, params.detect_hz, params.pose_model) == (4, 12.0, "movenet-lightning")
    assert isinstance(params.detect_hz, float)


def test_a_job_stored_with_a_parameter_that_is_retired_still_runs_and_a_new_one_is_refused() -> None:
    assert params_of(job("fast", detect_stride=True, pose_people=4)) == params_of(job("fast", pose_people=4))
    with pytest.raises(PipelineError, match="no scan parameter 'detect_stride'"):
        override(ScanParams(), {"detect_stride": True})


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"detect_herz": 5.0}, "no scan parameter"), ({"batch": "four"}, "must be a int"), ({"batch": True}, "must be")],
)
def test_wrong_overrides_are_refused(changes: dict, said: str) -> None:
    with pytest.raises(PipelineError, match=said) as refusal:
        override(ScanParams(), changes)
    assert refusal.value.code == "BAD_PARAMS"


def test_an_unknown_preset_names_the_known_ones() -> None:
    with pytest.raises(PipelineError, match="fast, standard, full"):
        params_of(job("turbo"))


def test_equal_choices_have_equal_hashes_and_others_not() -> None:
    assert hash_of("detect", 1, ScanParams()) == hash_of("detect", 1, ScanParams())
    assert hash_of({"a": 1, "b": 2}) == hash_of({"b": 2, "a": 1})
    others = [hash_of("detect", 1, ScanParams(batch=8)), hash_of("detect", 2, ScanParams()), hash_of("detect", 1)]
    assert len({hash_of("detect", 1, ScanParams()), *others}) == 4
    assert hash_of(GroundPointParams()) != hash_of(GroundPointParams(min_score=0.5))
    with pytest.raises(TypeError):
        hash_of(object())
