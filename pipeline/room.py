"""Artefacts on a disk that is full for a moment: the step waits with its work in hand instead of losing it."""

from __future__ import annotations

import errno
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from pipeline.ports import ArtefactStore

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 0.5


@dataclass(frozen=True, slots=True)
class WaitingForRoom:
    """An artefact store whose `write` waits for room.

    Attributes:
        check: raises when the step must stop; called while it waits.
        room_s: after so long without room the write fails [s].
    """

    store: ArtefactStore
    check: Callable[[], None]
    room_s: float

    def write(self, key: str, data: bytes) -> None:
        """See `ArtefactStore.write`."""
        until = time.monotonic() + self.room_s
        while True:
            try:
                self.store.write(key, data)
                return
            except OSError as error:
                if error.errno != errno.ENOSPC or time.monotonic() > until:
                    raise
                log.warning("the disk is full; '%s' waits for room", key)
            self.check()
            time.sleep(LOOK_AGAIN_S)

    def read(self, key: str) -> bytes:
        """See `ArtefactStore.read`."""
        return self.store.read(key)

    def exists(self, key: str) -> bool:
        """See `ArtefactStore.exists`."""
        return self.store.exists(key)

    def list(self, prefix: str) -> Iterator[str]:
        """See `ArtefactStore.list`."""
        return self.store.list(prefix)

    def delete(self, prefix: str) -> None:
        """See `ArtefactStore.delete`."""
        self.store.delete(prefix)

    def local_video(self, key: str) -> AbstractContextManager[Path]:
        """See `ArtefactStore.local_video`."""
        return self.store.local_video(key)

    def new_video(self, key: str) -> AbstractContextManager[Path]:
        """See `ArtefactStore.new_video`."""
        return self.store.new_video(key)

    def drop_video(self, key: str) -> None:
        """See `ArtefactStore.drop_video`."""
        self.store.drop_video(key)
