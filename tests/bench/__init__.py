"""Ours against the peers: `python -m tests.bench [NAME…]` prints a table and writes `var/bench.json`."""

import os
from pathlib import Path

# ultralytics reads these at import: no network, nothing installed, its settings file in our run-time folder.
os.environ.setdefault("YOLO_OFFLINE", "true")
os.environ.setdefault("YOLO_AUTOINSTALL", "false")
os.environ.setdefault("YOLO_CONFIG_DIR", str(Path(__file__).resolve().parents[2] / "var"))
