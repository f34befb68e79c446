"""Every answer below `/api/` has one of two forms, whatever happens."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.db import OperationalError, connection, transaction
from django.http import Http404
from django.test import Client
from django.urls import include, path
from rest_framework import exceptions as drf
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from apps.accounts.models import Team, User
from apps.core import errors
from apps.core.envelope import Envelope

Clients = Callable[..., APIClient]

pytestmark = pytest.mark.urls(__name__)


class Scripted(APIView):
    """Raises or returns what a test says."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (JSONParser, MultiPartParser)
    outcome: ClassVar[Any] = None

    def get(self, request: Request) -> Response:
        if isinstance(Scripted.outcome, Exception):
            raise Scripted.outcome
        return Response(Scripted.outcome)

    def post(self, request: Request) -> Response:
        return Response(dict(request.data))


class HalfDone(APIView):
    """Writes, then crashes inside the transaction."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @transaction.atomic
    def post(self, request: Request) -> Response:
        Team.objects.create(name="half done")
        raise RuntimeError("secret detail")


def plain_crash(request: Any) -> None:
    raise RuntimeError("secret detail")


urlpatterns = [
    path("api/scripted", Scripted.as_view()),
    path("api/half-done", HalfDone.as_view()),
    path("api/plain-crash", plain_crash),
    path("", include("axolotl_project.urls")),
]
handler400 = "apps.core.views.bad_request"
handler403 = "apps.core.views.permission_denied"
handler404 = "apps.core.views.not_found"
handler500 = "apps.core.views.server_error"


def get(outcome: Any) -> Any:
    Scripted.outcome = outcome
    return APIClient(raise_request_exception=False).get("/api/scripted")


def test_data_is_wrapped() -> None:
    answer = get({"a": 1})
    body = answer.json()
    stamp = datetime.fromisoformat(body.pop("timestamp"))
    assert body == {"success": True, "data": {"a": 1}, "message": "OK"}
    assert abs((datetime.now(UTC) - stamp).total_seconds()) < 60
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("data", [None, [], {}, 0, "text", [1, 2]])
def test_any_data_is_wrapped_as_it_is(data: Any) -> None:
    assert get(data).json()["data"] == data


def test_keys_beside_the_data_and_a_message() -> None:
    job_id = str(uuid.uuid4())
    body = get(Envelope({"job_id": job_id}, "Queued.", {"job_id": job_id})).json()
    assert (body["job_id"], body["data"], body["message"]) == (job_id, {"job_id": job_id}, "Queued.")


def test_a_key_beside_the_data_cannot_hide_the_data() -> None:
    body = get(Envelope({"a": 1}, extra_top_level={"success": False, "data": None})).json()
    assert (body["success"], body["data"]) == (True, {"a": 1})


CASES = [
    (errors.InvalidRequest("Bad.", details=["Too low"]), 400, "VALIDATION_ERROR"),
    (errors.AuthenticationFailed(), 401, "AUTH_ERROR"),
    (errors.PermissionDenied(), 403, "PERMISSION_DENIED"),
    (errors.NotFound(), 404, "NOT_FOUND"),
    (errors.Conflict(), 409, "CONFLICT"),
    (errors.Gone(), 410, "GONE"),
    (errors.FileTooLarge(), 413, "FILE_TOO_LARGE"),
    (errors.InvalidFile(), 415, "INVALID_FILE"),
    (errors.UndecodableFile(), 422, "INVALID_FILE"),
    (errors.SafetyRule(), 422, "SAFETY_RULE"),
    (errors.RateLimited(retry_after_s=7), 429, "RATE_LIMIT"),
    (errors.Unavailable(), 503, "UNAVAILABLE"),
    (drf.NotAuthenticated(), 401, "AUTH_ERROR"),
    (drf.PermissionDenied(), 403, "PERMISSION_DENIED"),
    (drf.NotFound(), 404, "NOT_FOUND"),
    (drf.Throttled(wait=2.3), 429, "RATE_LIMIT"),
    (drf.ParseError(), 400, "VALIDATION_ERROR"),
    (drf.UnsupportedMediaType("text/csv"), 415, "INVALID_FILE"),
    (Http404(), 404, "NOT_FOUND"),
    (DjangoPermissionDenied(), 403, "PERMISSION_DENIED"),
]


@pytest.mark.parametrize(("error", "status", "code"), CASES, ids=lambda value: getattr(value, "code", None))
def test_every_error_has_its_code(error: Exception, status: int, code: str) -> None:
    answer = get(error)
    body = answer.json()
    assert (answer.status_code, body["error"]["code"]) == (status, code)
    assert set(body) == {"success", "error", "timestamp"}
    assert body["success"] is False
    assert body["error"]["message"]
    assert isinstance(body["error"]["details"], list)
    assert uuid.UUID(answer.headers["X-Request-ID"])


def test_whoever_comes_too_often_hears_when_to_come_back() -> None:
    assert get(errors.RateLimited(retry_after_s=7)).headers["Retry-After"] == "7"
    assert get(drf.Throttled(wait=2.3)).headers["Retry-After"] == "3"


def test_details_are_sentences_however_deep() -> None:
    nested = {"a": ["No."], "b": {"c": [drf.ErrorDetail("x", code="required")]}, "d": [{}, {"e": ["Bad."]}]}
    body = get(drf.ValidationError(nested)).json()
    assert body["error"]["details"] == ["Field 'a': No.", "Field 'b.c' is required", "Field 'd[1].e': Bad."]


def test_a_crash_says_nothing_but_its_request_id(caplog: pytest.LogCaptureFixture) -> None:
    answer = get(RuntimeError("secret detail"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "SERVER_ERROR")
    assert b"secret" not in answer.content
    assert any("request.crashed" in record.getMessage() for record in caplog.records)


@pytest.mark.django_db
def test_a_database_that_is_away_is_no_crash_and_worth_another_try(caplog: pytest.LogCaptureFixture) -> None:
    client = APIClient(raise_request_exception=False)

    def away(*call: Any) -> None:
        raise OperationalError("connection to server at 10.0.0.7 failed")

    with connection.execute_wrapper(away):
        answer = client.post("/api/auth/token", {"email": "coach@example.org", "password": "x"}, format="json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "UNAVAILABLE")
    assert answer.headers["Retry-After"] == "5" and b"10.0.0.7" not in answer.content
    assert any("request.without_database" in record.getMessage() for record in caplog.records)


def test_a_crash_outside_the_api_views_answers_json_too() -> None:
    answer = Client(raise_request_exception=False).get("/api/plain-crash")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "SERVER_ERROR")
    assert b"secret" not in answer.content


@pytest.mark.django_db(transaction=True)
def test_a_crash_leaves_nothing_half_done() -> None:
    answer = APIClient(raise_request_exception=False).post("/api/half-done")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "SERVER_ERROR")
    assert Team.objects.count() == 0


@pytest.mark.parametrize("address", ["/api", "/api/", "/api/nothing", "/api/nothing/deeper/", "/api/players/a/b/c"])
@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options"])
def test_an_unknown_address_is_json(address: str, method: str) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)(address)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")


@pytest.mark.django_db
def test_a_wrong_method_is_json(api_client: Clients, coach: User) -> None:
    answer = api_client(coach).put("/api/players", {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/api/auth/me", "/api/players", "/api/sessions", "/api/teams"])
def test_addresses_work_with_and_without_a_slash(api_client: Clients, coach: User, address: str) -> None:
    client = api_client(coach)
    with_slash, without = client.get(f"{address}/"), client.get(address)
    assert with_slash.status_code == without.status_code == 200
    assert with_slash.json()["data"] == without.json()["data"]


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[1, 2", b'{"a": NaN}'])
def test_a_body_that_is_no_json_is_refused(body: bytes) -> None:
    answer = APIClient().post("/api/scripted", data=body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR")


def test_a_body_that_is_no_object_is_refused(db: None) -> None:
    for body in ([1, 2], "text", None, 5):
        answer = APIClient(raise_request_exception=False).post(
            "/api/auth/token", data=json.dumps(body), content_type="application/json"
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR")


def test_a_body_of_another_kind_is_refused(db: None) -> None:
    answer = APIClient().post("/api/auth/token", data="a,b", content_type="text/csv")
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "INVALID_FILE")


def test_an_endless_json_body_is_refused(settings: Any, db: None) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    body = json.dumps({"email": "x" * 2000, "password": "y"})
    answer = APIClient(raise_request_exception=False).post("/api/auth/token", body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "FILE_TOO_LARGE")


def test_the_callers_request_id_is_kept_if_it_is_a_plain_one() -> None:
    client = APIClient()
    Scripted.outcome = None
    kept = client.get("/api/scripted", headers={"X-Request-ID": "abc-12345"})
    assert kept.headers["X-Request-ID"] == "abc-12345"
    for odd in ("short", "x" * 65, "with space here", "<script>alert</script>"):
        answer = client.get("/api/scripted", headers={"X-Request-ID": odd})
        assert uuid.UUID(answer.headers["X-Request-ID"])
