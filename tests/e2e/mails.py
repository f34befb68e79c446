"""Mails of the stack under test: they go to the web process's output."""

from __future__ import annotations

import re

from tests.e2e.stack import Stack, wait_until


def mailed_link(stack: Stack, path: str, *, after: str | None = None) -> str:
    """The newest link to a page of ours in the mails; another one than `after`."""

    def look() -> str | None:
        found = re.findall(rf"({re.escape(path)}\?\S+)", "\n".join(stack.lines))
        return str(found[-1]) if found and found[-1] != after else None

    link = wait_until(look, f"a mail with {path}", timeout_s=20.0)
    assert link is not None
    return link
