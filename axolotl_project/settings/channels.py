"""WebSockets: the channel layer on Redis."""

from __future__ import annotations

from axolotl_project.settings.redis import REDIS_PREFIX, REDIS_URL

# The layer waits 5 s for a message; redis-py's own 5 s would end a quiet socket's wait just before that as an error.
READ_TIMEOUT_S = 30

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        # A socket message is a hint with the whole state: what a slow reader loses, the next one says again.
        "CONFIG": {
            "hosts": [{"address": REDIS_URL, "socket_timeout": READ_TIMEOUT_S}],
            "prefix": f"{REDIS_PREFIX}.channels",
            "capacity": 100,
            "expiry": 10,
        },
    }
}
