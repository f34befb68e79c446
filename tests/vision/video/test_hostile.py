"""Films made to hurt: refused in words, in bounded time and memory, and no other file is opened for them."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.factories import hostile, videos
from vision.errors import VideoError
from vision.video.probe import probe
from vision.video.reader import VideoReader

ROOT = Path(__file__).parents[3]
MUTANTS = 60
JUDGE = """
import json, resource, sys
from pathlib import Path
from vision.errors import VideoError
from vision.video.probe import probe
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        probe(path)
        print(json.dumps([path.name, "taken"]))
    except (VideoError, MemoryError) as error:
        print(json.dumps([path.name, getattr(error, "message", "memory")]))
"""


@pytest.mark.parametrize("name", sorted(hostile.HOSTILE))
def test_it_is_refused_with_its_code_and_a_sentence(name: str, tmp_path: Path) -> None:
    build, code = hostile.HOSTILE[name]
    with pytest.raises(VideoError) as refusal:
        probe(build(tmp_path / name))
    assert refusal.value.code == code, refusal.value.message
    assert refusal.value.message.endswith(".")
    assert len(refusal.value.message) > 20


def test_a_header_that_lies_about_the_size_is_not_believed(tmp_path: Path) -> None:
    path = hostile.patched(b"avc1", 28, struct.pack(">HH", 60_000, 60_000))(tmp_path / "a.mp4")
    found = probe(path)
    assert (found.width, found.height) == (96, 64), "what the pictures themselves say"
    assert next(iter(VideoReader(path).frames())).image_bgr.shape == (64, 96, 3)


def test_pictures_of_another_size_in_the_middle_count_as_damaged(tmp_path: Path) -> None:
    reader = VideoReader(hostile.growing(tmp_path / "a.avi", back_again=True))
    sizes = {frame.image_bgr.shape for frame in reader.frames()}
    assert sizes == {(64, 96, 3)}
    assert reader.report.missing >= 25
    assert "damaged" in reader.warnings[-1]


def test_an_mp4_that_points_at_another_file_opens_none(tmp_path: Path) -> None:
    """QuickTime lets a track's pictures lie elsewhere ("data reference"); the demuxer is not told to follow."""
    secret = videos.numbered_video(tmp_path / "secret.mp4", 30, width=64, height=64)
    path = hostile.patched(b"url ", 4, b"\x00\x00\x00\x00")(tmp_path / "a.mp4")
    (tmp_path / "moov").write_bytes(secret.read_bytes())
    opened: list[str] = []
    sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
    assert probe(path).frames == 50
    assert not [name for name in opened if "secret" in name or name.startswith("http")]


def test_damage_anywhere_ends_in_words_or_a_film(tmp_path: Path) -> None:
    """Many damaged films in one process of bounded memory: a crash would end it before the last."""
    rng = np.random.default_rng(11)
    folder = tmp_path / "mutants"
    folder.mkdir()
    builders = [videos.h264_b_frames, videos.fragments, videos.mpeg4_avi, videos.vp9_mkv]
    originals = [np.frombuffer(build(tmp_path / build.__name__).read_bytes(), np.uint8) for build in builders]
    for number in range(MUTANTS):
        content = originals[number % len(originals)].copy()
        head = min(len(content), 4096 if number % 2 else len(content))
        places = rng.integers(0, head, int(rng.integers(1, 40)))
        content[places] = rng.integers(0, 256, len(places), np.uint8)
        if number % 5 == 0:
            content = content[: int(rng.integers(1, len(content)))]
        (folder / f"{number:03d}.mp4").write_bytes(content.tobytes())
    done = subprocess.run(
        [sys.executable, "-c", JUDGE, str(folder)], capture_output=True, text=True, timeout=120, cwd=ROOT, check=False
    )
    said = dict(json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(said) == MUTANTS
    assert "taken" in said.values(), "some damage is none to a decoder"
    assert all(text in ("taken", "memory") or text.endswith(".") for text in said.values()), said
