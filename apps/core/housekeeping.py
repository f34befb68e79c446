"""What is tidied up once an hour, by itself."""

from __future__ import annotations

from apps.core.idempotency import forget_old_answers
from apps.core.lifecycle import lifecycle


def tidy() -> int:
    """Remove files without a row and answers that nobody asks for again; answers how many files went."""
    forget_old_answers()
    return lifecycle.sweep()
