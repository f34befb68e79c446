"""Where films and artefacts lie: folders on this machine, or blobs. A backup of one can be restored into the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings

from apps.web.backup.manifest import PIECE_BYTES, pieces

if TYPE_CHECKING:
    from azure.storage.blob import ContainerClient

ARTEFACTS = "artefacts"
UNFINISHED = ".part-"
"""How the artefact store calls a file that is being written."""


class Tree(Protocol):
    """Files by name, with `/` between folders."""

    def names(self) -> Iterator[str]:
        """Every finished file."""
        ...

    def read(self, name: str) -> Iterator[bytes]:
        """A file in pieces.

        Raises:
            FileNotFoundError: it has gone since it was listed.
        """
        ...

    def write(self, name: str, source: Path) -> None:
        """Put a copy of `source`, in place of what is there."""
        ...

    def clear(self) -> None:
        """Remove everything."""
        ...


class FolderTree:
    """A folder; `left_out` is one below it that holds what is not finished."""

    def __init__(self, root: Path, left_out: Path | None = None) -> None:
        self._root, self._left_out = root, left_out

    def names(self) -> Iterator[str]:
        """See `Tree.names`."""
        for path in sorted(self._root.rglob("*")):
            is_left_out = self._left_out is not None and path.is_relative_to(self._left_out)
            if not is_left_out and not path.is_symlink() and path.is_file() and not path.name.startswith(UNFINISHED):
                yield path.relative_to(self._root).as_posix()

    def read(self, name: str) -> Iterator[bytes]:
        """See `Tree.read`."""
        with (self._root / name).open("rb") as file:
            yield from pieces(file)

    def write(self, name: str, source: Path) -> None:
        """See `Tree.write`."""
        target = self._root / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS)
        target.touch(mode=settings.FILE_UPLOAD_PERMISSIONS)
        with source.open("rb") as taken, target.open("wb") as file:
            file.writelines(pieces(taken))

    def clear(self) -> None:
        """See `Tree.clear`."""
        for name in list(self.names()):
            (self._root / name).unlink()


class BlobTree:
    """The blobs of a container below a prefix, or all but those below `left_out`."""

    def __init__(self, container: ContainerClient, prefix: str = "", left_out: str = "") -> None:
        self._container, self._prefix, self._left_out = container, prefix, left_out

    def names(self) -> Iterator[str]:
        """See `Tree.names`."""
        for name in self._container.list_blob_names(name_starts_with=self._prefix or None):
            if not self._left_out or not name.startswith(self._left_out):
                yield name.removeprefix(self._prefix)

    def read(self, name: str) -> Iterator[bytes]:
        """See `Tree.read`."""
        from azure.core.exceptions import ResourceNotFoundError

        try:
            yield from self._container.download_blob(f"{self._prefix}{name}").chunks()
        except ResourceNotFoundError:
            raise FileNotFoundError(name) from None

    def write(self, name: str, source: Path) -> None:
        """See `Tree.write`."""
        with source.open("rb") as file:
            self._container.upload_blob(f"{self._prefix}{name}", file, overwrite=True)

    def clear(self) -> None:
        """See `Tree.clear`."""
        for name in list(self.names()):
            self._container.delete_blob(f"{self._prefix}{name}")


def trees() -> dict[str, Tree]:
    """Where this installation keeps its files, by the part of a backup that holds them."""
    if not settings.AZURE_STORAGE_CONNECTION:
        return {
            "media": FolderTree(settings.MEDIA_ROOT, settings.UPLOAD_ROOT),
            ARTEFACTS: FolderTree(settings.ARTEFACT_ROOT),
        }
    from azure.storage.blob import ContainerClient

    container = ContainerClient.from_connection_string(
        settings.AZURE_STORAGE_CONNECTION, settings.AZURE_STORAGE_CONTAINER, max_chunk_get_size=PIECE_BYTES
    )
    below = f"{ARTEFACTS}/"
    return {"media": BlobTree(container, left_out=below), ARTEFACTS: BlobTree(container, prefix=below)}


def is_empty(tree: Tree) -> bool:
    """Whether nothing lies there."""
    with closing(_generator(tree.names())) as names:
        return next(names, None) is None


def _generator(names: Iterable[str]) -> Any:
    yield from names
