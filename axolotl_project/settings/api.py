"""The HTTP API: DRF, tokens, rate limits, schema, CORS."""

from __future__ import annotations

from datetime import timedelta

from axolotl_project.settings import env
from axolotl_project.settings.base import DEBUG, IS_HTTPS, VERSION

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.pairing.auth.DeviceAuthentication",
        "apps.accounts.authentication.LoginAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["apps.core.envelope.EnvelopeRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.parsing.BodyParser"],
    "DEFAULT_PAGINATION_CLASS": "apps.core.pagination.PagePagination",
    "DEFAULT_FILTER_BACKENDS": [
        "django_filters.rest_framework.DjangoFilterBackend",
        "rest_framework.filters.OrderingFilter",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["apps.core.throttling.OrdinaryThrottle"],
    "DEFAULT_SCHEMA_CLASS": "apps.core.schema.EnvelopeSchema",
    "EXCEPTION_HANDLER": "apps.core.exception_handler.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "URL_FORMAT_OVERRIDE": None,  # ?format= is a pitch's or an export's, never a renderer's
    "COERCE_DECIMAL_TO_STRING": False,
}

ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
REFRESH_TOKEN_LIFETIME = timedelta(days=14)
REFRESH_GRACE = timedelta(seconds=20)
"""How long a refresh token that was traded in still gets its answer again: a reload or a lost answer."""
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": ACCESS_TOKEN_LIFETIME,
    "REFRESH_TOKEN_LIFETIME": REFRESH_TOKEN_LIFETIME,
    "CHECK_REVOKE_TOKEN": True,  # a new password ends every older token
    "UPDATE_LAST_LOGIN": False,
    "USER_ID_FIELD": "id",
    "USER_ID_CLAIM": "user_id",
}
REFRESH_COOKIE_NAME = "axolotl_refresh"
REFRESH_COOKIE_PATH = "/api/auth/"
REFRESH_COOKIE_SECURE = IS_HTTPS
SOCKET_TICKET_SECONDS = 30

# requests/period by scope (design: API contract, Auth). RATE_LIMITS="login=30/min" changes one.
RATE_LIMITS = {
    "ordinary": "100/min",
    "upload": "10/min",
    "login": "5/min",
    "pairing": "5/min",
    "wrong_codes": "300/min",
    "stream": "50/s",
    **env.pairs("RATE_LIMITS"),
}
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0)
"""How many proxies in front add to X-Forwarded-For; 0 = the header is not believed."""

IDEMPOTENCY_HOURS = 24

CONSENT_AGE_YEARS = env.integer("CONSENT_AGE_YEARS", 16)
"""From this age on players say yes or no themselves (GDPR Art. 8: 16, in some countries down to 13)."""

SPECTACULAR_SETTINGS = {
    "TITLE": "Axolotl",
    "DESCRIPTION": "Film a session with a phone; get tracked players, poses and figures that know their error.",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": r"/api",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": True,
    "ENUM_NAME_OVERRIDES": {
        "TicketPurposeEnum": "apps.accounts.serializers.login.TICKET_PURPOSES",
        "ConsentPurposeEnum": "apps.accounts.models.ConsentPurpose",
        "FitnessTestKindEnum": "apps.accounts.models.FitnessTestKind",
        "RoleEnum": "apps.accounts.models.Role",
        "DeviceTypeEnum": "apps.pairing.models.DeviceType",
        "DeviceScopeEnum": "apps.pairing.models.DeviceScope",
        "InvitedAsEnum": "apps.accounts.models.InvitedAs",
        "SessionTypeEnum": "apps.sessions.models.SessionType",
        "SessionStatusEnum": "apps.sessions.models.SessionStatus",
        "NoteKindEnum": "apps.sessions.models.NoteKind",
        "LoadSourceEnum": "apps.sessions.models.LoadSource",
        "DrawingToolEnum": "apps.sessions.serializers.notes.TOOLS",
        "SnippetPlaceEnum": "apps.sessions.serializers.search.PLACES",
        "RetrievalEnum": "apps.sessions.serializers.search.RETRIEVAL",
        "FeedbackTypeEnum": "apps.feedback.models.FeedbackType",
        "FeedbackStatusEnum": "apps.feedback.models.FeedbackStatus",
        "FeedbackLanguageEnum": "apps.feedback.models.Language",
        "LiveSourceEnum": "apps.live.models.LiveSource",
        "LiveStatusEnum": "apps.live.models.LiveStatus",
        "ScannedSessionTypeEnum": "apps.scan.serializers.scans.SESSION_TYPES",
        "PresetEnum": "apps.scan.serializers.scans.PRESETS",
        "JobStatusEnum": "apps.scan.serializers.scans.JOB_STATUSES",
        "BodyStatusEnum": "apps.scan.serializers.body.STATUSES",
        "EventTypeEnum": "apps.calendar.models.EventType",
        "EventStatusEnum": "apps.calendar.models.EventStatus",
        "IntensityEnum": "apps.calendar.models.EventIntensity",
        "FocusAreaEnum": "apps.calendar.models.FocusArea",
        "ProposalStatusEnum": "apps.calendar.models.RecommendationStatus",
        "EventScopeEnum": "apps.calendar.serializers.SCOPES",
        "WeekdayEnum": "apps.calendar.serializers.WEEKDAYS",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.core.descriptions.fill_in",
        "apps.core.examples.fill_in",
    ],
}

CORS_ALLOWED_ORIGINS = env.words("CORS_ALLOWED_ORIGINS")
CORS_ALLOW_ALL_ORIGINS = DEBUG and not CORS_ALLOWED_ORIGINS
CORS_URLS_REGEX = r"^/(api|media)/.*$"
CORS_ALLOW_CREDENTIALS = bool(CORS_ALLOWED_ORIGINS)
CORS_ALLOW_HEADERS = [
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-range",
    "range",
    "tus-resumable",
    "upload-checksum",
    "upload-length",
    "upload-metadata",
    "upload-offset",
    "x-client",
    "x-request-id",
]
CORS_EXPOSE_HEADERS = [
    "content-range",
    "idempotency-replayed",
    "location",
    "retry-after",
    "tus-resumable",
    "upload-expires",
    "upload-length",
    "upload-offset",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
]

LIVE_MAX_SESSIONS = env.integer("LIVE_MAX_SESSIONS", 8, minimum=1)
"""Live sessions at once on this server; each may hold up to 48 MB of Redis."""
