"""A wall clock that can be set for one process: first in its path, so before anybody has imported `datetime`.

The number of seconds in the file `CHAOS_CLOCK` is added to the time of day; what counts from the start of the machine
(`time.monotonic`) goes on undisturbed, as it does when an administrator or NTP sets a clock.
"""

import copyreg
import datetime
import os
import time

_FILE = os.environ.get("CHAOS_CLOCK", "")
_real_time, _real_time_ns, _Real = time.time, time.time_ns, datetime.datetime
_LOOK_EVERY_S = 0.05
_seen = [-1.0, 0.0]


def _ahead_s() -> float:
    now = time.monotonic()
    if now - _seen[0] > _LOOK_EVERY_S:
        _seen[0] = now
        try:
            with open(_FILE) as file:  # noqa: PTH123 as little as possible is imported here
                _seen[1] = float(file.read() or 0)
        except (OSError, ValueError):
            _seen[1] = 0.0
    return _seen[1]


class _Kind(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _Real)

    def __subclasscheck__(cls, kind: type) -> bool:
        return issubclass(kind, _Real)


class _Datetime(_Real, metaclass=_Kind):
    @classmethod
    def now(cls, tz=None):
        return _Real.now(tz) + datetime.timedelta(seconds=_ahead_s())

    @classmethod
    def utcnow(cls):
        return _Real.now(datetime.UTC).replace(tzinfo=None) + datetime.timedelta(seconds=_ahead_s())


def _made(*state):
    return _Real(*state)


if _FILE:
    time.time = lambda: _real_time() + _ahead_s()
    time.time_ns = lambda: _real_time_ns() + int(_ahead_s() * 1e9)
    _Datetime.__name__, _Datetime.__qualname__, _Datetime.__module__ = "datetime", "datetime", "datetime"
    datetime.datetime = _Datetime
    copyreg.pickle(_Real, lambda moment: (_made, moment.__reduce__()[1]))  # pickle looks a class up by its name
