"""Load on a running stack: phones that film one session, viewers that look at it.

    .venv/bin/python -m tests.load http://127.0.0.1:8000 --email coach@… --password … --viewers 500 --phones 8

Prints what was sent, how many states each viewer had, and how old they were when they came (by the frame's own time).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.load.client import Club, frame, jpeg


@dataclass
class Seen:
    """What the viewers had."""

    states: list[int] = field(default_factory=list)
    ages_s: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)


async def phone(club: Club, session: str, name: str, options: Any, seen: Seen) -> int:
    """One phone: `fps` pictures a second until time is up; answers how many it sent."""
    socket = await club.socket(session)
    await socket.say("start_session", camera=name)
    await socket.until("joined")
    listener = asyncio.create_task(_note_errors(socket, seen))
    picture = Path(options.picture).read_bytes() if options.picture else jpeg()
    began, sent = time.monotonic(), 0
    while (now := time.monotonic() - began) < options.seconds:
        await socket.send_bytes(frame(picture))
        sent += 1
        await asyncio.sleep(max(0.0, sent / options.fps - now))
    listener.cancel()
    socket.cut()
    return sent


async def viewer(club: Club, session: str, seconds: float, seen: Seen) -> None:
    """One viewer, until time is up."""
    socket = await club.socket(session)
    await socket.say("join_session")
    count = 0
    try:
        async with asyncio.timeout(seconds):
            while True:
                state = await socket.until("metrics_update")
                count += 1
                newest = max((facts["t_us"] for facts in state["metrics"]["frame"].values()), default=0)
                seen.ages_s.append(time.time() - newest / 1e6)
    except TimeoutError:
        pass
    seen.states.append(count)
    socket.cut()


async def _note_errors(socket: Any, seen: Seen) -> None:
    while (body := await socket.receive()) is not None:
        message = json.loads(body)
        if message["type"] == "error":
            seen.errors[message["code"]] = seen.errors.get(message["code"], 0) + message["count"]


async def load(options: Any) -> dict[str, Any]:
    """Film and watch; answers the figures."""
    club = await asyncio.to_thread(Club.log_in, options.url, options.email, options.password)
    cameras = [f"phone {number}" for number in range(1, options.phones + 1)]
    session = await asyncio.to_thread(club.start, fps=options.fps, cameras=[{"name": name} for name in cameras])
    seen = Seen()
    viewers = [asyncio.create_task(viewer(club, session, options.seconds, seen)) for _ in range(options.viewers)]
    sent = await asyncio.gather(*(phone(club, session, name, options, seen) for name in cameras))
    await asyncio.gather(*viewers)
    stopped = await asyncio.to_thread(club.stop, session)
    ages = sorted(seen.ages_s) or [float("nan")] * 2
    return {
        "frames sent": sum(sent),
        "frames": stopped["frames"],
        "status": stopped["status"],
        "viewers": len(seen.states),
        "states a viewer (least, median)": [min(seen.states), median(seen.states)] if seen.states else [],
        "age of a state, p50 and p95 [s]": [round(median(ages), 3), round(quantiles(ages, n=20)[18], 3)],
        "errors": seen.errors,
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("url", help="where the stack answers")
    parser.add_argument("--email", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--viewers", type=int, default=500)
    parser.add_argument("--phones", type=int, default=8)
    parser.add_argument("--fps", type=float, default=10.0)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--picture", help="JPEG that every phone sends; default: a grey one")
    sys.stdout.write(json.dumps(asyncio.run(load(parser.parse_args(argv))), indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
