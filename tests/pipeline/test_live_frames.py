"""Frames from strangers: sizes read before anything is unpacked, and which frame is looked at next."""

from __future__ import annotations

import struct

import cv2
import numpy as np
import pytest

from pipeline.live_frames import BadFrame, open_frame, read_size
from pipeline.live_intake import Intake
from pipeline.live_ports import LiveFrame

IMAGE = np.full((90, 160, 3), 120, np.uint8)
KINDS = {".jpg": [], ".png": [], ".webp": [cv2.IMWRITE_WEBP_QUALITY, 80]}


def encode(kind: str) -> bytes:
    return bytes(cv2.imencode(kind, IMAGE, KINDS[kind])[1])


@pytest.mark.parametrize("kind", list(KINDS))
def test_size_and_pixels_of_each_kind(kind: str) -> None:
    data = encode(kind)
    assert read_size(data) == (160, 90)
    assert np.abs(open_frame(data).astype(int) - IMAGE).max() < 8


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_file_cut_anywhere_is_refused_or_read_never_worse(kind: str) -> None:
    data = encode(kind)
    for end in range(0, len(data), 3):
        try:
            open_frame(data[:end])
        except BadFrame as error:
            assert str(error).endswith(".")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 60_000, 60_000) + b"\x08\x02\x00\x00\x00" * 4,
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 5000, 10) + b"\x08\x02\x00\x00\x00" * 4,
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 4096, 4096) + b"\x08\x02\x00\x00\x00" * 4,
        b"\xff\xd8\xff\xc0\x00\x11\x08" + struct.pack(">HH", 65_000, 65_000) + b"\x03" * 20,
        b"RIFF\x00\x00\x00\x00WEBPVP8X" + b"\x00" * 8 + b"\xff\xff\x3f\xff\xff\x3f",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 1, 1) + b"\x08\x02\x00\x00\x00" * 4,
    ],
)
def test_impossible_sizes_are_refused_unopened(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cv2.imdecode", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(BadFrame, match=r"too (large|small)"):
        open_frame(data)


def frame(seq: int, t_s: float, camera: str = "a", received_s: float | None = None) -> LiveFrame:
    received = round(1e6 * (1000.0 + (t_s if received_s is None else received_s)))
    return LiveFrame(camera, seq, round(1e6 * (1000.0 + t_s)), received, b"")


def test_a_wrong_clock_counts_as_the_arrival() -> None:
    intake = Intake()
    intake.add([frame(1, 9e6, received_s=1.0)])
    assert intake.moment_us(intake.next_frames()[0]) == 1_001_000_000


def test_order_is_by_time_over_cameras() -> None:
    intake = Intake()
    intake.add([frame(1, 0.2, "b"), frame(1, 0.1, "a")])
    assert [each.camera for each in intake.next_frames()] == ["a", "b"]


def test_a_gap_is_followed_by_frames_in_between_and_then_the_newest_counts() -> None:
    intake = Intake()
    intake.add([frame(1, 0.0)])
    assert [each.seq for each in intake.next_frames()] == [1]
    intake.add([frame(2 + index, 0.1 + index / 10) for index in range(50)])
    looked = []
    while intake.has_waiting:
        looked += [each.seq for each in intake.next_frames()]
    gaps = np.diff([1, *looked])
    assert looked[-1] == 51 and gaps.max() <= 5
    assert len(looked) <= intake.params.most_between + 1
    assert intake.tally("dropped") == {"a": 50 - len(looked)}


def test_an_endless_backlog_is_not_followed_for_ever() -> None:
    intake = Intake()
    intake.add([frame(1, 0.0)])
    intake.next_frames()
    looked = 0
    for burst in range(200):
        intake.add([frame(2 + burst * 5 + index, 100.0 + burst * 2 + index * 0.4) for index in range(5)])
        looked += len(intake.next_frames())
    newest = 1 + 200 * 5
    assert looked == 200
    assert intake.cameras["a"].done_seq >= newest - 128


def test_one_of_three_frames_is_looked_at_when_asked() -> None:
    intake, looked = Intake(), []
    for seq in range(1, 31):
        intake.add([frame(seq, seq / 10)])
        looked += [each.seq for each in intake.next_frames(every=3)]
    assert looked == list(range(3, 31, 3))
    assert intake.tally("dropped") == {"a": 20}


def test_a_restored_intake_takes_no_frame_twice() -> None:
    intake = Intake()
    sent = [frame(seq, seq / 10) for seq in range(1, 21)]
    intake.add(sent[:10])
    intake.next_frames()
    other = Intake()
    other.restore(intake.state())
    other.add(sent)
    assert [each.seq for each in other.cameras["a"].waiting] == list(range(11, 21))
    assert other.tally("ignored") == {"a": 0}
