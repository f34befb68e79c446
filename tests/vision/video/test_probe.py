"""Probing: what is a video, what is in it, and what is refused with which words."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from tests.factories import videos
from vision.errors import VideoError
from vision.video.probe import VideoLimits, probe

ROOT = Path(__file__).parents[3]


def child(path: Path, *arguments: str) -> tuple[int, dict]:
    """Run the probe as the web process does."""
    command = [sys.executable, "-m", "vision.video.probe", str(path), "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, cwd=ROOT, check=False)
    assert done.stdout.count("\n") == 1, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("name", sorted(videos.GOOD))
def test_every_kind_of_good_file_is_accepted_without_warning(name: str, tmp_path: Path) -> None:
    found = probe(videos.GOOD[name](tmp_path / name))
    assert found.warnings == ()
    assert found.frames_declared in (0, found.frames)


@pytest.mark.parametrize("name", sorted(videos.BAD))
def test_every_kind_of_bad_file_is_refused_with_its_code_and_a_sentence(name: str, tmp_path: Path) -> None:
    build, code = videos.BAD[name]
    with pytest.raises(VideoError) as refusal:
        probe(build(tmp_path / name))
    assert refusal.value.code == code
    assert refusal.value.message.endswith(".") and len(refusal.value.message) > 20


def test_what_is_in_a_plain_phone_video(tmp_path: Path) -> None:
    path = videos.numbered_video(tmp_path / "a.mp4", 50, width=96, height=64, fps=Fraction(30_000, 1001), audio=True)
    found = probe(path)
    assert (found.width, found.height, found.rotation) == (96, 64, 0)
    assert found.fps == Fraction(30_000, 1001)
    assert (found.frames, found.frames_declared) == (50, 50)
    assert found.duration_s == pytest.approx(50 * 1001 / 30_000, abs=1e-4)
    assert (found.codec, found.container, found.has_audio) == ("h264", "mp4", True)
    assert not found.variable_rate


@pytest.mark.parametrize(("rotation", "size"), [(90, (64, 96)), (180, (96, 64)), (270, (64, 96))])
def test_a_turned_video_has_the_size_of_its_upright_picture(
    rotation: int, size: tuple[int, int], tmp_path: Path
) -> None:
    found = probe(videos.numbered_video(tmp_path / "a.mp4", 20, rotation=rotation))
    assert (found.width, found.height) == size
    assert found.rotation == rotation


def test_a_variable_rate_is_told_with_its_mean(tmp_path: Path) -> None:
    found = probe(videos.variable_rate(tmp_path / "a.mp4", 61))
    assert found.variable_rate
    assert float(found.fps) == pytest.approx(60 / (20 * 0.14), rel=1e-3)


def test_a_lying_file_tells_how_much_could_be_read(tmp_path: Path) -> None:
    found = probe(videos.lying(tmp_path / "a.mp4"))
    assert found.frames_declared == 250
    assert found.frames < 200
    assert found.warnings == (f"the file ends early: {found.frames / 25:.1f} of 10.0 s could be read",)


def test_a_half_copied_avi_tells_how_much_could_be_read(tmp_path: Path) -> None:
    found = probe(videos.cut_avi(tmp_path / "a.avi"))
    assert 50 < found.frames < 150
    assert found.warnings == (f"the file ends early: {found.frames / 25:.1f} of 8.0 s could be read",)


def test_a_recording_that_stopped_inside_a_fragment_is_told(tmp_path: Path) -> None:
    found = probe(videos.cut_fragments(tmp_path / "a.mp4"))
    assert found.frames < 60
    assert found.warnings == ("the file ends early: it was not recorded or copied to its end",)


def test_bytes_behind_the_last_part_are_no_missing_end(tmp_path: Path) -> None:
    path = videos.h264_b_frames(tmp_path / "a.mp4")
    path.write_bytes(path.read_bytes() + b"\x00\x00\x00\x03pad" + bytes(20))
    assert probe(path).warnings == ()


def test_an_impossible_length_is_not_repeated_to_the_coach(tmp_path: Path) -> None:
    found = probe(videos.impossible_length(tmp_path / "a.mkv"))
    assert found.frames == 50
    assert found.warnings == ("the file's header is damaged and announces an impossible length: 2.0 s were read",)


@pytest.mark.parametrize(
    ("container", "formats", "allowed"),
    [("mp4", ("mp4",), True), ("mov", ("mp4",), False), ("webm", ("mkv",), True), ("matroska", ("webm",), False)],
)
def test_only_allowed_containers_pass(container: str, formats: tuple[str, ...], allowed: bool, tmp_path: Path) -> None:
    codec = "libvpx-vp9" if container in ("webm", "matroska") else "libx264"
    path = videos.numbered_video(tmp_path / "a.mp4", 20, codec=codec, container=container)
    if allowed:
        assert probe(path, formats=formats).frames == 20
        return
    with pytest.raises(VideoError, match="Use ") as refusal:
        probe(path, formats=formats)
    assert refusal.value.code == "UNSUPPORTED_CONTAINER"


def test_limits_are_parameters(tmp_path: Path) -> None:
    path = videos.numbered_video(tmp_path / "a.mp4", 50)
    for limits in (VideoLimits(max_duration_s=1.0), VideoLimits(max_pixels=1000), VideoLimits(max_frames=49)):
        with pytest.raises(VideoError) as refusal:
            probe(path, limits=limits)
        assert refusal.value.code == "TOO_LARGE"


def test_the_child_process_prints_one_line_of_json(tmp_path: Path) -> None:
    code, answer = child(videos.h264_b_frames(tmp_path / "a.mp4"))
    assert (code, answer["ok"]) == (0, True)
    assert (answer["width"], answer["height"], answer["fps"], answer["fps_fraction"]) == (96, 64, 25.0, "25")


def test_the_child_process_tells_why_it_refuses(tmp_path: Path) -> None:
    assert child(videos.empty(tmp_path / "a.mp4")) == (
        1,
        {
            "ok": False,
            "code": "EMPTY_FILE",
            "message": "The file is empty. Choose the video again and wait until it is copied.",
        },
    )
    code, answer = child(videos.vp9_mkv(tmp_path / "b.mp4"), "--formats", "mp4,mov")
    assert (code, answer["code"]) == (1, "UNSUPPORTED_CONTAINER")
    code, answer = child(tmp_path / "absent.mp4")
    assert (code, answer["code"]) == (1, "UNREADABLE")


def test_a_4k_video_fits_into_the_childs_memory(tmp_path: Path) -> None:
    code, answer = child(videos.GOOD["4k.mp4"](tmp_path / "a.mp4"))
    assert (code, answer["width"], answer["height"]) == (0, 3840, 2160)


def paused(path: Path, pause_s: float, frames: int = 50, **kind: str) -> Path:
    """A film of 25 frames a second that was paused in the middle."""
    times = [n / 25 + (pause_s if n >= frames // 2 else 0.0) for n in range(frames)]
    return videos.numbered_video(path, frames, times_s=times, **kind)


def test_a_film_with_a_long_pause_is_taken_and_says_so(tmp_path: Path) -> None:
    """Its mean over the pause was 0.0 frames a second, and it was refused for that."""
    found = probe(paused(tmp_path / "a.mp4", 3600.0))
    assert float(found.fps) == pytest.approx(25, rel=1e-3)
    assert not found.variable_rate
    assert (found.frames, found.duration_s) == (50, pytest.approx(3602.0, abs=0.1))
    assert found.warnings == ("the recording was paused once for 1:00:00 at 1.0 s; nothing is measured there",)


def test_pauses_count_for_the_length_and_are_named(tmp_path: Path) -> None:
    with pytest.raises(VideoError) as refusal:
        probe(paused(tmp_path / "a.mkv", 7 * 3600.0, container="matroska"))
    assert refusal.value.code == "TOO_LARGE"
    assert refusal.value.message.startswith("The video is 7.0 hours long, with 7.0 hours of pauses; at most 6 can be")


def test_a_pause_makes_no_film_long_enough(tmp_path: Path) -> None:
    with pytest.raises(VideoError) as refusal:
        probe(paused(tmp_path / "a.mp4", 60.0, frames=10))
    assert (refusal.value.code, refusal.value.message) == (
        "TOO_SHORT",
        "The video is 0.40 s long; at least 0.5 s is needed.",
    )


def test_a_time_lapse_is_refused_by_its_interval(tmp_path: Path) -> None:
    with pytest.raises(VideoError) as refusal:
        probe(videos.numbered_video(tmp_path / "a.mp4", 12, times_s=[30.0 * n for n in range(12)]))
    assert refusal.value.code == "LOW_FRAME_RATE"
    assert refusal.value.message.startswith("The video shows a new picture only every 30 s; at least 10 a second")
