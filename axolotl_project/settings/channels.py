"""WebSockets: the channel layer on Redis."""

from __future__ import annotations

from axolotl_project.settings.redis import REDIS_PREFIX, REDIS_URL

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        # A socket message is a hint with the whole state: what a slow reader loses, the next one says again.
        "CONFIG": {"hosts": [REDIS_URL], "prefix": f"{REDIS_PREFIX}.channels", "capacity": 100, "expiry": 10},
    }
}
