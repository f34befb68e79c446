"""Everything the steps leave behind (which arrays: `pipeline.series`); written whole or not at all.

Long series lie in time windows (`detections/000000.npz`, …) with `detections/index.json` written last; the rest are
single files (`ball.npz`, `kpis.json`) with `<name>.manifest.json` written last. Arrays and JSON depend on inputs and
parameters only, so that a second run is equal bit for bit; time, worker and device stand in the manifest alone.
"""

from __future__ import annotations

import io
import json
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypedDict, cast

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import ArtefactError
from pipeline.plan import ArtefactName
from pipeline.ports import ArtefactStore, JobRecord, VideoRecord
from pipeline.series import PICTURES, SERIES, WINDOWED, Column, with_added_columns
from vision.types import ModelInfo

SCHEMA_VERSION = 1
Array = NDArray[Any]
Arrays = Mapping[str, Array]
_META = "meta"
UNREADABLE = (
    ValueError, TypeError, OSError, LookupError, EOFError, RuntimeError, MemoryError, struct.error, tokenize.TokenError,
    zlib.error, zipfile.BadZipFile,
)  # fmt: skip
"""What a damaged `.npz` makes its readers raise; among the run-time errors are unknown ways of packing, and the type is
wrong where one array is left of it."""
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""The zip format wants a date; a fixed one keeps files equal bit for bit."""


class Meta(TypedDict):
    """What stands inside every artefact file besides its content."""

    artefact: str
    schema: int
    params_hash: str
    models: list[dict[str, str]]
    facts: dict[str, Any]
    warnings: list[str]


class WindowEntry(TypedDict):
    """A time window of a series: frames `start` to `stop` (exclusive), times `t0` to `t1` [s]."""

    window: int
    start: int
    stop: int
    t0: float
    t1: float


class Manifest(TypedDict):
    """Written last; an artefact without it does not count.

    `made`: who made it, when, on what; the only place for such things.
    """

    artefact: str
    schema: int
    params_hash: str
    models: list[dict[str, str]]
    windows: list[WindowEntry]
    facts: dict[str, Any]
    warnings: list[str]
    made: dict[str, str]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an artefact is signed with.

    Attributes:
        models: that made it.
        facts: small things a reader needs (skeleton name, declared frames, …).
        warnings: what a coach should know about it.
        made: time, worker, device; only for the manifest.
    """

    params_hash: str
    models: Sequence[ModelInfo] = ()
    facts: Mapping[str, Any] | None = None
    warnings: Sequence[str] = ()
    made: Mapping[str, str] | None = None

    def meta(self, name: ArtefactName) -> Meta:
        """What stands in the file itself."""
        models = [asdict(model) for model in self.models]
        return Meta(
            artefact=name.value,
            schema=SCHEMA_VERSION,
            params_hash=self.params_hash,
            models=models,
            facts=dict(self.facts or {}),
            warnings=list(self.warnings),
        )

    def manifest(self, name: ArtefactName, windows: Sequence[WindowEntry] = ()) -> Manifest:
        """What stands in the manifest."""
        return Manifest(**self.meta(name), windows=list(windows), made=dict(self.made or {}))


def artefacts_of(store: ArtefactStore, job: JobRecord, video: VideoRecord) -> Artefacts:
    """The artefacts of one video of a job."""
    return Artefacts(store, f"sessions/{job.session_id}/{video.video_id}")


