"""Artefacts between the steps: whole files or none, on the local disk or on Azure Blob."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.storage import default_storage

from apps.core import media
from pipeline.errors import ArtefactError
from pipeline.liveness import is_dead, this_worker
from pipeline.whole import written_whole

if TYPE_CHECKING:
    from azure.storage.blob import ContainerClient

BLOB_FOLDER = "artefacts"
COPY_BYTES = 4 * 1024**2
_HIDDEN = ".part-"
STALE_PART_S = 10.0
"""A part that nobody wrote to for so long belongs to a dead writer: a write takes well under a second. One whose
writer is known to be dead, by its name after the `@`, need not grow old."""


def _missing(key: str) -> ArtefactError:
    return ArtefactError(f"The artefact '{key}' is missing; run the scan again from the step that makes it.")


@contextmanager
def _video_as_file(key: str) -> Iterator[Path]:
    """The video's own path where the storage is a local folder, else a temporary copy."""
    if not default_storage.exists(key):
        raise ArtefactError("The film of this scan is no longer there; upload it again.", code="VIDEO_MISSING")
    try:
        local = Path(default_storage.path(key))
    except NotImplementedError:
        local = None
    if local is not None:
        yield local
        return
    with tempfile.TemporaryDirectory(prefix="axolotl-video-") as folder:
        copy = Path(folder) / PurePosixPath(key).name
        with default_storage.open(key, "rb") as source, copy.open("wb") as target:
            shutil.copyfileobj(source, target, COPY_BYTES)
        yield copy


@contextmanager
def _film_to_write(key: str) -> Iterator[Path]:
    """Where to write a film; it goes into the media storage when the context ends well."""
    local = media.local_path(key)
    if local is not None:
        with written_whole(local) as part:
            yield part
            part.chmod(settings.FILE_UPLOAD_PERMISSIONS)
        return
    with tempfile.TemporaryDirectory(prefix="axolotl-video-") as folder:
        made = Path(folder) / PurePosixPath(key).name
        yield made
        default_storage.delete(key)
        media.put_file(made, key)


class _Films:
    """The films of both stores: Django's media storage has them, whichever it is."""

    @contextmanager
    def local_video(self, key: str) -> Iterator[Path]:
        """See `ArtefactStore.local_video`."""
        with _video_as_file(key) as path:
            yield path

    @contextmanager
    def new_video(self, key: str) -> Iterator[Path]:
        """See `ArtefactStore.new_video`."""
        with _film_to_write(key) as path:
            yield path

    def drop_video(self, key: str) -> None:
        """See `ArtefactStore.drop_video`."""
        media.delete_file(key)


class LocalArtefactStore(_Films):
    """Files below one folder. A file appears whole (temporary name, flush, rename) or not at all."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def write(self, key: str, data: bytes) -> None:
        """See `ArtefactStore.write`."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._sweep(path)
        handle, name = tempfile.mkstemp(f"@{this_worker()}", f"{_HIDDEN}{path.name}-", path.parent)
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def read(self, key: str) -> bytes:
        """See `ArtefactStore.read`."""
        try:
            return self._path(key).read_bytes()
        except (FileNotFoundError, IsADirectoryError):
            raise _missing(key) from None

    def exists(self, key: str) -> bool:
        """See `ArtefactStore.exists`."""
        return self._path(key).is_file()

    def list(self, prefix: str) -> Iterator[str]:
        """See `ArtefactStore.list`."""
        start = self._path(prefix)
        files = [start] if start.is_file() else start.rglob("*")
        names = (file.relative_to(self._root).as_posix() for file in files if self._is_whole(file))
        return iter(sorted(names))

    def delete(self, prefix: str) -> None:
        """See `ArtefactStore.delete`. Also removes what a killed writer left beside a deleted file."""
        path = self._path(prefix)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)

    @staticmethod
    def _sweep(path: Path) -> None:
        """Remove what killed writers of this file left."""
        for part in path.parent.glob(f"{_HIDDEN}{path.name}-*"):
            with suppress(FileNotFoundError):
                if is_dead(part.name.rpartition("@")[2]) or time.time() - part.stat().st_mtime > STALE_PART_S:
                    part.unlink()

    @staticmethod
    def _is_whole(file: Path) -> bool:
        return file.is_file() and not file.name.startswith(_HIDDEN)

    def _path(self, key: str) -> Path:
        parts = PurePosixPath(key).parts
        if not parts or PurePosixPath(key).is_absolute() or ".." in parts:
            raise ArtefactError(f"'{key}' is not the name of an artefact.")
        return self._root.joinpath(*parts)


class AzureArtefactStore(_Films):
    """Blobs below `artefacts/` of one container; a single put is atomic."""

    def __init__(self, connection: str, container: str) -> None:
        self._connection = connection
        self._container = container
        self._client: ContainerClient | None = None

    def write(self, key: str, data: bytes) -> None:
        """See `ArtefactStore.write`."""
        self._blobs.upload_blob(self._name(key), data, overwrite=True)

    def read(self, key: str) -> bytes:
        """See `ArtefactStore.read`."""
        from azure.core.exceptions import ResourceNotFoundError

        try:
            return bytes(self._blobs.download_blob(self._name(key)).readall())
        except ResourceNotFoundError:
            raise _missing(key) from None

    def exists(self, key: str) -> bool:
        """See `ArtefactStore.exists`."""
        return self._blobs.get_blob_client(self._name(key)).exists()

    def list(self, prefix: str) -> Iterator[str]:
        """See `ArtefactStore.list`."""
        name = self._name(prefix)
        found = self._blobs.list_blob_names(name_starts_with=name)
        inside = (blob for blob in found if blob == name or blob.startswith(f"{name}/"))
        return iter(sorted(blob.removeprefix(f"{BLOB_FOLDER}/") for blob in inside))

    def delete(self, prefix: str) -> None:
        """See `ArtefactStore.delete`."""
        from azure.core.exceptions import ResourceNotFoundError

        for key in self.list(prefix):
            with suppress(ResourceNotFoundError):
                self._blobs.delete_blob(self._name(key))

    @property
    def _blobs(self) -> ContainerClient:
        if self._client is None:
            from azure.storage.blob import ContainerClient

            self._client = ContainerClient.from_connection_string(self._connection, self._container)
        return self._client

    @staticmethod
    def _name(key: str) -> str:
        return f"{BLOB_FOLDER}/{key.strip('/')}"
