"""A live session's memory in some 10 kB: numbers as arrays, the rest as JSON; no pickle, one version."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from pipeline.artefacts import UNREADABLE
from pipeline.errors import ArtefactError

VERSION = 1
_HEAD = "head"


def pack_checkpoint(head: Mapping[str, Any], arrays: Mapping[str, np.ndarray[Any, Any]]) -> bytes:
    """Bytes of a checkpoint. `head`: plain values."""
    text = json.dumps({**head, "version": VERSION}, separators=(",", ":"), allow_nan=False).encode()
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **{_HEAD: np.frombuffer(text, np.uint8)}, **arrays)
    return file.getvalue()


def unpack_checkpoint(data: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray[Any, Any]]]:
    """Head and arrays.

    Raises:
        ArtefactError: damaged (`CHECKPOINT_DAMAGED`), or of another version (`CHECKPOINT_VERSION`).
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        head = json.loads(arrays.pop(_HEAD).tobytes())
    except UNREADABLE as error:
        raise ArtefactError("The session's memory is damaged.", code="CHECKPOINT_DAMAGED") from error
    if not isinstance(head, dict) or head.get("version") != VERSION:
        raise ArtefactError("The session began with another version of Axolotl.", code="CHECKPOINT_VERSION")
    return head, arrays