@dataclass(frozen=True, slots=True)
class Artefacts:
    """Reads and writes the artefacts of one video, below `prefix` in the store."""

    store: ArtefactStore
    prefix: str

    def key(self, name: ArtefactName, window: int | None = None) -> str:
        """Where a file lies in the store."""
        if window is not None:
            return f"{self.prefix}/{name}/{window:06d}.npz"
        suffix = "jpg" if name in PICTURES else "npz" if name in SERIES else "json"
        return f"{self.prefix}/{name}.{suffix}"

    def manifest_key(self, name: ArtefactName) -> str:
        """Where an artefact's manifest lies."""
        return f"{self.prefix}/{name}/index.json" if name in WINDOWED else f"{self.prefix}/{name}.manifest.json"

    def manifest(self, name: ArtefactName) -> Manifest:
        """The manifest; `ArtefactError` when the artefact was never finished or is of another version."""
        found = self._json(name, self.manifest_key(name))
        windows, keys = found.get("windows"), WindowEntry.__required_keys__
        if not isinstance(windows, list) or not all(isinstance(one, dict) and keys <= one.keys() for one in windows):
            raise _damaged(name)
        return cast(Manifest, found)

    def stands(self, name: ArtefactName, params_hash: str) -> bool:
        """Whether the finished artefact was made with this hash."""
        try:
            return self.manifest(name)["params_hash"] == params_hash
        except ArtefactError:
            return False

    def window_meta(self, name: ArtefactName, window: int) -> Meta:
        """What stands in a window's file besides its arrays."""
        return self._load(name, self.key(name, window))[1]

    def window_stands(self, name: ArtefactName, window: int, params_hash: str) -> bool:
        """Whether this window's file was made with this hash."""
        try:
            return self.window_meta(name, window)["params_hash"] == params_hash
        except ArtefactError:
            return False

    def write_window(self, name: ArtefactName, window: int, arrays: Arrays, stamp: Stamp) -> None:
        """Put one window of a series."""
        self.store.write(self.key(name, window), pack(arrays, stamp.meta(name)))

    def write_series(self, name: ArtefactName, arrays: Arrays, stamp: Stamp) -> None:
        """Put a series that lies in one file, and its manifest."""
        self.store.write(self.key(name), pack(arrays, stamp.meta(name)))
        self.write_manifest(name, stamp)

    def write_json(self, name: ArtefactName, content: Mapping[str, Any], stamp: Stamp) -> None:
        """Put a JSON artefact, and its manifest."""
        self.store.write(self.key(name), _dump({**stamp.meta(name), "content": content}))
        self.write_manifest(name, stamp)

    def write_picture(self, name: ArtefactName, jpeg: bytes, stamp: Stamp) -> None:
        """Put a picture, and its manifest."""
        self.store.write(self.key(name), jpeg)
        self.write_manifest(name, stamp)

    def write_manifest(self, name: ArtefactName, stamp: Stamp, windows: Sequence[WindowEntry] = ()) -> None:
        """Finish an artefact."""
        self.store.write(self.manifest_key(name), _dump(stamp.manifest(name, windows)))

    def read_window(self, name: ArtefactName, window: int) -> dict[str, Array]:
        """The arrays of one window."""
        return self._load(name, self.key(name, window))[0]

    def read_series(self, name: ArtefactName) -> tuple[dict[str, Array], dict[str, Any]]:
        """Arrays and facts of a series that lies in one file."""
        arrays, meta = self._load(name, self.key(name))
        return arrays, meta["facts"]

    def read_json(self, name: ArtefactName) -> dict[str, Any]:
        """The content of a JSON artefact."""
        return cast(dict[str, Any], self._json(name, self.key(name))["content"])

    def iter_windows(self, name: ArtefactName) -> Iterator[tuple[WindowEntry, dict[str, Array]]]:
        """The windows of a finished series in order, one in memory at a time."""
        for entry in self.manifest(name)["windows"]:
            yield entry, self.read_window(name, entry["window"])

    def read_range(self, name: ArtefactName, t0: float = 0.0, t1: float = np.inf) -> dict[str, Array]:
        """Rows of a series with `t0 <= t < t1` [s]; only the windows that overlap are read."""
        if name not in WINDOWED:
            return _between(self.read_series(name)[0], t0, t1)
        entries = [entry for entry in self.manifest(name)["windows"] if entry["t0"] < t1 and entry["t1"] >= t0]
        parts = [_between(self.read_window(name, entry["window"]), t0, t1) for entry in entries]
        return concatenate(parts) if parts else empty(name)

    def discard(self, name: ArtefactName) -> None:
        """Remove an artefact, manifest first, so that nothing vouches for half of it."""
        self.store.delete(self.manifest_key(name))
        self.store.delete(f"{self.prefix}/{name}" if name in WINDOWED else self.key(name))

    def discard_window(self, name: ArtefactName, window: int) -> None:
        """Remove a window's file and the manifest that would vouch for it."""
        self.store.delete(self.manifest_key(name))
        self.store.delete(self.key(name, window))

    def _load(self, name: ArtefactName, key: str) -> tuple[dict[str, Array], Meta]:
        arrays = unpack(self.store.read(key), name)
        return arrays, cast(Meta, _read_json(name, arrays.pop(_META).tobytes()))

    def _json(self, name: ArtefactName, key: str) -> dict[str, Any]:
        return _read_json(name, self.store.read(key))


