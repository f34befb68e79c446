"""What is tidied up once an hour, by itself."""

from __future__ import annotations

from apps.core.audit import seal
from apps.core.idempotency import forget_old_answers
from apps.core.lifecycle import lifecycle


def tidy() -> int:
    """Seal the audit trail, remove answers that nobody asks for again and files without a row; how many files went."""
    seal()
    forget_old_answers()
    return lifecycle.sweep()
