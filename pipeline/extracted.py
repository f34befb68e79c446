"""What was found in a film elsewhere, in one small file: an edge box sends this instead of the film.

The file is a compressed `.npz`: arrays named `<series>.<column>` and `document` (JSON as bytes). Times are left out but
for the timebase's, because every row has a frame; shirt samples stand only where there are any. What comes in was made
by nobody we trust: everything is checked before it becomes an artefact. Light: NumPy only.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, cast

import numpy as np

from pipeline.artefacts import Array, Artefacts, Stamp, WindowEntry, empty
from pipeline.extracted_checks import (
    KIT_WIDTH,
    check_film,
    check_models,
    check_rows,
    check_skeleton,
    check_timebase,
    check_warnings,
    check_windows,
    refused,
)
from pipeline.params import PRESETS, hash_of
from pipeline.plan import ArtefactName, JobKind
from pipeline.series import SERIES, WINDOWED, with_added_columns
from vision.types import ModelInfo

FORMAT = 1
MAX_PACKED_BYTES = 32 * 1024**2
"""Half an hour of a whole team; a longer film travels as a film."""
MAX_UNPACKED_BYTES = 256 * 1024**2
MAX_DOCUMENT_BYTES = 4 * 1024**2

DOCUMENT = "document"
SEEN = (ArtefactName.DETECTIONS, ArtefactName.CAMERA)
FOLLOWED = (*SEEN, ArtefactName.TRACKS, ArtefactName.POSES)
"""What must be there: people found; or people found, followed and their postures read."""
MOVED = (ArtefactName.CAMERA_PATH, ArtefactName.CAMERA_VIEWS)
"""What goes along where the camera moved: some 20 kB a second, of no use where it stood still."""
_BY_DETECT = (*SEEN, *MOVED)
_UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError)


class FilmFacts(TypedDict):
    """What the probe found in the film (the facts of the timebase); the server never sees the film itself."""

    width: int
    height: int
    rotation: int
    fps: float
    fps_fraction: str
    frames: int
    frames_declared: int
    duration_s: float
    declared_s: float
    start_s: float
    codec: str
    container: str
    pixel_format: str
    has_audio: bool
    variable_rate: bool
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Series:
    """One series with what its manifest says."""

    arrays: dict[str, Array]
    windows: list[WindowEntry]
    models: list[ModelInfo]
    facts: dict[str, Any]
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Extracted:
    """A film's arrays, checked.

    Attributes:
        preset: under which they were made; the steps that follow use the same.
        digest: of the content, for the artefacts' parameter hashes.
    """

    preset: str
    film: FilmFacts
    series: Mapping[ArtefactName, Series]
    digest: str

    @property
    def kind(self) -> JobKind:
        """The kind of job that continues from here."""
        return JobKind.FROM_POSES if ArtefactName.POSES in self.series else JobKind.FROM_DETECTIONS


def pack_extracted(store: Artefacts, preset: str) -> bytes:
    """The file for the artefacts of a film that was scanned here, up to its postures.

    Raises:
        ArtefactError: a step before the postures is not done.
    """
    timebase, facts = store.read_series(ArtefactName.TIMEBASE)
    arrays = {f"timebase.{column}": array for column, array in timebase.items() if column != "frame"}
    said: dict[str, Any] = {}
    for name in (*FOLLOWED, *(MOVED if _camera_moved(store) else ())):
        manifest = store.manifest(name)
        parts = [rows for _, rows in store.iter_windows(name)]
        for column in SERIES[name]:
            if column != "t":
                arrays |= _packed(name, column, parts)
        said[name.value] = {key: manifest[key] for key in ("windows", "models", "facts", "warnings")}
    document = {"format": FORMAT, "preset": preset, "film": facts, "series": said}
    arrays[DOCUMENT] = np.frombuffer(json.dumps(document, sort_keys=True, allow_nan=False).encode(), np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, **cast(Any, arrays))
    return file.getvalue()


def read_extracted(data: bytes) -> Extracted:
    """Read and check a packed file.

    Raises:
        PipelineError: `BAD_EXTRACT`, says which array or fact is wrong and what would be right.
    """
    if len(data) > MAX_PACKED_BYTES:
        raise refused(f"The file has more than {MAX_PACKED_BYTES // 1024**2} MB; send the film itself instead.")
    arrays = _unzipped(data)
    document = arrays.pop(DOCUMENT, None)
    if document is None or document.dtype != np.uint8 or document.nbytes > MAX_DOCUMENT_BYTES:
        raise refused("The file has no array 'document' with JSON as bytes.")
    return _checked(_json(document.tobytes()), arrays)


def read_extracted_lists(sent: Mapping[str, Any]) -> Extracted:
    """Read and check the JSON form: the document, with the arrays as nested lists in `arrays`; `null` is NaN.

    Raises:
        PipelineError: `BAD_EXTRACT`.
    """
    lists = sent.get("arrays")
    if not isinstance(lists, Mapping):
        raise refused("'arrays' must be an object: '<series>.<column>' and a list of numbers each.")
    return _checked(sent, {str(name): _listed(str(name), value) for name, value in lists.items()})


def store_extracted(store: Artefacts, extracted: Extracted) -> None:
    """Put the arrays where the steps that follow look for them; writing twice changes nothing."""
    timebase = extracted.series[ArtefactName.TIMEBASE]
    stamp = Stamp(hash_of(extracted.digest, "timebase"), facts=timebase.facts, warnings=timebase.warnings)
    store.write_series(ArtefactName.TIMEBASE, timebase.arrays, stamp)
    for name, series in extracted.series.items():
        if name in WINDOWED:
            maker = "detect" if name in _BY_DETECT else name.value
            _store_windows(store, name, series, hash_of(extracted.digest, maker))
    if ArtefactName.POSES not in extracted.series:
        seen = extracted.series[ArtefactName.DETECTIONS]
        nobody = Series(empty(ArtefactName.POSES, {"keypoints": (0, 3)}), seen.windows, [], {"skeleton": "coco17"}, [])
        _store_windows(store, ArtefactName.POSES, nobody, hash_of(extracted.digest, ArtefactName.POSES.value))


def _store_windows(store: Artefacts, name: ArtefactName, series: Series, params_hash: str) -> None:
    stamp = Stamp(params_hash, models=series.models, facts=series.facts, warnings=series.warnings)
    frame = series.arrays["frame"]
    for entry in series.windows:
        rows = slice(int(np.searchsorted(frame, entry["start"])), int(np.searchsorted(frame, entry["stop"])))
        store.write_window(name, entry["window"], {column: a[rows] for column, a in series.arrays.items()}, stamp)
    store.write_manifest(name, stamp, series.windows)


def _camera_moved(store: Artefacts) -> bool:
    from pipeline.steps.camera import camera_moves  # beside OpenCV: only where a film was scanned

    return camera_moves(store)


def _packed(name: ArtefactName, column: str, parts: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    filled = [part for part in parts if len(part[column])]
    whole = np.concatenate([part[column] for part in filled]) if filled else (parts or [empty(name)])[0][column]
    if filled:
        whole = whole[np.argsort(np.concatenate([part["frame"] for part in filled]), kind="stable")]
    if column != "kit":
        # A server that is older than the column understands a file that leaves it out.
        old = SERIES[name][column].before
        older = old is not None and np.array_equal(whole, np.full_like(whole, old), equal_nan=whole.dtype.kind == "f")
        return {} if older else {f"{name}.{column}": whole}
    worn = np.flatnonzero(np.isfinite(whole).all(axis=1)).astype(np.int32)
    return {f"{name}.kit_row": worn, f"{name}.kit": whole[worn]}


def _unzipped(data: bytes) -> dict[str, Array]:
    """The arrays of a zip; sizes are judged by headers before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > len(SERIES) * 10 or sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
                raise refused(f"Unpacked, the file has more than {MAX_UNPACKED_BYTES // 1024**2} MB; send the film.")
            return {member.filename.removesuffix(".npy"): _array(archive.read(member)) for member in members}
    except (*_UNREADABLE, ValueError, OSError, RuntimeError) as error:
        raise refused("This is no readable .npz file of arrays.") from error


