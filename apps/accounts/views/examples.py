"""Requests and answers as the API's page shows them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

ENTRY = "9b1f6a10-58b1-4c1b-9d8a-0f4f2b1f6a11"
COACH = {"id": "5a8f6f0e-7c0f-4b39-9a57-7d2f3a2f1c56", "name": "Robin Coach"}
ENTERED = {"entered_by": COACH, "created_at": "2026-05-02T16:30:00Z", "updated_at": "2026-05-02T16:30:00Z"}


def _asked(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value, request_only=True)


def _answered(name: str, value: Any, *codes: str) -> OpenApiExample:
    return OpenApiExample(name, value, response_only=True, status_codes=list(codes) or None)


_BODY = {"date": "2026-05-02", "height_cm": 165.5, "sitting_height_cm": 86.0, "weight_kg": 54.2}
_TEST = {"date": "2026-05-02", "kind": "mss", "value_mps": 7.4, "method": "40 m, timing gates"}
_REPORT = {
    "date": "2026-05-02",
    "pain": 2,
    "fever": False,
    "sleep_h": 8.5,
    "sleep_quality": 4,
    "soreness": 3,
    "notes": "Left calf a little tight.",
}
_INJURY = {"injured_at": "2026-05-02T16:10:00Z", "symptom_free_since": None}
_SPEED = {"value": 8.0, "low": 7.0, "high": 9.0, "since": "2025-05-02", "until": "2026-05-02", "not_assessed": None}
_NO_SPEED: dict[str, Any] = dict.fromkeys(_SPEED)
_PLAN = {
    "token": "eyJrIjoicGxheWVyIn0:1u…",
    "expires_at": "2026-05-02T16:40:00Z",
    "rows": {"accounts.Measurement": 4, "training_sessions.SessionLoad": 31},
    "account_too": True,
}
_RECEIPT = {"erased": "c1a5298f939e87e8f962a5edfc206918", "texts_changed": 3, "at": "2026-05-02T16:31:00Z"}

MEASUREMENT = [
    _asked("Measured on a training day", {**_BODY, "confirm": False}),
    _answered("Stored", {"id": ENTRY, **_BODY, **ENTERED}),
]
FITNESS_TEST = [_asked("A sprint test", _TEST), _answered("Stored", {"id": ENTRY, **_TEST, **ENTERED})]
WELLNESS = [_asked("A good day", _REPORT), _answered("Stored", {"id": ENTRY, **_REPORT, **ENTERED})]
CONCUSSION = [_asked("Just happened", _INJURY), _answered("Stored", {"id": ENTRY, **_INJURY, **ENTERED})]
GROWTH = [
    _answered(
        "Height is known, legs are not",
        {
            "height_cm_per_year": _SPEED,
            "leg_cm_per_year": {**_NO_SPEED, "not_assessed": "Nobody entered height and sitting height."},
            "maturity": {
                "offset_years": 0.2,
                "low_years": -0.77,
                "high_years": 1.17,
                "stage": "around",
                "measured_on": "2026-05-02",
                "reference": "Mirwald et al. 2002, Med Sci Sports Exerc 34(4):689-694",
                "not_assessed": None,
            },
        },
    )
]
CONSENT = [
    _asked("A guardian says yes", {"purpose": "film", "given": True}),
    _asked(
        "A coach notes a signed paper",
        {"purpose": "film", "given": True, "on_paper": True, "note": "Season folder, signed by the mother"},
    ),
    _answered(
        "Noted",
        {
            "id": ENTRY,
            "purpose": "film",
            "given": True,
            "at": "2026-05-02T16:30:00Z",
            "by": COACH,
            "on_paper": True,
            "note": "Season folder, signed by the mother",
            "is_current": True,
        },
    ),
]
EXPORT = [_answered("A link", {"url": "/api/exports/eyJrIjoicGxheWVyIn0:1u…", "expires_at": "2026-05-02T16:45:00Z"})]
ERASURE = [
    _asked("Ask first", {}),
    _asked("Then confirm", {"token": _PLAN["token"]}),
    _answered("What would go", _PLAN, "202"),
    _answered("Erased", _RECEIPT, "200"),
]
OWN_ERASURE = [
    _asked("Ask first", {"password": "four words in a row"}),
    _asked("Then confirm", {"token": _PLAN["token"]}),
    _answered("What would go", {**_PLAN, "rows": {"accounts.Membership": 1}}, "202"),
    _answered("Erased", _RECEIPT, "200"),
]
