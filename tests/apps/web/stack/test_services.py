"""Where the stack says that it is, and which ports there are."""

from __future__ import annotations

from itertools import pairwise

import pytest

from apps.web.stack import launch
from apps.web.stack.services import stack, worker_services
from apps.web.stack.supervisor import StackError
from pipeline.api import Queue


@pytest.mark.parametrize(("host", "address"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("box", "box")])
def test_links_and_codes_lead_to_the_port_that_answers(
    host: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    assert {service.env["PUBLIC_URL"] for service in stack(host, 8921)} == {f"http://{address}:8921"}


def test_an_address_that_was_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://club.example")
    assert all("PUBLIC_URL" not in service.env for service in stack("127.0.0.1", 8921))


@pytest.mark.parametrize("port", [-1, 0, 65536, 99999])
def test_a_port_that_does_not_exist_is_refused_in_words(port: int) -> None:
    with pytest.raises(StackError, match="from 1 to 65535"):
        launch._refuse_taken_port("127.0.0.1", port)


def test_a_live_session_holds_no_child_that_anything_else_waits_for() -> None:
    argvs = {service.name: service.argv for service in worker_services(threads=2)}
    queues = {name: [word for flag, word in pairwise(argv) if flag == "--queue"] for name, argv in argvs.items()}
    assert [name for name, served in queues.items() if "live" in served] == ["worker-live"]
    assert queues["worker-live"] == ["live"] and queues["worker-quick"] == ["critical"]
    assert sorted(queue for served in queues.values() for queue in served) == sorted(queue.value for queue in Queue)
    live = argvs["worker-live"]
    assert live[live.index("--concurrency") + 1] == "2" and live[live.index("--threads") + 1] == "1"