def pack(arrays: Arrays, meta: Meta) -> bytes:
    """A `.npz` file whose bytes depend on the content only.

    Raises:
        ArtefactError: a column is missing, of another type or shape, or of another length than the rest.
    """
    name = ArtefactName(meta["artefact"])
    columns = SERIES[name]
    _check_columns(name, columns, arrays)
    text = json.dumps(meta, sort_keys=True).encode()
    content: dict[str, Array] = {column: arrays[column] for column in columns}
    content[_META] = np.frombuffer(text, np.uint8)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for column, array in content.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{column}.npy", _ZIP_TIME), member.getvalue())
    return file.getvalue()


def unpack(data: bytes, name: ArtefactName) -> dict[str, Array]:
    """The arrays of a `.npz` file, `meta` among them as bytes; columns that came later as they were meant before, and
    none that the series no longer has.
    """
    known = {_META, *SERIES[name]}
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = {column: archive[column] for column in archive.files if column in known}
    except UNREADABLE as error:
        raise _damaged(name) from error
    if _META not in arrays or "frame" not in arrays:
        raise _damaged(name)
    return with_added_columns(name, arrays)


def empty(name: ArtefactName, lengths: Mapping[str, tuple[int, ...]] | None = None) -> dict[str, Array]:
    """No rows of a series; `lengths` fills in shapes that the schema leaves open (0 otherwise)."""
    made: dict[str, Array] = {}
    for column, kind in SERIES[name].items():
        tail = (lengths or {}).get(column, tuple(0 if side is None else side for side in kind.shape))
        made[column] = np.zeros((0, *tail), kind.dtype)
    return made


def concatenate(parts: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    """Join rows of several windows; windows without rows do not count (their open shapes may be 0)."""
    filled = [part for part in parts if len(next(iter(part.values())))] or list(parts[:1])
    return {column: np.concatenate([part[column] for part in filled]) for column in filled[0]}


def _between(arrays: dict[str, Array], t0: float, t1: float) -> dict[str, Array]:
    inside = (arrays["t"] >= t0) & (arrays["t"] < t1)
    return arrays if inside.all() else {column: array[inside] for column, array in arrays.items()}


def _check_columns(name: ArtefactName, columns: Mapping[str, Column], arrays: Arrays) -> None:
    if set(arrays) != set(columns):
        raise ArtefactError(f"{name} needs the arrays {', '.join(columns)}; got {', '.join(arrays)}")
    length = len(next(iter(arrays.values())))
    for column, kind in columns.items():
        array = arrays[column]
        tail = array.shape[1:]
        fits = len(tail) == len(kind.shape) and all(
            want in (None, got) for want, got in zip(kind.shape, tail, strict=True)
        )
        if array.dtype != np.dtype(kind.dtype) or not fits or len(array) != length:
            raise ArtefactError(
                f"{name}.{column}: expected {kind.dtype} ({length}, {', '.join(map(str, kind.shape))}), "
                f"got {array.dtype} {array.shape}"
            )


def _read_json(name: ArtefactName, text: bytes) -> dict[str, Any]:
    """An object with all that is said of an artefact."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damaged(name) from error
    if not isinstance(found, dict):
        raise _damaged(name)
    _check_version(name, found)
    if not Meta.__required_keys__ <= found.keys():
        raise _damaged(name)
    return found


def _check_version(name: ArtefactName, found: Mapping[str, Any]) -> None:
    if found.get("schema") != SCHEMA_VERSION:
        raise ArtefactError(
            f"The scan's {name} were stored by another version of Axolotl. Press retry to make them again.",
            code="ARTEFACT_VERSION",
        )


def _damaged(name: ArtefactName) -> ArtefactError:
    return ArtefactError(f"The scan's {name} are damaged. Press retry to make them again.", code="ARTEFACT_DAMAGED")


def _dump(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, allow_nan=False).encode()
