"""What every way of running shares: paths, apps, middleware, database, people."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import dj_database_url
import django_stubs_ext

from axolotl_project import __version__
from axolotl_project.settings import env, secret_key

django_stubs_ext.monkeypatch()  # makes Django's generic classes subscriptable, as their types are

VERSION = __version__
ROOT = env.ROOT
VAR = env.folder("AXOLOTL_VAR", ROOT / "var")

DEBUG = env.flag("DEBUG", default=False)
PUBLIC_URL = env.text("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
IS_HTTPS = PUBLIC_URL.startswith("https://")
"""Cookies are marked Secure exactly where people come by https."""

SECRET_KEY = env.text("SECRET_KEY") or secret_key.read_or_make(VAR / "secret_key")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
"""Keys before this one: links that they signed still open, nothing new is signed by them."""
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "corsheaders",
    "django_celery_results",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "apps.core",
    "apps.safety",
    "apps.search",
    "apps.accounts",
    "apps.pairing",
    "apps.sessions",
    "apps.scan",
    "apps.edge",
    "apps.feedback",
    "apps.calendar",
    "apps.live",
    "apps.dashboard",
    "apps.web",
]

MIDDLEWARE = [
    "apps.core.middleware.RequestContextMiddleware",
    "apps.core.middleware.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "apps.core.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "apps.core.middleware.LanguageMiddleware",
    "apps.core.middleware.ApiPathMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "axolotl_project.urls"
ASGI_APPLICATION = "axolotl_project.asgi.application"
WSGI_APPLICATION = "axolotl_project.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Measured on two cores: of 1,200 concurrent writes Django's defaults lose 118 as "database is locked", these none.
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000; "
        "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728; PRAGMA cache_size=-16000;"
    ),
}


def database(url: str) -> dict[str, object]:
    """Return Django's settings for a database URL; a transaction is opened by services, never by a request."""
    config: dict[str, object] = dict(dj_database_url.parse(url))
    config["ATOMIC_REQUESTS"] = False
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["OPTIONS"] = dict(SQLITE_OPTIONS)
    else:
        config["CONN_HEALTH_CHECKS"] = True
        if DATABASE_POOL:
            config["OPTIONS"] = {"pool": {"min_size": 1, "max_size": DATABASE_POOL, "timeout": POOL_WAIT_S}}
    return config


def metrics_folder(var: Path) -> Path:
    """Return where this installation's web processes count: a disk of this machine, empty after its restart."""
    return Path(tempfile.gettempdir()) / f"axolotl-metrics-{hashlib.sha256(str(var).encode()).hexdigest()[:16]}"


DATABASE_POOL = env.integer("DATABASE_POOL", 0)
"""Connections that a web process shares among its requests. Measured: without one, 200 people at once open 100
connections, which is all that PostgreSQL gives by default, and are answered 503."""
POOL_WAIT_S = 10
DATABASE_URL = env.text("DATABASE_URL") or f"sqlite:///{VAR / 'db.sqlite3'}"
DATABASES = {"default": database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

WEB_CONCURRENCY = env.integer("WEB_CONCURRENCY", 1)
"""Web processes behind one port; uvicorn reads the same variable. They share nothing but what machines share, and what
they count: Prometheus meets one of them, and wants the sum."""
METRICS_FOLDER = env.share_metrics(metrics_folder(VAR)) if WEB_CONCURRENCY > 1 else None

MODEL_DIR = env.folder("MODEL_DIR", VAR / "models")
SMPL_MODEL_DIR = env.text("SMPL_MODEL_DIR")
SCAN_DETECTOR = env.text("SCAN_DETECTOR")
SCAN_POSE_MODEL = env.text("SCAN_POSE_MODEL")
"""Models of new scans, by key (`manage.py models`) or as a file; empty: the embedded one of the preset."""
ALLOW_CPU_FALLBACK = env.flag("ALLOW_CPU_FALLBACK", default=True)
EDGE_KEY = env.text("EDGE_KEY")
"""Device key of this computer, where it is an edge box; in the environment it does not show in the process list."""

EMAIL_URL = env.text("EMAIL_URL")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL") or "axolotl@localhost"
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_URL else 'console'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS = env.smtp(EMAIL_URL)
EMAIL_TIMEOUT = 10
