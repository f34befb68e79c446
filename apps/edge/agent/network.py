"""The agent's talk with the server: edits out and in, films in, a heartbeat in between."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from apps.edge.agent import films
from apps.edge.agent.clock import CorrectedClock
from apps.edge.agent.films import Film
from apps.edge.agent.server import Refused, Server
from apps.edge.agent.store import Store
from apps.edge.stamps import ClockSample

log = logging.getLogger("edge")

BATCH = 500
SYNC_EVERY_MS = 60_000
"""What people change on the server is numbered at a sync only, so one is due now and then without a reason here."""
HTTP_CONFLICT, HTTP_GONE, HTTP_TOO_LARGE, HTTP_UNREADABLE, HTTP_UNAUTHORISED = 409, 410, 413, 422, 401
AGAIN_LATER_MS = 60_000


class KeyRevoked(Exception):
    """The server does not take the key any more."""


@dataclass(slots=True)
class Network:
    """Everything that needs the server. Each step may end at any statement; the next start goes on from there.

    Attributes:
        packed: where a film's arrays lie, by its digest.
        version: of the agent.
    """

    store: Store
    server: Server
    clock: CorrectedClock
    name: str
    version: str
    packed: Callable[[str], Path]
    capabilities: dict[str, Any] = field(default_factory=dict)
    delivered: Callable[[Film], None] = lambda film: None
    _behind: bool = True
    _synced_ms: float = 0.0

    def step(self) -> None:
        """Say hello, sync until both sides are even, hand in films.

        Raises:
            Offline: later.
            KeyRevoked: never again with this key.
        """
        try:
            self._register()
            if self._behind or self.store.pending() or self.clock.running() - self._synced_ms >= SYNC_EVERY_MS:
                self._sync()
                self._synced_ms = self.clock.running()
            self._beat()
            for film in films.due(self.store, (films.SCANNED, films.WHOLE), self.clock.now_ms()):
                self._deliver(film)
        except Refused as error:
            if error.status == HTTP_UNAUTHORISED:
                raise KeyRevoked(error.message) from error
            raise

    def say_goodbye(self) -> None:
        """Tell the server that the agent stops by itself."""
        self._post("heartbeat", {"state": self.state(), "leaving": True})

    def state(self) -> dict[str, Any]:
        """How the queue stands, for whoever looks at the server."""
        anchor = self.clock.anchor
        return {
            "films": films.counts(self.store),
            "outbox": self.store.pending(),
            "clock_offset_ms": round(anchor.offset_ms, 1) if anchor else None,
            "failed": [{"film": name, "error": error[:200]} for name, error in films.failures(self.store)],
        }

    def _register(self) -> None:
        said = f"{self.name}\n{self.version}"
        if self.store.meta("registered") == said:
            return
        sent = {"name": self.name, "version": self.version, "capabilities": self.capabilities}
        data = self._post("register", sent)
        if self.store.meta("node_id") not in ("", data["node_id"]):
            self.store.start_again()  # paired anew: what was said under the old name is said again
        self.store.set_meta(node_id=data["node_id"], registered=said)
        log.info("registered as %s", data["node_id"])

    def _sync(self) -> None:
        while True:
            outgoing = self.store.outgoing(BATCH, self.clock.now_ms())
            cursor = self.store.meta("cursor")
            sent = {"cursor": cursor or None, "changes": outgoing.changes, "pending": outgoing.pending}
            try:
                answer = self._post("sync", sent)
            except Refused as error:
                if error.status != HTTP_CONFLICT or not self._start_again(error):
                    raise
                continue
            self.store.take_in(answer, now_ms=self.clock.now_ms())
            self._tell(answer)
            if not (answer["has_more"] or outgoing.pending or not self.store.meta("cursor")):
                self._behind = False
                return
            if not outgoing.changes and not answer["changes"]:
                return  # what is left waits for something else

    def _start_again(self, error: Refused) -> bool:
        if not self.store.meta("cursor"):
            self.store.set_meta(registered="")  # without a cursor only a lost registration is left to mend
            return False
        log.warning("starting the sync anew: %s", error.message)
        self.store.start_again()
        return True

    def _tell(self, answer: dict[str, Any]) -> None:
        ahead = [entry for entry in answer["refused"] if entry["code"] == "CLOCK_AHEAD"]
        if ahead:
            self.clock.doubt()
            self.store.pull_back(self.clock.now_ms())
        for entry in answer["refused"]:
            log.warning("%s %s was not taken: %s", entry["kind"], entry["id"], entry["message"])
        for entry in answer["conflicts"]:
            outcome = "stands" if entry["won"] else "lost to a later edit"
            log.info("%s %s: %s edited here %s", entry["kind"], entry["id"], entry["field"] or "what was", outcome)
        moved = len(answer["applied"]), len(answer["changes"])
        if any(moved):
            log.info("synced: %d sent, %d received", *moved)

    def _beat(self) -> None:
        self._behind = self._post("heartbeat", {"state": self.state()})["pending"] > 0

    def _post(self, route: str, body: dict[str, Any]) -> dict[str, Any]:
        data, sample = self.server.post(route, body)
        self._measure(sample)
        return data

    def _measure(self, sample: ClockSample | None) -> None:
        anchor = self.clock.measure(sample) if sample is not None else None
        if anchor is not None:
            self.store.keep_anchor(anchor)

    def _deliver(self, film: Film) -> None:
        if self.store.waits_for(film.session_id):
            return  # its session goes first
        if film.state == films.SCANNED and not self.packed(film.sha256).is_file():
            films.move(self.store, film, films.QUEUED)  # a power cut took the file; the scan's steps still stand
            return
        if film.state == films.WHOLE and not film.path.is_file():
            films.move(self.store, film, films.FAILED, error="The film was taken away before it was sent.")
            return
        try:
            answer = self._hand_in(film)
        except Refused as error:
            self._not_taken(film, error)
            return
        if films.move(self.store, film, films.DELIVERED, job_id=answer["job_id"]):
            log.info("%s is on the server (%s)", film.path.name, "known before" if answer["known"] else "new")
            self.delivered(film)

    def _hand_in(self, film: Film) -> dict[str, Any]:
        fields = {
            "sha256": film.sha256,
            "name": film.path.name[-255:],
            "size_bytes": str(film.size),
            "session_id": film.session_id,
            **{name: str(value) for name, value in film.said.items()},
        }
        if film.state == films.SCANNED:
            return self.server.send_arrays(fields, self.packed(film.sha256), f"film-{film.sha256}")
        upload_id = self.server.send_film(
            film.path, film.path.name, film.upload, lambda address: self._keep_upload(film, address)
        )
        data, _ = self.server.post("process", {**fields, "size_bytes": film.size, "upload_id": upload_id})
        return data

    def _keep_upload(self, film: Film, address: str) -> None:
        films.move(self.store, film, film.state, upload=address)

    def _not_taken(self, film: Film, error: Refused) -> None:
        if error.status == HTTP_UNAUTHORISED:
            raise error
        if film.state == films.SCANNED and error.status in (HTTP_TOO_LARGE, HTTP_UNREADABLE):
            log.warning("%s: %s Sending the film itself.", film.path.name, error.message)
            films.move(self.store, film, films.WHOLE)
        elif film.attempts + 1 < films.MAX_ATTEMPTS and error.status != HTTP_GONE:
            later = self.clock.now_ms() + AGAIN_LATER_MS
            films.move(self.store, film, film.state, attempts=film.attempts + 1, not_before_ms=later, upload="")
            log.warning("%s was not taken, trying again in a minute: %s", film.path.name, error.message)
        else:
            films.move(self.store, film, films.FAILED, error=error.message)
            log.error("%s was not taken: %s", film.path.name, error.message)
            self.delivered(film)
