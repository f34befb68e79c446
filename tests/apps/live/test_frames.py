"""What a frame may be, judged from outside."""

from __future__ import annotations

import base64
import struct

import pytest

from apps.live.budget import BURST_S, HEADROOM, PATIENCE_FRAMES, FrameBudget
from apps.live.errors import ClockOff, FrameError, FrameTooLarge, InvalidFrame
from apps.live.frames import MAX_FRAME_BYTES, captured_at, checked, is_picture, read_base64, read_binary
from tests.factories.live import JPEG, PNG, WEBP, binary

NOW = 1_777_737_600_000_000


@pytest.mark.parametrize("data", [JPEG, PNG, WEBP])
def test_three_kinds_of_pictures(data: bytes) -> None:
    assert is_picture(data)
    assert read_binary(binary(NOW - 5, data), received_us=NOW).data == data


@pytest.mark.parametrize("data", [b"GIF89a", b"RIFF\x10\x00\x00\x00WAVE", b"\xff\xd8", b"<html>", b"\x00" * 100])
def test_nothing_else_is_one(data: bytes) -> None:
    assert not is_picture(data)
    with pytest.raises(InvalidFrame, match="JPEG, PNG or WebP"):
        checked(data, NOW, received_us=NOW)


@pytest.mark.parametrize("message", [b"", b"1234567", struct.pack(">Q", NOW)])
def test_a_message_without_a_picture(message: bytes) -> None:
    with pytest.raises(InvalidFrame, match="no picture"):
        read_binary(message, received_us=NOW)


def test_the_time_is_big_endian_microseconds() -> None:
    assert read_binary(struct.pack(">Q", NOW - 250_000) + JPEG, received_us=NOW).captured_us == NOW - 250_000


def test_a_frame_of_just_the_size_fits_and_a_byte_more_does_not() -> None:
    largest = JPEG + b"x" * (MAX_FRAME_BYTES - len(JPEG))
    assert len(read_binary(binary(NOW, largest), received_us=NOW).data) == MAX_FRAME_BYTES
    with pytest.raises(FrameTooLarge, match="at most 1024 kB"):
        read_binary(binary(NOW, largest + b"x"), received_us=NOW)
    with pytest.raises(FrameTooLarge):
        read_base64("A" * (2 * MAX_FRAME_BYTES), NOW, received_us=NOW)


def test_base64_with_and_without_the_browsers_prefix() -> None:
    text = base64.b64encode(JPEG).decode()
    for sent in (text, f"data:image/jpeg;base64,{text}"):
        assert read_base64(sent, NOW, received_us=NOW).data == JPEG


@pytest.mark.parametrize("sent", [None, 5, ["x"], "%%%", "ä", "abc"])
def test_what_is_no_base64(sent: object) -> None:
    with pytest.raises(FrameError):
        read_base64(sent, NOW, received_us=NOW)


@pytest.mark.parametrize("unknown", [None, "", 0, "0"])
def test_who_does_not_know_the_time_gets_that_of_arrival(unknown: object) -> None:
    assert captured_at(unknown, received_us=NOW) == NOW


@pytest.mark.parametrize(
    ("timestamp", "said"),
    [
        (NOW + 5_000_001, "5 s in the future"),
        (NOW + 7200 * 1_000_000, "2.0 hours in the future"),
        (2**64 - 1, "years in the future"),
        (NOW - 60_000_001, "60 s old"),
        (1, "years old"),
        (NOW / 1.0, "whole number"),
        (True, "whole number"),
        ("yesterday", "whole number"),
    ],
)
def test_a_clock_that_is_off_is_told_what_would_be_right(timestamp: object, said: str) -> None:
    with pytest.raises(ClockOff, match=said):
        captured_at(timestamp, received_us=NOW)


@pytest.mark.parametrize("off_us", [-60_000_000, -1, 0, 1, 5_000_000])
def test_a_clock_that_is_right_enough(off_us: int) -> None:
    assert captured_at(NOW + off_us, received_us=NOW) == NOW + off_us


def test_a_camera_at_its_rate_is_never_refused() -> None:
    budget = FrameBudget(10.0)
    assert all(budget.allows(number / 10) for number in range(3600))
    assert (budget.refused, budget.is_abused) == (0, False)


def test_what_piled_up_may_come_at_once_but_not_for_ever() -> None:
    budget = FrameBudget(10.0)
    burst = int(10 * HEADROOM * BURST_S)
    assert [budget.allows(0.0) for _ in range(burst + 5)] == [True] * burst + [False] * 5
    assert budget.refused == 5
    assert budget.allows(1.0), "the bucket fills again"


def test_twice_the_rate_is_thinned_and_a_hundred_times_is_sent_away() -> None:
    twice, flood = FrameBudget(10.0), FrameBudget(10.0)
    taken = sum(twice.allows(number / 20) for number in range(20 * 60))
    assert taken == pytest.approx(10 * HEADROOM * 60 + 10 * HEADROOM * BURST_S, abs=2)
    assert not twice.is_abused
    number = 0
    while not flood.is_abused:
        flood.allows(number / 1000)
        number += 1
    assert PATIENCE_FRAMES <= number < 2 * PATIENCE_FRAMES, "within half a second"
