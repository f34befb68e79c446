"""The agent as a process: one thread scans, one talks to the server; either may be killed at any time."""

from __future__ import annotations

import fcntl
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from apps.edge.agent import films
from apps.edge.agent.clock import CorrectedClock
from apps.edge.agent.network import KeyRevoked, Network
from apps.edge.agent.scanning import Scanner, ScanSettings
from apps.edge.agent.schema import StoreError
from apps.edge.agent.server import BackOff, HttpServer, Offline, Refused, Server
from apps.edge.agent.store import Store

log = logging.getLogger("edge")

DATABASE = "agent.sqlite3"
LOOK_EVERY_S = 2.0
HEARTBEAT_S = 15.0
ONCE_TRIES = 6
"""With `--once`: how often an absent server is asked, with growing pauses, before the rest is left for another time."""


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """Where the agent works and for whom."""

    url: str
    key: str
    name: str
    version: str
    scans: ScanSettings


@dataclass(slots=True)
class Agent:
    """Runs until it is told to stop, or until everything that lies there is done."""

    settings: AgentSettings
    server: Server
    stop: threading.Event = field(default_factory=threading.Event)
    revoked: str = ""

    def run(self) -> None:
        """Watch, scan and sync until `stop` is set.

        Raises:
            KeyRevoked: the key is not taken any more.
        """
        talk = threading.Thread(target=self._talk, name="network", daemon=True)
        talk.start()
        with self._scanner() as scanner:
            while not self.stop.is_set():
                scanner.look()
                if not scanner.work():
                    self.stop.wait(LOOK_EVERY_S)
        talk.join(timeout=HEARTBEAT_S)
        if self.revoked:
            raise KeyRevoked(self.revoked)

    def run_once(self) -> bool:
        """Take and scan what lies there, deliver it, sync, and end; False where something was left undone.

        Raises:
            KeyRevoked: the key is not taken any more.
        """
        with self._scanner() as scanner:
            scanner.look()
            while scanner.folder.is_settling and not self.stop.is_set():
                self.stop.wait(min(1.0, scanner.settings.settle_s))
                scanner.look()
            while scanner.work():
                pass
            return self._talk_once(scanner)

    @contextmanager
    def _scanner(self) -> Iterator[Scanner]:
        self.settings.scans.out.mkdir(parents=True, exist_ok=True)
        store = open_store(self.settings.scans.out)
        try:
            yield Scanner(store, CorrectedClock(store.anchor()), self.settings.scans, self.stop)
        finally:
            store.close()

    def _network(self, store: Store, scanner: Scanner) -> Network:
        return Network(
            store=store,
            server=self.server,
            clock=scanner.clock,
            name=self.settings.name,
            version=self.settings.version,
            packed=scanner.packed,
            capabilities={"device": self.settings.scans.device, "preset": self.settings.scans.preset},
            delivered=scanner.clean,
        )

    def _talk_once(self, scanner: Scanner) -> bool:
        network, back_off = self._network(scanner.store, scanner), BackOff()
        for _ in range(ONCE_TRIES):
            try:
                network.step()
                network.step()  # what the first step let go first
                network.say_goodbye()
                left = films.due(scanner.store, (films.QUEUED, films.SCANNED, films.WHOLE), 2**60)
                return not left and not scanner.store.pending()
            except (Offline, Refused) as error:
                wait = back_off.failed(getattr(error, "wait_s", 0.0))
                log.warning("%s; trying again in %.0f s", error, wait)
                if self.stop.wait(wait):
                    break
        log.error("the server was not to be reached; everything is kept for the next start")
        return False

    def _talk(self) -> None:
        with self._scanner() as scanner:
            network, back_off = self._network(scanner.store, scanner), BackOff()
            while not self.stop.is_set():
                wait = self._one_talk(network, back_off)
                self.stop.wait(wait)
            if not self.revoked:
                self._leave(network)

    def _one_talk(self, network: Network, back_off: BackOff) -> float:
        """One exchange; answers how long to wait for the next [s]."""
        try:
            network.step()
        except KeyRevoked as error:
            self.revoked = str(error) or "the key is not valid"
            self.stop.set()
            return 0.0
        except (Offline, Refused) as error:
            wait = back_off.failed(getattr(error, "wait_s", 0.0))
            log.warning("offline: %s; trying again in %.0f s", error, wait)
            return wait
        except Exception:
            log.exception("the talk with the server failed; trying again")
            return back_off.failed()
        if back_off.failures:
            log.info("the server is back")
        back_off.worked()
        return HEARTBEAT_S

    @staticmethod
    def _leave(network: Network) -> None:
        try:
            network.say_goodbye()
        except (Offline, Refused):
            log.info("the server does not hear the goodbye; it will see by itself")


def http_agent(settings: AgentSettings, *, stop: threading.Event | None = None) -> Agent:
    """The agent for a real server."""
    return Agent(settings, HttpServer(settings.url, settings.key), stop or threading.Event())


def open_store(out: Path) -> Store:
    """The agent's database in its folder."""
    return Store(out / DATABASE)


@contextmanager
def only_one(out: Path) -> Iterator[None]:
    """Hold the folder for this process.

    Raises:
        StoreError: another agent works there.
    """
    out.mkdir(parents=True, exist_ok=True)
    with (out / "agent.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(f"Another agent works in {out} already.") from error
        yield


def status(out: Path, say: Callable[[str], Any]) -> None:
    """Say how the agent's queue stands; it may be running meanwhile."""
    store = open_store(out)
    try:
        counted = films.counts(store)
        say(f"node:    {store.meta('node_id') or 'not registered yet'}")
        say(f"films:   {', '.join(f'{count} {state}' for state, count in counted.items()) or 'none'}")
        say(f"edits:   {store.pending()} to be sent")
        anchor = store.anchor()
        say(f"clock:   {f'{anchor.offset_ms:+.0f} ms to the server' if anchor else 'never compared with the server'}")
        for name, error in films.failures(store):
            say(f"failed:  {name}: {error}")
    finally:
        store.close()
