"""Valid input, damaged: bytes, text and JSON as senders never mean them."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

EDITS = st.sampled_from([1, 1, 1, 1, 2, 3, 6])
"""How often one example is damaged: mostly once, so that the rest of it is read."""
TELLING = (
    b"\x00", b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", b"\xff\xff\xff\x7f", b"\x00" * 8, b"PK\x03\x04",
    b"../", b"\n", b"<script>", b"%s%n", b"9" * 20, b"-1", b"1e999", b"NaN",
)  # fmt: skip
"""Pieces that lengths, counts, names and numbers trip over."""
HUGE = 10**4000
ODD_NUMBERS: tuple[Any, ...] = (
    0, -1, 1, -0.0, 1e-320, 1e308, -1e308, float("nan"), float("inf"), -float("inf"), 2**31, 2**53 + 1, 2**63, -(2**63),
    2**64, HUGE, -HUGE,
)  # fmt: skip
ODD_TEXTS = (
    "", " ", "\x00", "a\x00b", "\ud800", "\u202e", "é" * 300, "9" * 5000, "-1", "NaN", "1e999", "../../etc/passwd", "[",
    "%s%n", "'; --", "0x10", "١٢٣", "1_000", "\r\nX: y", "2026-02-30", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59Z",
)  # fmt: skip
NESTED = json.loads("[" * 12 + "]" * 12)
"""Deep, but not too deep for our own tools; texts are nested deeper."""

odd_values = st.one_of(
    st.none(), st.booleans(), st.sampled_from(ODD_NUMBERS), st.sampled_from(ODD_TEXTS), st.builds(list),
    st.builds(dict),
    st.builds(copy.deepcopy, st.just(NESTED)), st.text(max_size=20), st.integers(), st.floats(),
    st.lists(st.floats(), max_size=10), st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)  # fmt: skip
"""Each a new object: further edits change it in place."""


@st.composite
def damaged_bytes(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """A file with some edits: bytes changed, put in, taken out, repeated, or the end cut off."""
    data = bytearray(draw(st.sampled_from(list(seeds))))
    for _ in range(draw(EDITS)):
        at = draw(st.integers(0, len(data)))
        how = draw(st.sampled_from(["set", "tell", "put", "drop", "copy", "cut"]))
        if how == "set" and at < len(data):
            data[at] = draw(st.integers(0, 255))
        elif how == "tell":
            piece = draw(st.sampled_from(TELLING))
            data[at : at + len(piece)] = piece
        elif how == "put":
            data[at:at] = draw(st.binary(max_size=16))
        elif how == "drop":
            del data[at : at + draw(st.integers(1, 64))]
        elif how == "copy":
            data[at:at] = data[at : at + draw(st.integers(1, 64))]
        else:
            del data[at:]
    return bytes(data)


@st.composite
def damaged_text(draw: st.DrawFn, seeds: Sequence[str]) -> str:
    """A text with some edits."""
    text = draw(st.sampled_from(list(seeds)))
    for _ in range(draw(EDITS)):
        at, length = draw(st.integers(0, len(text))), draw(st.integers(0, 12))
        piece = draw(st.one_of(st.sampled_from(ODD_TEXTS), st.text(max_size=8)))
        text = text[:at] + piece + text[at + length :]
    return text


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value[:20]) if isinstance(value, list) else ()
    return [path, *(place for key, part in inner for place in _places(part, (*path, key)))]


@st.composite
def damaged_json(draw: st.DrawFn, seeds: Sequence[Any]) -> Any:
    """A document in which some values are others, are missing, or come twice."""
    document = copy.deepcopy(draw(st.sampled_from(list(seeds))))
    for _ in range(draw(EDITS)):
        path = draw(st.sampled_from(_places(document)))
        if not path:
            document = draw(st.one_of(st.just(document), odd_values))
            continue
        holder = document
        for key in path[:-1]:
            holder = holder[key]
        how = draw(st.sampled_from(["set", "set", "drop", "add"]))
        if how == "set":
            holder[path[-1]] = draw(odd_values)
        elif how == "drop":
            del holder[path[-1]]
        elif isinstance(holder, list):
            holder.append(draw(odd_values))
        else:
            holder[draw(st.text(max_size=6))] = draw(odd_values)
    return document
