"""HTTP and WebSockets in one application."""

from __future__ import annotations

import gc
import os
from typing import Any

import django
from channels.routing import ProtocolTypeRouter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "axolotl_project.settings")

django.setup(set_prefix=False)

from django.urls import get_resolver  # noqa: E402

from apps.scan.gate import UploadGate  # noqa: E402  (models exist only from here on)
from axolotl_project.handler import OneHopHandler  # noqa: E402
from axolotl_project.routing import sockets  # noqa: E402

http: Any = OneHopHandler()
application = ProtocolTypeRouter({"http": UploadGate(http), "websocket": sockets})

_ = get_resolver().url_patterns  # all views are loaded before somebody waits for them, not by the first request
gc.collect()
gc.freeze()  # what is loaded stays: the collector need not walk through it again and again while requests wait
