"""For production: refuses to start with what is only good for trying out.

`DJANGO_SETTINGS_MODULE=axolotl_project.settings.production`, behind a proxy that ends TLS and sets
`X-Forwarded-Proto`.
"""

from django.core.exceptions import ImproperlyConfigured

from axolotl_project.settings import *
from axolotl_project.settings import env, logging

_missing = [name for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS") if not env.text(name)]
if _missing:
    raise ImproperlyConfigured(f"Production needs {', '.join(_missing)} (see .env.example).")
if not IS_HTTPS:
    raise ImproperlyConfigured(f"PUBLIC_URL={PUBLIC_URL!r} must be the https:// address that people open.")

DEBUG = False
ALLOW_CPU_FALLBACK = env.flag("ALLOW_CPU_FALLBACK", default=False)
CORS_ALLOW_ALL_ORIGINS = False

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health$", r"^health/ready$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True

STATIC_ROOT = env.folder("STATIC_ROOT", VAR / "static")
WHITENOISE_USE_FINDERS = False
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}

LOGGING = logging.logging_config("json", LOG_LEVEL)