def _array(content: bytes) -> Array:
    """A `.npy` member, whose header is believed only where the bytes for it are there."""
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    if version not in readers:
        raise ValueError("unknown version")
    shape, fortran, dtype = readers[version](stream)
    count = 1
    for side in shape:
        count *= side
    if dtype.hasobject or fortran or count * dtype.itemsize != len(content) - stream.tell():
        raise ValueError("the header does not fit the bytes")
    return np.frombuffer(content, dtype, offset=stream.tell()).reshape(shape)


def _json(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise refused("'document' is no JSON.") from error
    if not isinstance(found, dict):
        raise refused("'document' must be an object.")
    return found


def _listed(name: str, value: object) -> Array:
    series, _, column = name.partition(".")
    dtype = "int32" if column == "kit_row" else _dtype_of(series, column)
    if dtype is None:
        raise refused(f"There is no array '{name}'.")
    try:
        if value == []:
            return _no_rows(series, column, dtype)
        if dtype.startswith("float"):
            return np.asarray(value, dtype=np.dtype(dtype))
        return _fitting(np.asarray(value), dtype)
    except (ValueError, TypeError, OverflowError) as error:
        raise refused(f"'{name}' must be a list of {dtype} numbers, all rows of one length.") from error


def _no_rows(series: str, column: str, dtype: str) -> Array:
    if column == "kit_row":
        return np.zeros(0, dtype)
    tail = {"kit": (KIT_WIDTH,)}.get(column, SERIES[ArtefactName(series)][column].shape)
    return np.zeros((0, *(side or 0 for side in tail)), dtype)


def _fitting(array: Array, dtype: str) -> Array:
    if array.dtype.kind not in "iub":
        raise ValueError("not whole")
    made = array.astype(dtype)
    if not np.array_equal(made, array):
        raise ValueError("out of range")
    return made


def _dtype_of(series: str, column: str) -> str | None:
    known = SERIES.get(ArtefactName(series)) if series in set(ArtefactName) else None
    return known[column].dtype if known and column in known else None


def _checked(document: Mapping[str, Any], arrays: dict[str, Array]) -> Extracted:
    if document.get("format") != FORMAT:
        raise refused(f"'format' must be {FORMAT}; update the edge agent or the server.")
    preset = document.get("preset")
    if not isinstance(preset, str) or preset not in PRESETS:
        raise refused(f"'preset' must be one of {', '.join(PRESETS)}.")
    said = document.get("series")
    if not isinstance(said, Mapping):
        raise refused("'series' must be an object.")
    single = [name for name, array in arrays.items() if array.ndim == 0]
    if single:
        raise refused(f"'{single[0]}' must be a list, got a single value.")
    film = cast(FilmFacts, check_film(document.get("film")))
    t_s = check_timebase(arrays, film["frames"])
    series = {ArtefactName.TIMEBASE: _timebase(arrays, t_s, film)}
    wanted: tuple[ArtefactName, ...] = FOLLOWED if ArtefactName.POSES.value in said else SEEN
    wanted += MOVED if any(name.value in said for name in MOVED) else ()
    windows: list[WindowEntry] | None = None
    for name in wanted:
        series[name] = _series(name, said.get(name.value), arrays, t_s, film)
        windows = windows or series[name].windows
        if series[name].windows != windows:
            raise refused(f"The windows of '{name}' differ from those of '{SEEN[0]}'.")
    if arrays:
        raise refused(f"There is no array '{min(arrays)}' in what was announced.")
    return Extracted(preset, film, series, _digest(preset, series))


def _timebase(arrays: dict[str, Array], t_s: Array, film: FilmFacts) -> Series:
    rows = {
        "frame": np.arange(len(t_s), dtype=np.int32),
        "t": t_s,
        "pts": arrays.pop("timebase.pts"),
        "keyframe": arrays.pop("timebase.keyframe"),
    }
    return Series(rows, [], [], dict(film), list(film["warnings"]))


def _series(name: ArtefactName, said: object, arrays: dict[str, Array], t_s: Array, film: FilmFacts) -> Series:
    if not isinstance(said, Mapping):
        raise refused(f"'series.{name}' is missing.")
    sent = {column: arrays.pop(f"{name}.{column}", None) for column in SERIES[name] if column != "t"}
    worn = arrays.pop(f"{name}.kit_row", None)
    missing = [column for column, array in sent.items() if array is None and SERIES[name][column].before is None]
    if missing:
        raise refused(f"'{name}.{missing[0]}' is missing.")
    there = with_added_columns(name, {column: array for column, array in sent.items() if array is not None})
    if "kit" in there:
        there["kit"] = _kits(name, there["kit"], worn, len(there["frame"]))
    check_rows(name, there, len(t_s), (film["width"], film["height"]))
    there["t"] = t_s[there["frame"]]
    facts = check_skeleton(said.get("facts"), there["keypoints"]) if name is ArtefactName.POSES else {}
    windows = check_windows(said.get("windows"), t_s)
    return Series(there, windows, check_models(said.get("models")), facts, check_warnings(said.get("warnings", [])))


def _kits(name: ArtefactName, kit: Array, worn: Array | None, count: int) -> Array:
    whole = np.full((count, KIT_WIDTH), np.nan, np.float32)
    fits = (
        worn is not None
        and worn.dtype == np.int32
        and worn.ndim == 1
        and kit.dtype == np.float32
        and kit.shape == (len(worn), KIT_WIDTH)
        and bool(np.isfinite(kit).all())
        and bool((np.diff(worn) > 0).all())
        and (not len(worn) or (worn[0] >= 0 and worn[-1] < count))
    )
    if not fits:
        raise refused(f"'{name}.kit' must be (N, {KIT_WIDTH}) finite float32 and 'kit_row' the N rows it belongs to.")
    whole[worn] = kit
    return whole


def _digest(preset: str, series: Mapping[ArtefactName, Series]) -> str:
    digest = hashlib.sha256(f"{FORMAT} {preset}".encode())
    for name, one in sorted(series.items()):
        for column, array in sorted(one.arrays.items()):
            digest.update(f"{name} {column} {array.shape}".encode())
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
