"""Who reaches out: the few modules below, to addresses of settings and command lines, never to one from a request."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("apps", "vision", "pipeline", "axolotl_project")
CLIENTS = {
    "httpx", "requests", "urllib.request", "urllib3", "aiohttp", "http.client", "ftplib", "smtplib", "socket",
    "langchain_openai", "openai", "azure", "storages", "websockets", "telnetlib", "paramiko",
}  # fmt: skip
MAY = {
    "apps/edge/agent/server.py": "the edge box's own server, from its command line",
    "apps/feedback/engine/azure_client.py": "Azure OpenAI of the settings",
    "apps/feedback/engine/cloud_errors.py": "its errors",
    "apps/search/cloud/": "Azure AI Search and OpenAI of the settings",
    "apps/web/backup/": "the blob storage of the settings",
    "apps/web/demo/": "the demo talks to this server",
    "apps/web/doctor.py": "looks at every service of the settings",
    "apps/web/management/commands/": "commands of whoever runs the server",
    "apps/web/stack/": "asks its own services on the loopback",
    "apps/scan/adapters/": "the media storage of the settings",
    "pipeline/liveness.py": "the name of this machine",
    "pipeline/steps/artefact_step.py": "the name of this machine",
    "vision/weights/": "model files from the registry, by `make models`",
}
"""Where a client of some network protocol may be imported, and whom it asks."""


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def reaches_out(path: Path) -> set[str]:
    return {name for name in imported(path) if any(name == one or name.startswith(f"{one}.") for one in CLIENTS)}


def test_only_named_modules_reach_out() -> None:
    sources = [
        path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "node_modules" not in path.parts
    ]
    asking = {path.relative_to(ROOT).as_posix(): reaches_out(path) for path in sources}
    strangers = {path: names for path, names in asking.items() if names and not path.startswith(tuple(MAY))}
    unused = {module for module in MAY if not any(names and path.startswith(module) for path, names in asking.items())}
    assert unused == set()
    assert strangers == {}, "a request must never choose whom the server asks; name the module and whom it asks"


def test_films_are_opened_as_files_only() -> None:
    """FFmpeg opens addresses and play lists too, where it is let: the one place that opens uploads does not let it."""
    text = (ROOT / "vision/video/container.py").read_text(encoding="utf-8")
    assert '"protocol_whitelist": "file"' in text
    opening = [
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "av.open(" in path.read_text(encoding="utf-8")
    ]
    assert sorted(opening) == ["pipeline/live_feed.py", "vision/video/container.py", "vision/video/writer.py"]
