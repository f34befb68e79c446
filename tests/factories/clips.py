"""Real footage made as long as a test needs it."""

from __future__ import annotations

from pathlib import Path

import av


def looped(source: Path, target: Path, seconds: float) -> Path:
    """The clip's packets again and again until `seconds` are full; nothing is encoded anew."""
    with av.open(str(target), "w") as out:
        stream, shift, end_s = None, 0, 0.0
        while end_s < seconds:
            with av.open(str(source)) as container:
                video = container.streams.video[0]
                if stream is None:
                    stream = out.add_stream_from_template(video)
                length = 0
                for packet in container.demux(video):
                    if packet.dts is None or packet.pts is None or packet.duration is None:
                        continue
                    length = max(length, packet.pts + packet.duration)
                    packet.pts += shift
                    packet.dts += shift
                    packet.stream = stream
                    out.mux(packet)
                shift += length
                end_s = float(shift * (video.time_base or 0))
    return target
