"""The development secret key: made once, kept in the run-time folder, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

KEY_BYTES = 50
"""Random bytes of the key; Django asks for at least 50 characters."""


def read_or_make(path: Path) -> str:
    """Return the key in `path`; two processes that start at once end up with the same one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(KEY_BYTES), encoding="ascii")
        try:
            os.link(draft, path)  # refuses if another process was first, and never shows half a file
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
