"""The form with a file beside a session."""

from __future__ import annotations

from django.conf import settings

from apps.core.errors import FileTooLarge
from apps.core.uploads import OneFileHandler, OneFileParser
from apps.sessions.filetypes import clean_name, kind_by_name


class AttachmentHandler(OneFileHandler):
    """Takes the file of a form; a name that cannot be kept is refused before the bytes."""

    def limit_bytes(self) -> int:
        """As the settings say."""
        return int(settings.MAX_ATTACHMENT_SIZE)

    def too_large(self) -> FileTooLarge:
        """In a coach's words."""
        megabytes = settings.MAX_ATTACHMENT_SIZE / 1024**2
        return FileTooLarge(f"The file is larger than {megabytes:.0f} MB. Films are added as a scan.")

    def judge_name(self, name: str) -> None:
        """A kept ending, and nothing hidden."""
        kind_by_name(clean_name(name))


class AttachmentParser(OneFileParser):
    """A multipart form whose `file` lies on disk with a `sha256`."""

    handler = AttachmentHandler
