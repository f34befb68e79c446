"""The picture on the screen at a time, as a process of its own."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.factories import videos
from vision.errors import VideoError
from vision.video.frame import still
from vision.video.timebase import read_timebase


def number_in(jpeg: bytes) -> int:
    return videos.read_number(np.asarray(Image.open(io.BytesIO(jpeg)))[:, :, ::-1])


@pytest.mark.parametrize(
    ("t_s", "number"), [(-1.0, 0), (0.0, 0), (0.039, 0), (0.04, 1), (0.4999, 12), (1.0, 25), (1e6, 49)]
)
def test_a_frame_is_shown_until_the_next_one(tmp_path: Path, t_s: float, number: int) -> None:
    film = videos.h264_b_frames(tmp_path / "a.mp4")
    assert number_in(still(film, t_s)) == number


def test_the_rate_may_vary(tmp_path: Path) -> None:
    film = videos.variable_rate(tmp_path / "a.mp4")
    times = read_timebase(film).t_s
    for index in (7, 30, 59):
        assert number_in(still(film, float(times[index]) + 1e-6)) == index


def test_the_picture_stands_upright(tmp_path: Path) -> None:
    film = videos.numbered_video(tmp_path / "a.mp4", 30, rotation=90)
    assert Image.open(io.BytesIO(still(film, 0.0))).size == (64, 96)


def test_it_can_be_made_smaller_but_not_larger(tmp_path: Path) -> None:
    film = videos.h264_b_frames(tmp_path / "a.mp4")
    assert Image.open(io.BytesIO(still(film, 0.0, max_side_px=48))).size == (48, 32)
    assert Image.open(io.BytesIO(still(film, 0.0, max_side_px=4000))).size == (96, 64)


def test_a_film_without_a_picture(tmp_path: Path) -> None:
    with pytest.raises(VideoError):
        still(videos.undecodable(tmp_path / "a.mp4"), 0.0)


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "vision.video.frame", *arguments], capture_output=True, check=False)


def test_as_a_process(tmp_path: Path) -> None:
    film = videos.h264_b_frames(tmp_path / "a.mp4")
    done = run(str(film), "--t", "0.5", "--max-side", "96")
    assert (done.returncode, done.stderr) == (0, b"")
    assert number_in(done.stdout) == 12


@pytest.mark.parametrize("build", [videos.garbage, videos.audio_only, videos.undecodable, None])
def test_a_refusal_is_a_sentence_in_json(tmp_path: Path, build: object) -> None:
    path = tmp_path / "a.mp4"
    if callable(build):
        build(path)
    done = run(str(path))
    said = json.loads(done.stdout)
    assert (done.returncode, said["ok"]) == (1, False)
    assert said["message"].endswith(".")
    assert b"Traceback" not in done.stderr
