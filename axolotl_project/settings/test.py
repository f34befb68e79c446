"""Settings of the tests: everything made at run time lies in a temporary folder of this process (see `env`).

`AXOLOTL_TEST_DATABASE=postgres` runs the same tests on PostgreSQL from its wheel, on a private port that the test
session starts (`tests/conftest.py`).
"""

from axolotl_project.settings import *

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # a file, so that threads race as in real life
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; the tests hash hundreds
RATE_LIMITS = {scope: "100000/min" for scope in RATE_LIMITS}  # each limit has tests of its own that lower it
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
LIVE_REDIS_URL, LIVE_REDIS_EMBEDDED = REDIS_URL, False  # the tests start one server
WHITENOISE_AUTOREFRESH = True  # looks for a file when asked for it, instead of at every client for all of them
