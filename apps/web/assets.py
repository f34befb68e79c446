"""Which hashed files make up the built web app, from Vite's manifest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static

ENTRY = "src/main.tsx"
MANIFEST = "web/manifest.json"


class NotBuiltError(Exception):
    """The web app's build is missing or broken; `make frontend` makes it."""


@dataclass(frozen=True)
class Assets:
    """URLs of what the first page loads: the entry script, the chunks it imports at once, its styles."""

    script: str
    preloads: tuple[str, ...]
    styles: tuple[str, ...]


def current_assets() -> Assets:
    """Return the assets of the build that is there now; a new build is seen without a restart.

    Raises:
        NotBuiltError: nobody ran `make frontend`, or it stopped half way.
    """
    found = finders.find(MANIFEST)
    if not found:
        raise NotBuiltError
    path = Path(found)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError) as cause:
        raise NotBuiltError from cause


@lru_cache(maxsize=1)
def _read(path: Path, _changed_ns: int) -> Assets:
    chunks = json.loads(path.read_text(encoding="utf-8"))
    names = _with_imports(ENTRY, chunks)
    styles = [css for name in names for css in chunks[name].get("css", [])]
    return Assets(
        script=_url(chunks[ENTRY]["file"]),
        preloads=tuple(_url(chunks[name]["file"]) for name in names[1:]),
        styles=tuple(_url(css) for css in dict.fromkeys(styles)),
    )


def _with_imports(entry: str, chunks: dict[str, dict[str, list[str]]]) -> list[str]:
    """Return a chunk and all it imports statically, the chunk first, each once."""
    found: dict[str, None] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = None
            waiting += chunks[name].get("imports", [])
    return list(found)


def _url(file: str) -> str:
    return static(f"web/{file}")
