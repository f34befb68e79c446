"""HTTP and WebSockets in one application."""

from __future__ import annotations

import os
from typing import Any

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "axolotl_project.settings")

http: Any = get_asgi_application()

from apps.scan.gate import UploadGate  # noqa: E402  (models exist only from here on)
from axolotl_project.routing import sockets  # noqa: E402

application = ProtocolTypeRouter({"http": UploadGate(http), "websocket": sockets})
