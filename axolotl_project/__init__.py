"""Settings, URLs, ASGI and wiring of Axolotl."""

__version__ = "0.1.0"
