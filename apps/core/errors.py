"""The errors that services raise; the exception handler turns each into the API's error envelope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class DomainError(Exception):
    """A rule was broken. The message says what is wrong and what would be right.

    Attributes:
        code: the API's error code.
        status: HTTP status of the answer.
        details: one sentence each.
        extra: further keys of the error object, for a program that shows more than sentences.
    """

    code: ClassVar[str] = "VALIDATION_ERROR"
    status: ClassVar[int] = 400
    default_message: ClassVar[str] = "The request could not be accepted."

    def __init__(
        self,
        message: str = "",
        *,
        details: Sequence[str] = (),
        retry_after_s: int | None = None,
        status: int | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self.message = message or self.default_message
        self.details = list(details)
        self.extra = dict(extra or {})
        self.retry_after_s = retry_after_s
        self.http_status = status or self.status
        super().__init__(self.message)


class InvalidRequest(DomainError):
    """400: a field is missing, malformed or breaks a rule across fields."""


class AuthenticationFailed(DomainError):
    """401: nobody is logged in, or not with these credentials."""

    code = "AUTH_ERROR"
    status = 401
    default_message = "Log in first."


class PermissionDenied(DomainError):
    """403: the object is visible, but the role may not do this."""

    code = "PERMISSION_DENIED"
    status = 403
    default_message = "Your role in this team does not allow this."


class NotFound(DomainError):
    """404: no such object, or none that the caller may know of."""

    code = "NOT_FOUND"
    status = 404
    default_message = "Not found."


class Conflict(DomainError):
    """409: the object's state, or another one, stands against it."""

    code = "CONFLICT"
    status = 409
    default_message = "This conflicts with what is already there."


class Gone(DomainError):
    """410: a code, token or link that is used up or expired."""

    code = "GONE"
    status = 410
    default_message = "This has expired or was already used."


class FileTooLarge(DomainError):
    """413: more bytes than allowed."""

    code = "FILE_TOO_LARGE"
    status = 413
    default_message = "The file is too large."


class InvalidFile(DomainError):
    """415: not an allowed kind of file."""

    code = "INVALID_FILE"
    status = 415
    default_message = "This kind of file is not accepted."


class UndecodableFile(DomainError):
    """422: an allowed kind of file whose content cannot be used."""

    code = "INVALID_FILE"
    status = 422
    default_message = "The file cannot be read."


class SafetyRule(DomainError):
    """422: a safety rule forbids it; the details name rules and a legal alternative."""

    code = "SAFETY_RULE"
    status = 422
    default_message = "A safety rule forbids this."


class RateLimited(DomainError):
    """429: too many requests."""

    code = "RATE_LIMIT"
    status = 429
    default_message = "Too many requests. Wait a moment and try again."


class Unavailable(DomainError):
    """503: a part that this needs is down or busy."""

    code = "UNAVAILABLE"
    status = 503
    default_message = "This is not available just now. Try again shortly."


class ServerError(DomainError):
    """500: our fault."""

    code = "SERVER_ERROR"
    status = 500
    default_message = "Something went wrong on our side."


def known_codes() -> dict[str, str]:
    """Return every code an answer can have → what it means; of the errors of those apps that are loaded."""
    found = {"METHOD_NOT_ALLOWED": ["405: this route does not answer this method."]}
    waiting: list[type[DomainError]] = [InvalidRequest, *DomainError.__subclasses__()]
    for error in waiting:
        waiting += error.__subclasses__()
        if error is InvalidRequest or "code" in vars(error):
            found.setdefault(error.code, []).append((error.__doc__ or "").strip().partition("\n")[0])
    return {code: " ".join(dict.fromkeys(found[code])) for code in sorted(found)}
