"""Child of `test_long_film`: scans a film of many small frames with a scripted detector and prints its peak memory."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import numpy as np

from pipeline.local import ScanRequest, run_local
from tests.factories import videos
from tests.factories.films import SHIRTS, SIZE, ScriptedDetector, boxes_of, calibration, scripted_tools

PERIOD = 2000
PEOPLE = 6


def circling(frame: int) -> list[tuple[float, float]]:
    """Six people who run round the pitch in circles of their own, once in 80 s."""
    angle = 2 * np.pi * (frame % PERIOD) / PERIOD
    return [(-15 + 6 * person + 2.0 * np.cos(angle + person), 4.0 * np.sin(angle + person)) for person in range(PEOPLE)]


def pictures(frames: int):
    """The film's pictures; the number runs round with the people."""
    ground = np.random.default_rng(8).integers(40, 215, (SIZE[1], SIZE[0], 3), np.uint8)
    one_round = []
    for number in range(min(PERIOD, frames)):
        picture = ground.copy()
        for place, box in enumerate(boxes_of(circling(number)).round().astype(int)):
            picture[max(box[1], 0) : box[3], max(box[0], 0) : box[2]] = SHIRTS[place % len(SHIRTS)]
        one_round.append(videos.stamp_number(picture, number))
    return (one_round[number % PERIOD] for number in range(frames))


def main() -> None:
    """Film, scan, print."""
    folder, frames = Path(sys.argv[1]), int(sys.argv[2])
    video = folder / "film.mp4"
    if len(sys.argv) > 3:
        videos.write_video(video, pictures(frames), options={"preset": "ultrafast", "crf": "20", "g": "250"})
        return
    request = ScanRequest(
        video,
        folder / "out",
        preset="fast",
        calibration=calibration(),
        overlay=False,
        overrides={"detector_profile": "full"},
    )
    results = run_local(request, scripted_tools(ScriptedDetector(circling), folder))
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tracks = [track["frames"] for track in results["tracks"]]
    print(json.dumps({"peak_mib": peak_mib, "tracks": tracks, "frames": results["video"]["frames"]}))  # noqa: T201


if __name__ == "__main__":
    main()
