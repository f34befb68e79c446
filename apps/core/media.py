"""Private files in the media storage: put there without a copy, linked to for minutes, taken away without a trace."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core import signing
from django.core.files import File
from django.core.files.storage import default_storage

from apps.core.errors import Gone, NotFound


def local_path(key: str) -> Path | None:
    """The file on this machine, or `None` when the storage is elsewhere."""
    try:
        return Path(default_storage.path(key))
    except NotImplementedError:
        return None


def put_file(source: Path, key: str) -> None:
    """Move a finished file into the storage (a rename on the same disk; an upload to a remote one)."""
    target = local_path(key)
    if target is None:
        with source.open("rb") as file:
            stored = default_storage.save(key, File(file))
        if stored != key:
            default_storage.delete(stored)
            raise FileExistsError(key)
        source.unlink(missing_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS)
    source.chmod(settings.FILE_UPLOAD_PERMISSIONS)
    source.rename(target)


def take_back(key: str, source: Path) -> None:
    """Undo `put_file`, when the transaction that wanted the file was rolled back."""
    target = local_path(key)
    if target is not None and target.exists() and not source.exists():
        target.rename(source)
    delete_file(key)


def delete_file(key: str) -> None:
    """Remove a file, and its folder when it was the last."""
    default_storage.delete(key)
    path = local_path(key)
    if path is not None and path.parent.is_dir() and not any(path.parent.iterdir()):
        path.parent.rmdir()


def delete_folder(prefix: str) -> None:
    """Remove every file below a folder, also one that a row never knew of, and the folder."""
    for key in list(files_below(prefix)):
        delete_file(key)


def files_below(prefix: str) -> Iterator[str]:
    """Every file below a folder of the storage, by its key; none where there is no such folder."""
    try:
        folders, files = default_storage.listdir(prefix)
    except FileNotFoundError:
        return
    yield from (f"{prefix}/{name}" for name in files if name)
    for name in folders:
        yield from files_below(f"{prefix}/{name}")


def stored_at(key: str) -> datetime | None:
    """When a file came into the storage: on this machine when its name was made, elsewhere when it was written.

    `None` where it has gone since it was listed.
    """
    path = local_path(key)
    try:
        if path is None:
            return default_storage.get_modified_time(key)
        return datetime.fromtimestamp(path.stat().st_ctime, tz=UTC)
    except Exception:  # each storage has its own for this
        if default_storage.exists(key):
            raise
        return None


def is_older(key: str, than: datetime) -> bool:
    """Whether a file is in the storage, and was before a moment."""
    stored = stored_at(key)
    return stored is not None and stored < than


def sign(object_id: uuid.UUID, user_id: uuid.UUID, salt: str) -> str:
    """Return the token of a private link that needs no header and ends in 15 minutes.

    Args:
        salt: what the link opens; a link to a picture opens no film.
    """
    return signing.dumps({"v": str(object_id), "u": str(user_id)}, salt=salt, compress=True)


def opened(token: str, salt: str) -> tuple[str, str]:
    """Return object id and user id of a signed link; the view asks again whether that user may see the object.

    Raises:
        Gone: it has expired; the page asks for a new one.
        NotFound: it was not made by us.
    """
    try:
        found = signing.loads(token, salt=salt, max_age=settings.SIGNED_URL_SECONDS)
    except signing.SignatureExpired as error:
        raise Gone("This link has expired; reload the page for a new one.") from error
    except signing.BadSignature as error:
        raise NotFound("There is nothing here.") from error
    return found["v"], found["u"]
