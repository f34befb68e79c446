"""The agent's own parts: the folder, films by content, kills between states, the store, the command."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.edge.agent import films, schema
from apps.edge.agent.clock import CorrectedClock
from apps.edge.agent.network import KeyRevoked
from apps.edge.agent.program import Agent, AgentSettings, only_one, status
from apps.edge.agent.scanning import ScanSettings
from apps.edge.agent.schema import StoreError
from apps.edge.agent.server import Refused
from apps.edge.agent.store import Store
from apps.edge.stamps import ClockSample
from pipeline.errors import PipelineError
from tests.apps.edge.agent_parts import FakeServer, found, put, scanner_of, taken
from tests.apps.edge.agent_parts import _redis as _redis  # nothing here needs it

ROOT = Path(__file__).parents[3]


# The folder -------------------------------------------------------------------------------------------------------


def test_a_film_is_taken_when_it_lies_still(store: Store, settings_of: ScanSettings) -> None:
    scanner, time = scanner_of(store, settings_of)
    path = put(settings_of, "a.MP4")
    scanner.look()
    time.now += 4
    path.write_bytes(b"film, still being written")
    scanner.look()
    time.now += 4
    scanner.look()
    assert found(store) == []
    time.now += 2
    scanner.look()
    assert found(store) == [("a.MP4", "queued")]


def test_what_is_no_film_is_left_alone(store: Store, settings_of: ScanSettings) -> None:
    scanner, time = scanner_of(store, settings_of)
    for name in ("notes.txt", ".hidden.mp4", "film.mp4.part", "film.mp4.json"):
        put(settings_of, name)
    put(settings_of, "empty.mp4", b"")
    elsewhere = settings_of.out.parent / "private.mp4"
    elsewhere.write_bytes(b"not to be sent")
    (settings_of.watch / "link.mp4").symlink_to(elsewhere)
    taken(scanner, time)
    assert found(store) == []


def test_a_content_is_taken_once_whatever_its_name(store: Store, settings_of: ScanSettings) -> None:
    scanner, time = scanner_of(store, settings_of)
    put(settings_of, "a.mp4")
    put(settings_of, "copy of a.mp4")
    taken(scanner, time)
    (settings_of.watch / "a.mp4").rename(settings_of.watch / "renamed.mp4")
    taken(scanner, time)
    (settings_of.watch / "renamed.mp4").touch()
    taken(scanner, time)
    assert len(found(store)) == 1
    assert len(store.objects("session")) == 1


def test_what_is_said_beside_a_film_is_taken_with_it(store: Store, settings_of: ScanSettings, caplog: Any) -> None:
    scanner, time = scanner_of(store, settings_of)
    put(settings_of, "a.mp4")
    said = {"title": "Tuesday", "session_type": "match", "player_id": "p7", "preset": "fast"}
    put(settings_of, "a.mp4.json", json.dumps({**said, "secret": 1, "description": 3}).encode())
    put(settings_of, "b.mp4", b"other")
    put(settings_of, "b.mp4.json", b"{ no json")
    taken(scanner, time)
    one, two = films.due(store, ("queued",), 2**60)
    assert dict(one.said) == said
    assert dict(two.said) == {"title": "b"}
    assert [record.getMessage()[:26] for record in caplog.records if record.levelname == "WARNING"] == [
        "b.mp4.json cannot be read,"
    ], "whoever wrote it learns that it did not count"
    session = store.objects("session")[one.session_id]
    assert (session["title"], session["session_type"]) == ("Tuesday", "match")
    assert session["start"].startswith("20")


def test_a_folder_that_is_gone_is_said_not_fatal(store: Store, settings_of: ScanSettings, caplog: Any) -> None:
    scanner, _ = scanner_of(store, settings_of)
    settings_of.watch.rmdir()
    scanner.look()
    assert "cannot look into" in caplog.text


# Scanning ---------------------------------------------------------------------------------------------------------


def test_a_scan_that_was_killed_is_done_again_and_once(store: Store, settings_of: ScanSettings) -> None:
    calls = []

    def scan(request: Any, *_: Any) -> tuple[Any, bytes]:
        calls.append(request.video.name)
        if len(calls) == 1:
            raise KeyboardInterrupt  # stands for kill -9: nothing is written down
        return {}, b"arrays"

    scanner, time = scanner_of(store, settings_of, scan=scan)
    put(settings_of, "a.mp4")
    taken(scanner, time)
    with pytest.raises(KeyboardInterrupt):
        scanner.work()
    assert scanner.work()
    assert not scanner.work()
    assert calls == ["a.mp4", "a.mp4"]
    (film,) = films.due(store, ("scanned",), 2**60)
    assert scanner.packed(film.sha256).read_bytes() == b"arrays"


def test_a_film_that_cannot_be_scanned_is_given_up_with_its_reason(store: Store, settings_of: ScanSettings) -> None:
    def scan(*_: Any) -> tuple[Any, bytes]:
        raise PipelineError("The film is 12 fps; at least 20 are needed.")

    scanner, time = scanner_of(store, settings_of, scan=scan)
    put(settings_of, "a.mp4")
    taken(scanner, time)
    assert scanner.work()
    assert films.failures(store) == [("a.mp4", "The film is 12 fps; at least 20 are needed.")]
    lines: list[str] = []
    status(settings_of.out, lines.append)
    assert "failed:  a.mp4: The film is 12 fps; at least 20 are needed." in lines
    assert "films:   1 failed" in lines


def test_what_may_pass_is_tried_three_times(store: Store, settings_of: ScanSettings) -> None:
    def scan(*_: Any) -> tuple[Any, bytes]:
        raise PipelineError("Busy.", retryable=True)

    scanner, time = scanner_of(store, settings_of, scan=scan)
    put(settings_of, "a.mp4")
    taken(scanner, time)
    for _ in range(3):
        scanner.work()
        assert not scanner.work(), "not at once"
        store.connection.execute("UPDATE films SET not_before_ms = 0")
    assert found(store) == [("a.mp4", "failed")]


def test_a_full_disk_starts_no_scan(store: Store, settings_of: ScanSettings, caplog: Any) -> None:
    from dataclasses import replace

    scanner, time = scanner_of(store, replace(settings_of, free_bytes=2**62), scan=lambda *_: ({}, b""))
    put(settings_of, "a.mp4")
    taken(scanner, time)
    assert not scanner.work()
    assert found(store) == [("a.mp4", "queued")]
    assert "are free" in caplog.text


# The store --------------------------------------------------------------------------------------------------------


def test_edits_before_the_first_measurement_are_corrected_by_it(store: Store) -> None:
    store.edit("session", "s", {"title": "x"}, now_ms=1_800_000_300_000, corrected=False)
    clock = CorrectedClock(wall=lambda: 1_800_000_310_000.0, running=lambda: 50_000.0, boot="b")
    anchor = clock.measure(ClockSample(49_990, 1_800_000_009_995, 1_800_000_009_995, 50_000))
    assert anchor is not None
    assert anchor.offset_ms == -300_000
    store.keep_anchor(anchor)
    store.keep_anchor(anchor)
    (change,) = store.outgoing(10, 2**60).changes
    assert change["updated_at"] == "2027-01-15T08:00:00.000Z"


def test_an_edit_while_its_older_self_travels_stays_to_be_sent(store: Store) -> None:
    store.edit("session", "s", {"title": "one"}, now_ms=1_800_000_000_000, corrected=True)
    (sent,) = store.outgoing(10, 2**60).changes
    store.edit("session", "s", {"title": "two"}, now_ms=1_800_000_001_000, corrected=True)
    answer = {"applied": [sent], "refused": [], "changes": [], "cursor": "n.1"}
    store.take_in(answer, now_ms=1_800_000_002_000)
    (left,) = store.outgoing(10, 2**60).changes
    assert left["body"] == {"title": "two"}


def test_edits_of_the_future_are_pulled_back_in_their_order(store: Store) -> None:
    now = 1_800_000_000_000
    store.edit("session", "s", {"title": "one"}, now_ms=now + 300_000, corrected=True)
    store.edit("session", "s", {"description": "two"}, now_ms=now + 310_000, corrected=True)
    store.pull_back(now)
    one, two = store.outgoing(10, 2**60).changes
    assert (one["body"], two["body"]) == ({"title": "one"}, {"description": "two"})
    assert two["updated_at"] == "2027-01-15T08:00:00.000Z"
    assert one["updated_at"] == "2027-01-15T07:59:50.000Z"


def test_what_the_server_never_takes_is_set_aside(store: Store) -> None:
    store.set_meta(cursor="n.5")
    store.edit("session", "s", {"title": "x"}, now_ms=1_800_000_000_000, corrected=True)
    (sent,) = store.outgoing(10, 2**60).changes
    refused = {**sent, "code": "NOT_ALLOWED", "message": "No.", "retry": False}
    store.take_in({"applied": [], "refused": [refused], "changes": [], "cursor": "n.6"}, now_ms=1_800_000_001_000)
    assert store.pending() == 0
    assert store.objects("session") == {}
    assert store.meta("cursor") == "", "everything comes anew"


def test_a_store_of_a_newer_agent_is_left_alone(tmp_path: Path) -> None:
    Store(tmp_path / "a.sqlite3").connection.execute("PRAGMA user_version=99")
    with pytest.raises(StoreError, match="version 99"):
        Store(tmp_path / "a.sqlite3")


def test_a_damaged_store_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.sqlite3").write_bytes(b"no database at all, but long enough" * 100)
    with pytest.raises(StoreError, match="Move it away"):
        Store(tmp_path / "a.sqlite3")


def test_two_agents_do_not_share_a_folder(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(StoreError, match="Another agent"), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass


# The program ------------------------------------------------------------------------------------------------------


def agent_of(settings: ScanSettings, server: Any) -> Agent:
    return Agent(AgentSettings("http://server", "axk_", "Box", "1", settings), server)


def test_once_does_what_lies_there_and_ends(settings_of: ScanSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setattr("apps.edge.agent.program.Scanner.work", lambda self: False)
    server = FakeServer()
    agent = agent_of(replace(settings_of, settle_s=0.05), server)
    assert agent.run_once() is True
    put(settings_of, "a.mp4")
    assert agent.run_once() is False, "it lies there, and nothing has looked at it"


def test_a_dead_key_ends_the_running_agent(settings_of: ScanSettings) -> None:
    class Dead(FakeServer):
        def post(self, route: str, body: Any) -> Any:
            raise Refused(401, "Log in first.")

    with pytest.raises(KeyRevoked, match="Log in first"):
        agent_of(settings_of, Dead()).run()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--watch DIR"),
        (["--watch", "/nowhere/at/all"], "There is no folder"),
        (["--watch", "WATCH"], "--server"),
        (["--watch", "WATCH", "--server", "club.example"], "--server"),
        (["--watch", "WATCH", "--server", "http://x"], "EDGE_KEY"),
        (["--watch", "WATCH", "--server", "http://x", "--key", "password"], "EDGE_KEY"),
        (["--watch", "WATCH", "--server", "http://x", "--key-file", "/nowhere"], "holds no key"),
    ],
)
def test_a_mistake_is_said_in_a_sentence(tmp_path: Path, arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("edge_agent", *[str(tmp_path) if word == "WATCH" else word for word in arguments])


def test_the_status_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("edge_agent", "--watch", str(tmp_path), "--status")
    assert capsys.readouterr().out.splitlines() == [
        "node:    not registered yet",
        "films:   none",
        "edits:   0 to be sent",
        "clock:   never compared with the server",
    ]
    shutil.rmtree(tmp_path / ".axolotl-edge")


def test_the_agent_knows_no_django() -> None:
    code = (
        "import sys, apps.edge.agent.program; "
        "print([name for name in ('django.db', 'django.conf', 'torch', 'cv2', 'av') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_journal_of_an_agent_that_was_killed_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite answers at once, whatever its timeout, while the dead process's locks are taken down."""
    opened, answers = schema._opened, [sqlite3.OperationalError("database is locked")] * 2

    def slow(path: Path) -> sqlite3.Connection:
        if answers:
            raise answers.pop()
        return opened(path)

    monkeypatch.setattr(schema, "_opened", slow)
    monkeypatch.setattr(schema, "AGAIN_S", 0.0)
    schema.connect(tmp_path / "agent.sqlite3").close()
    assert answers == []
    monkeypatch.setattr(schema, "BUSY_S", -1.0)
    answers.append(sqlite3.OperationalError("database is locked"))
    with pytest.raises(schema.StoreError, match="locked"):
        schema.connect(tmp_path / "agent.sqlite3")
