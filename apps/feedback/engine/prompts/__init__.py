"""The prompts, as files that a coach can read aloud, and how data is put into them."""

from __future__ import annotations

import json
import secrets
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent


@lru_cache(maxsize=16)
def prompt(name: str) -> str:
    """Return a prompt's template by its file's name without `.md`; `{word}` is filled in."""
    return (HERE / f"{name}.md").read_text(encoding="utf-8").strip() + "\n"


def fence() -> str:
    """Return a word nobody can foresee, so that data cannot pretend to end."""
    return secrets.token_hex(8)


def as_data(value: object) -> str:
    """Return data as JSON in which no letter can be taken for markup."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return text.replace("<", "\\u003c").replace(">", "\\u003e")
