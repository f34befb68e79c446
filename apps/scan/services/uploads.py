"""Resumable uploads: who may send how much, where the bytes lie, and how a scan takes them over."""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

import structlog
from django.conf import settings
from django.core.cache import caches
from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from apps.accounts.models import User
from apps.core.errors import NotFound, Unavailable
from apps.scan import media
from apps.scan.errors import (
    BadUploadRequest,
    FileTooLarge,
    QuotaExceeded,
    UploadExpired,
    UploadNotUsable,
    size_words,
)
from apps.scan.formats import check_extension
from apps.scan.models import Upload, Video
from apps.scan.uploads import Checksum, append_piece

log = structlog.get_logger(__name__)

HASH_BYTES = 1024 * 1024
PURGE_EVERY_S = 3600
ALIVE = (Upload.Status.RECEIVING, Upload.Status.COMPLETE)


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What one person may have under way.

    Attributes:
        open_uploads: unfinished at once; a phone sends one, an edge agent a few.
        daily_bytes: announced in 24 hours [bytes]; five whole matches in 1080p.
        idle: an upload to which nothing was added for so long is dropped.
        spare_bytes: left free on the disk, for artefacts and the database [bytes].
    """

    open_uploads: int = 10
    daily_bytes: int = 40 * 1024**3
    idle: timedelta = timedelta(hours=24)
    spare_bytes: int = 1024**3


LIMITS = UploadLimits()


def part_path(upload: Upload) -> Path:
    """Where the growing file lies."""
    return Path(settings.UPLOAD_ROOT) / upload.path


def stored_bytes(upload: Upload) -> int:
    """What is on disk: the only offset that counts.

    Raises:
        NotFound: the file was removed.
    """
    try:
        return part_path(upload).stat().st_size
    except FileNotFoundError as error:
        raise NotFound("This upload does not exist any more; start it again.") from error


def check_quota(*, user: User, length: int, limits: UploadLimits = LIMITS) -> None:
    """Refuse what this user, or the disk, has no room for.

    Raises:
        QuotaExceeded: too many uploads open, or too much in a day.
        Unavailable: the disk is full.
    """
    _purge_now_and_then()
    mine = Upload.objects.visible_to(user)
    now = timezone.now()
    if mine.filter(status=Upload.Status.RECEIVING, expires_at__gt=now).count() >= limits.open_uploads:
        raise QuotaExceeded(f"{limits.open_uploads} uploads are under way already; finish or cancel one first.")
    announced = _announced_since(user, now - timedelta(days=1))
    if announced + length > limits.daily_bytes:
        gigabytes = limits.daily_bytes / 1024**3
        raise QuotaExceeded(f"More than {gigabytes:.0f} GB within 24 hours; please go on tomorrow.", retry_after_s=3600)
    _check_room(length, limits)


def _check_room(length: int, limits: UploadLimits) -> None:
    """Refuse what the disk has no room for beside the rest of all uploads that are under way (one query)."""
    root = Path(settings.UPLOAD_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    coming = Upload.objects.filter(status=Upload.Status.RECEIVING, expires_at__gt=timezone.now())
    promised = coming.aggregate(total=Sum(F("length_bytes") - F("offset_bytes")))["total"] or 0
    room = shutil.disk_usage(root).free - int(promised) - limits.spare_bytes
    if room < length:
        raise Unavailable(
            f"The server's disk is full: this film has {size_words(length)}, and there is room for "
            f"{size_words(max(0, room))}. Ask whoever runs it to make room."
        )


def _announced_since(user: User, since: datetime) -> int:
    """Bytes of resumable uploads (also those that became films) and of films that came in one piece."""
    opened = Upload.objects.visible_to(user).filter(created_at__gt=since)
    films = Video.objects.filter(session__created_by=user, created_at__gt=since)
    taken = opened.filter(status=Upload.Status.CONSUMED)

    def total(rows: QuerySet[Any], column: str) -> int:
        return int(rows.aggregate(total=Sum(column))["total"] or 0)

    return total(opened, "length_bytes") + total(films, "size_bytes") - total(taken, "length_bytes")


def create_upload(*, user: User, length: int, metadata: Mapping[str, str], limits: UploadLimits = LIMITS) -> Upload:
    """Open an upload of `length` bytes.

    Raises:
        FileTooLarge, BadUploadRequest, UnsupportedFormat, QuotaExceeded, Unavailable: before a byte is sent.
    """
    if length > settings.MAX_UPLOAD_SIZE:
        raise FileTooLarge.for_limit(length, settings.MAX_UPLOAD_SIZE)
    if length == 0:
        raise BadUploadRequest("Upload-Length is 0; a video has content")
    filename = Path(metadata.get("filename", "")).name
    if not filename or len(filename) > 255:
        raise BadUploadRequest("Upload-Metadata must have a 'filename' of at most 255 characters")
    check_extension(filename)
    check_quota(user=user, length=length, limits=limits)
    upload_id = uuid.uuid4()
    upload = Upload(
        id=upload_id,
        created_by=user,
        filename=filename,
        length_bytes=length,
        path=f"{upload_id}.part",
        expires_at=timezone.now() + limits.idle,
    )
    part_path(upload).touch(mode=0o600)
    try:
        upload.save(force_insert=True)
    except BaseException:
        part_path(upload).unlink(missing_ok=True)
        raise
    return upload


def find_upload(*, user: User, upload_id: uuid.UUID) -> Upload:
    """The user's own upload.

    Raises:
        NotFound: none, or somebody else's, or taken by a scan.
        UploadExpired: nothing was sent for too long.
    """
    upload = Upload.objects.visible_to(user).filter(pk=upload_id).first()
    if upload is None or upload.status == Upload.Status.CONSUMED:
        raise NotFound("There is no such upload.")
    if upload.status == Upload.Status.EXPIRED or upload.expires_at <= timezone.now():
        raise UploadExpired("Nothing was sent for a day, so this upload was dropped; start it again.")
    return upload


def receive_piece(
    *, upload: Upload, source: IO[bytes], offset: int, checksum: Checksum | None = None, limits: UploadLimits = LIMITS
) -> int:
    """Add a piece and return how many bytes are stored now.

    Raises:
        WrongOffset, UploadLocked, BadUploadRequest, ChecksumMismatch: nothing of the piece is kept.
        NotFound: the upload was removed meanwhile.
    """
    try:
        size = append_piece(part_path(upload), source, offset=offset, limit=upload.length_bytes, checksum=checksum)
    except FileNotFoundError as error:
        raise NotFound("This upload does not exist any more; start it again.") from error
    upload.expires_at = timezone.now() + limits.idle
    status = Upload.Status.COMPLETE if size == upload.length_bytes else Upload.Status.RECEIVING
    Upload.objects.filter(pk=upload.pk, status=Upload.Status.RECEIVING).update(
        offset_bytes=size, status=status, expires_at=upload.expires_at, updated_at=timezone.now()
    )
    return size


def delete_upload(*, upload: Upload) -> None:
    """Forget an upload and its bytes."""
    Upload.objects.filter(pk=upload.pk).exclude(status=Upload.Status.CONSUMED).delete()
    part_path(upload).unlink(missing_ok=True)


def complete_upload(*, user: User, upload_id: uuid.UUID) -> Upload:
    """The user's upload, all of whose bytes have arrived.

    Raises:
        NotFound, UploadExpired: see `find_upload`.
        UploadNotUsable: bytes are missing.
    """
    upload = find_upload(user=user, upload_id=upload_id)
    stored = stored_bytes(upload)
    if stored != upload.length_bytes:
        raise UploadNotUsable(f"{stored} of {upload.length_bytes} bytes have arrived; send the rest first.")
    return upload


def claim_upload(*, upload: Upload) -> None:
    """Take a complete upload for one scan, in the transaction that makes it; of two that try, one wins.

    Raises:
        UploadNotUsable: another scan has taken it.
    """
    usable = Upload.objects.filter(pk=upload.pk, status__in=ALIVE)
    now = timezone.now()
    if usable.update(status=Upload.Status.CONSUMED, offset_bytes=upload.length_bytes, updated_at=now) != 1:
        raise UploadNotUsable("Another scan has taken this upload already.")


def sha256_of(path: Path) -> str:
    """Digest of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(HASH_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def _purge_now_and_then() -> None:
    """Clean up before room is needed, once an hour in each web process, whether or not a clock runs elsewhere."""
    if caches["local"].add("scan.uploads.purged", value=True, timeout=PURGE_EVERY_S):
        purge_stale_uploads()


def purge_stale_uploads(*, limits: UploadLimits = LIMITS) -> int:
    """Drop expired uploads, and files that neither an upload nor a film owns; answers how many files went.

    A file younger than `limits.idle` may belong to a request that is running.
    """
    now = timezone.now()
    Upload.objects.filter(status__in=ALIVE, expires_at__lte=now).update(status=Upload.Status.EXPIRED, updated_at=now)
    kept = set(Upload.objects.filter(status__in=ALIVE).values_list("path", flat=True))
    root = Path(settings.UPLOAD_ROOT)
    oldest = now.timestamp() - limits.idle.total_seconds()
    files = [file for file in root.iterdir() if file.is_file() and file.name not in kept] if root.is_dir() else []
    stale = [file for file in files if file.stat().st_ctime < oldest]
    films = media.unowned_films(limits.idle)
    for file in stale:
        file.unlink(missing_ok=True)
    for key in films:
        media.delete_file(key)
    Upload.objects.filter(
        status__in=(Upload.Status.EXPIRED, Upload.Status.CONSUMED), updated_at__lt=now - 7 * limits.idle
    ).delete()
    removed = len(stale) + len(films)
    if removed:
        log.info("uploads.purged", files=removed)
    return removed
