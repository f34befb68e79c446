"""Forms with one file: streamed to disk and hashed on the way, never held in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from rest_framework.parsers import DataAndFiles, MultiPartParser

from apps.core.errors import DomainError, InvalidRequest


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that has arrived whole and lies in the upload folder."""

    path: Path
    name: str
    size_bytes: int
    sha256: str


class OneFileHandler(TemporaryFileUploadHandler):
    """Puts the one file of a form (or `most` of them) on disk and leaves its SHA-256 at each as `sha256`."""

    field: ClassVar[str] = "file"
    what: ClassVar[str] = "file"
    most: ClassVar[int] = 1

    file: TemporaryUploadedFile

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._digest = hashlib.sha256()
        self._started = 0
        self._before = 0

    def limit_bytes(self) -> int:
        """Most bytes that are taken, of all files together."""
        raise NotImplementedError

    def too_large(self) -> DomainError:
        """What is answered to more."""
        raise NotImplementedError

    def judge_name(self, name: str) -> None:
        """Raise where a file of this name is not taken."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Judge field and file name."""
        super().new_file(*args, **kwargs)
        if self.field_name != self.field:
            raise self.bad_form(
                f"Field '{self.field_name}' takes no file; the {self.what} goes into field '{self.field}'"
            )
        if self._started >= self.most:
            several = "one file" if self.most == 1 else f"{self.most} files at most"
            raise self.bad_form(f"Field '{self.field}' takes {several}")
        self._started += 1
        self._digest = hashlib.sha256()
        self.judge_name(self.file_name or "")

    @staticmethod
    def bad_form(message: str) -> DomainError:
        """What is answered to a form of another shape."""
        return InvalidRequest(message)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write and hash a piece."""
        if self._before + start + len(raw_data) > self.limit_bytes():
            raise self.too_large()
        self._digest.update(raw_data)
        super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> TemporaryUploadedFile | None:
        """Hand over the file with its hash."""
        file: Any = super().file_complete(file_size)
        self._before += file_size
        file.sha256 = self._digest.hexdigest()
        return file  # type: ignore[no-any-return]

    def upload_interrupted(self) -> None:
        """Leave nothing behind."""
        if hasattr(self, "file"):
            self.file.close()


class OneFileParser(MultiPartParser):
    """A multipart form whose one file lies on disk with a `sha256`."""

    handler: ClassVar[type[OneFileHandler]] = OneFileHandler

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> DataAndFiles[Any, Any]:
        """Parse with our handler in place of Django's, which keep small files in memory."""
        request = (parser_context or {})["request"]
        handler = self.handler(request)
        request.upload_handlers = [handler]
        Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)
        try:
            return super().parse(stream, media_type, parser_context)
        except BaseException:
            handler.upload_interrupted()
            raise


def received(file: TemporaryUploadedFile) -> ReceivedFile:
    """The uploaded file of a form as the services take it."""
    sha256: str = file.sha256  # type: ignore[attr-defined]  # set by OneFileHandler
    return ReceivedFile(Path(file.temporary_file_path()), file.name or "", file.size or 0, sha256)
