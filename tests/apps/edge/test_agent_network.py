"""The agent's network: handing in what it found, and the talk over HTTP."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import httpx
import pytest

from apps.edge.agent import films
from apps.edge.agent.clock import CorrectedClock
from apps.edge.agent.network import KeyRevoked, Network
from apps.edge.agent.scanning import Scanner, ScanSettings
from apps.edge.agent.server import BackOff, HttpServer, Offline, Refused
from apps.edge.agent.store import Store
from tests.apps.edge.agent_parts import FakeServer, found, put, scanner_of, taken
from tests.apps.edge.agent_parts import _redis as _redis  # nothing here needs it

# Handing in -------------------------------------------------------------------------------------------------------


def network_of(store: Store, settings: ScanSettings, server: Any) -> tuple[Network, Scanner]:
    scanner, time = scanner_of(store, settings, scan=lambda *_: ({}, b"arrays"))
    put(settings, "a.mp4")
    taken(scanner, time)
    scanner.work()
    network = Network(store, server, CorrectedClock(), "Box", "1", scanner.packed, delivered=scanner.clean)
    return network, scanner


def test_a_delivered_film_leaves_only_its_figures(store: Store, settings_of: ScanSettings) -> None:
    server = FakeServer()
    network, _ = network_of(store, settings_of, server)
    network.step()
    network.step()
    assert server.handed == ["arrays"]
    assert found(store) == [("a.mp4", "delivered")]
    assert [path.suffix for path in settings_of.out.rglob("*") if path.suffix == ".npz"] == []
    assert (settings_of.watch / "a.mp4").exists()


@pytest.mark.parametrize("status_code", [413, 422])
def test_arrays_that_are_not_taken_are_followed_by_the_film(
    store: Store, settings_of: ScanSettings, status_code: int
) -> None:
    server = FakeServer(Refused(status_code, "Too large."))
    network, _ = network_of(store, settings_of, server)
    for _ in range(3):
        network.step()
    assert server.handed == ["whole"]
    assert found(store) == [("a.mp4", "delivered")]


def test_a_film_of_a_deleted_session_is_given_up(store: Store, settings_of: ScanSettings) -> None:
    network, _ = network_of(store, settings_of, FakeServer(Refused(410, "This session was deleted.")))
    network.step()
    network.step()
    assert films.failures(store) == [("a.mp4", "This session was deleted.")]


def test_arrays_that_a_power_cut_took_are_made_again(store: Store, settings_of: ScanSettings) -> None:
    server = FakeServer()
    network, scanner = network_of(store, settings_of, server)
    (film,) = films.due(store, ("scanned",), 2**60)
    scanner.packed(film.sha256).unlink()
    network.step()
    assert found(store) == [("a.mp4", "queued")]
    scanner.work()
    network.step()
    assert server.handed == ["arrays"]


def test_a_dead_key_ends_the_agent(store: Store, settings_of: ScanSettings) -> None:
    network, _ = network_of(store, settings_of, FakeServer(Refused(401, "Log in first.")))
    with pytest.raises(KeyRevoked):
        for _ in range(2):
            network.step()
    assert found(store) == [("a.mp4", "scanned")], "kept for the next key"


# The server over HTTP ---------------------------------------------------------------------------------------------


def http_server(answer: Any) -> HttpServer:
    return HttpServer("http://server", "axk_key", httpx.MockTransport(answer))


def test_batches_are_packed_and_timed() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        clock = {"received_at": "2026-05-01T12:00:00.100Z", "sent_at": "2026-05-01T12:00:00.150Z"}
        return httpx.Response(200, json={"data": {"cursor": "c", "clock": clock}})

    data, sample = http_server(answer).post("sync", {"changes": ["x" * 2000]})
    assert data == {"cursor": "c"}
    assert sample is not None
    assert sample.t2 - sample.t1 == 50
    assert seen[0].headers["Authorization"] == "Bearer axk_key"
    assert json.loads(gzip.decompress(seen[0].content)) == {"changes": ["x" * 2000]}
    assert len(seen[0].content) < 200


@pytest.mark.parametrize(
    ("response", "wait_s"),
    [
        (httpx.Response(503, headers={"Retry-After": "7"}), 7.0),
        (httpx.Response(429), 0.0),
        (httpx.Response(502, text="<html>"), 0.0),
        (httpx.Response(200, text="<html>Welcome to the stadium's Wi-Fi"), 0.0),
        (httpx.Response(200, json=[1]), 0.0),
        (httpx.Response(200, json={"data": [1]}), 0.0),
    ],
)
def test_a_server_that_is_not_well_is_offline(response: httpx.Response, wait_s: float) -> None:
    with pytest.raises(Offline) as caught:
        http_server(lambda request: response).post("sync", {})
    assert caught.value.wait_s == wait_s


def test_no_network_is_offline() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route")

    with pytest.raises(Offline, match="ConnectError"):
        http_server(answer).post("sync", {})


def test_a_refusal_says_the_servers_words() -> None:
    body = {"error": {"code": "VALIDATION_ERROR", "message": "The request has errors.", "details": ["Field 'x'."]}}
    with pytest.raises(Refused, match=r"The request has errors. Field 'x'.") as caught:
        http_server(lambda request: httpx.Response(400, json=body)).post("sync", {})
    assert caught.value.status == 400


def test_an_upload_goes_on_where_the_servers_bytes_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.edge.agent.server.PIECE_BYTES", 4)
    film = tmp_path / "film.mp4"
    film.write_bytes(b"0123456789")
    stored = bytearray()
    kept: list[str] = []
    cut = [True]

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["Tus-Resumable"] == "1.0.0"
        if request.method == "POST":
            return httpx.Response(201, headers={"Location": "/api/scan/uploads/u1"})
        if request.method == "PATCH":
            assert int(request.headers["Upload-Offset"]) == len(stored)
            stored.extend(request.content)
            if cut and cut.pop():
                raise httpx.ReadError("cut")  # the piece arrived, its answer did not
        return httpx.Response(200, headers={"Upload-Offset": str(len(stored))})

    server = http_server(answer)
    with pytest.raises(Offline):
        server.send_film(film, "film.mp4", "", kept.append)
    assert kept == ["/api/scan/uploads/u1"]
    assert server.send_film(film, "film.mp4", kept[0], kept.append) == "u1"
    assert bytes(stored) == b"0123456789"


def test_back_off_grows_is_bounded_and_differs() -> None:
    back_off = BackOff(random=random.Random(1))
    waits = [back_off.failed() for _ in range(12)]
    assert all(1.0 <= wait <= 300.0 for wait in waits)
    assert waits[0] <= 2.0
    assert min(waits[8:]) >= 150.0
    assert back_off.failed(asked_s=900) == 900
    back_off.worked()
    assert back_off.failed() <= 2.0
