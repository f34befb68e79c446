"""Small video files of every kind, good and bad, made on the spot.

Every picture carries its own number as a row of black and white blocks, so that a test can read which frame it got
whatever the codec did to it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame

BITS = 12
TICKS = 90_000


def numbered_picture(number: int, width: int = 96, height: int = 64) -> np.ndarray:
    """A BGR picture with `number` in binary along the top edge and a moving grey texture below."""
    rows = np.arange(height)[:, None]
    columns = np.arange(width)[None, :]
    grey = ((rows * 3 + columns * 2 + number * 5) % 128 + 64).astype(np.uint8)
    return stamp_number(np.repeat(grey[:, :, None], 3, axis=2), number)


def stamp_number(picture: np.ndarray, number: int) -> np.ndarray:
    """Write `number` in binary along the picture's top edge."""
    height, width = picture.shape[:2]
    block = width // BITS
    for bit in range(BITS):
        picture[: height // 4, bit * block : (bit + 1) * block] = 235 if number >> bit & 1 else 20
    return picture


def read_number(image_bgr: np.ndarray) -> int:
    """The number in a picture made by `numbered_picture`."""
    height, width = image_bgr.shape[:2]
    block = width // BITS
    row = image_bgr[height // 8].mean(axis=1)
    return sum(1 << bit for bit in range(BITS) if row[bit * block + block // 2] > 128)


def write_video(
    path: Path,
    pictures: Iterable[np.ndarray],
    *,
    times_s: Sequence[float] | None = None,
    fps: Fraction = Fraction(25),
    codec: str = "libx264",
    container: str = "mp4",
    pix_fmt: str = "yuv420p",
    rotation: int = 0,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    audio: bool = False,
) -> Path:
    """Encode pictures. With `times_s` the frames get these times (variable rate), else `n / fps`."""
    with av.open(str(path), "w", format=container, options=container_options or {}) as out:
        stream = None
        sound = out.add_stream("aac", rate=44_100) if audio else None
        for number, picture in enumerate(pictures):
            if stream is None:
                stream = out.add_stream(codec, rate=fps, options=options or {})
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = pix_fmt
                if times_s is not None:
                    stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS)
                if rotation:
                    stream.set_display_rotation(rotation)
            frame = VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
            if times_s is None:
                frame.pts, frame.time_base = number, 1 / fps
            else:
                frame.pts, frame.time_base = round(times_s[number] * TICKS), Fraction(1, TICKS)
            out.mux(stream.encode(frame))
        if sound is not None:
            _write_silence(out, sound, seconds=1)
        if stream is not None:
            out.mux(stream.encode(None))
    return path


def _write_silence(out, stream, *, seconds: int) -> None:
    samples = np.zeros((1, 1024), np.float32)
    for start in range(0, seconds * 44_100, 1024):
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 44_100, start
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


def numbered_video(path: Path, frames: int = 50, *, width: int = 96, height: int = 64, **kind) -> Path:
    """A file of numbered pictures; `kind` as in `write_video`."""
    return write_video(path, (numbered_picture(n, width, height) for n in range(frames)), **kind)


B_FRAMES = {"g": "12", "bf": "3", "preset": "veryfast", "crf": "18"}


def h264_b_frames(path: Path, frames: int = 50, **kind) -> Path:
    """H.264 with B-frames and a keyframe every 12 frames: presentation and decoding order differ."""
    return numbered_video(path, frames, options=B_FRAMES, **kind)


def variable_rate(path: Path, frames: int = 60, **kind) -> Path:
    """H.264 with B-frames whose frame intervals alternate between 20, 40 and 80 ms."""
    gaps = np.tile([0.02, 0.04, 0.08], frames)[: frames - 1]
    times = np.concatenate([[0.0], np.cumsum(gaps)])
    return numbered_video(path, frames, times_s=list(times), options=B_FRAMES, **kind)


def hevc(path: Path, frames: int = 40) -> Path:
    """HEVC with open groups of pictures, x265's default."""
    return numbered_video(path, frames, codec="libx265", options={"x265-params": "keyint=10:log-level=none"})


def mpeg4_avi(path: Path, frames: int = 50) -> Path:
    """MPEG-4 part 2 in AVI, as older cameras make."""
    return numbered_video(path, frames, codec="mpeg4", container="avi", options={"g": "10", "b": "900000"})


def mpeg4_b_frames_avi(path: Path, frames: int = 50) -> Path:
    """MPEG-4 part 2 with B-frames in AVI: the container stores no presentation stamps."""
    return numbered_video(path, frames, codec="mpeg4", container="avi", options={"g": "10", "bf": "2", "b": "900000"})


def mjpeg_avi(path: Path, frames: int = 50) -> Path:
    """Motion JPEG in AVI."""
    return numbered_video(path, frames, codec="mjpeg", container="avi", pix_fmt="yuvj420p")


def vp9_mkv(path: Path, frames: int = 50, container: str = "matroska") -> Path:
    """VP9 in Matroska (or WebM) with hidden reference frames."""
    options = {"g": "15", "deadline": "realtime", "cpu-used": "8", "auto-alt-ref": "1", "lag-in-frames": "8"}
    return numbered_video(path, frames, codec="libvpx-vp9", container=container, options=options)


def audio_only(path: Path) -> Path:
    """An MP4 with one second of silence and no picture."""
    with av.open(str(path), "w", format="mp4") as out:
        _write_silence(out, out.add_stream("aac", rate=44_100), seconds=1)
    return path


def empty(path: Path) -> Path:
    """A file of zero bytes."""
    path.write_bytes(b"")
    return path


def garbage(path: Path) -> Path:
    """Random bytes behind a video's name."""
    path.write_bytes(np.random.default_rng(5).bytes(50_000))
    return path


def garbage_behind_ftyp(path: Path) -> Path:
    """Random bytes behind a real MP4 signature."""
    path.write_bytes(b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + np.random.default_rng(6).bytes(50_000))
    return path


def text_file(path: Path) -> Path:
    """A play list pretending to be a video: parsing it would open other addresses."""
    path.write_text("#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/secret.ts\n#EXT-X-ENDLIST\n")
    return path


def png_image(path: Path) -> Path:
    """A picture pretending to be a video."""
    with av.open(str(path), "w", format="image2") as out:
        stream = out.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "rgb24"
        out.mux(stream.encode(VideoFrame.from_ndarray(numbered_picture(1), format="bgr24")))
        out.mux(stream.encode(None))
    return path


def without_index(path: Path) -> Path:
    """An MP4 whose index at the end was never written: a phone that ran out of battery."""
    h264_b_frames(path)
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"moov") - 4])
    return path


def lying(path: Path, frames: int = 250, kept: float = 0.6) -> Path:
    """An MP4 with its index first and its end cut off: declares more frames than it holds."""
    options = {**B_FRAMES, "crf": "30"}
    numbered_video(path, frames, options=options, container_options={"movflags": "+faststart"})
    content = path.read_bytes()
    data = content.index(b"mdat")
    path.write_bytes(content[: data + int((len(content) - data) * kept)])
    return path


def _cut(path: Path, kept: float) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    return path


def cut_avi(path: Path, frames: int = 200) -> Path:
    """An AVI that was copied half: its header still announces every frame."""
    return _cut(mpeg4_avi(path, frames), 0.5)


def fragments(path: Path, frames: int = 60) -> Path:
    """An MP4 in fragments, as browsers and some phones record it: nothing announces its length."""
    kind = {"movflags": "frag_keyframe+empty_moov"}
    return numbered_video(path, frames, options={"g": "10"}, container_options=kind)


def cut_fragments(path: Path) -> Path:
    """Such an MP4 whose recording stopped in the middle of a fragment."""
    return _cut(fragments(path), 0.6)


def impossible_length(path: Path) -> Path:
    """A Matroska file whose header announces 30,000 years."""
    h264_b_frames(path, container="matroska")
    content = bytearray(path.read_bytes())
    place = content.index(b"\x44\x89\x88") + 3
    content[place : place + 8] = struct.pack(">d", 1e15)
    path.write_bytes(bytes(content))
    return path


def damaged_middle(path: Path, frames: int = 60) -> Path:
    """H.264 with the bytes of some frames in the middle overwritten."""
    h264_b_frames(path, frames)
    content = bytearray(path.read_bytes())
    start, end = content.index(b"mdat"), content.index(b"moov")
    third = (end - start) // 3
    content[start + third : start + third + 3000] = np.random.default_rng(7).bytes(3000)
    path.write_bytes(bytes(content))
    return path


def undecodable(path: Path) -> Path:
    """A whole MP4 whose picture data is noise."""
    h264_b_frames(path)
    content = bytearray(path.read_bytes())
    start, end = content.index(b"mdat") + 4, content.index(b"moov") - 4
    content[start:end] = b"\x55" * (end - start)
    path.write_bytes(bytes(content))
    return path


def dimension_bomb(path: Path) -> Path:
    """A Motion JPEG whose headers announce 60,000 x 60,000 pixels: decoding it would take 10 GB."""
    mjpeg_avi(path, 20)
    content = bytearray(path.read_bytes())
    place = content.index(b"strf") + 12
    content[place : place + 8] = struct.pack("<II", 60_000, 60_000)
    start = 0
    while (start := content.find(b"\xff\xc0\x00\x11\x08", start)) >= 0:
        content[start + 5 : start + 9] = struct.pack(">HH", 60_000, 60_000)
        start += 1
    path.write_bytes(bytes(content))
    return path


def too_wide(path: Path) -> Path:
    """A real video of 9,000 x 32 pixels."""
    return numbered_video(path, 15, width=9_000, height=32, options={"preset": "ultrafast"})


def one_frame(path: Path) -> Path:
    """A single picture in an MP4."""
    return numbered_video(path, 1)


def no_frames(path: Path) -> Path:
    """An AVI whose header is whole and which holds no frame: 0 seconds."""
    mpeg4_avi(path, 2)
    content = bytearray(path.read_bytes())
    place = content.index(b"movi")
    path.write_bytes(bytes(content[: place + 4]))
    return path


GOOD: dict[str, Callable[[Path], Path]] = {
    "h264_b_frames.mp4": h264_b_frames,
    "variable_rate.mp4": variable_rate,
    "hevc.mp4": hevc,
    "mpeg4.avi": mpeg4_avi,
    "mpeg4_b_frames.avi": mpeg4_b_frames_avi,
    "mjpeg.avi": mjpeg_avi,
    "vp9.mkv": vp9_mkv,
    "vp9.webm": lambda path: vp9_mkv(path, container="webm"),
    "h264.mov": lambda path: h264_b_frames(path, container="mov"),
    "odd.mkv": lambda path: h264_b_frames(path, 30, width=99, height=65, container="matroska", pix_fmt="yuv444p"),
    "vertical.mp4": lambda path: numbered_video(path, 30, width=64, height=96),
    "4k.mp4": lambda path: numbered_video(path, 15, width=3840, height=2160, options={"preset": "ultrafast"}),
    "12_fps.mp4": lambda path: numbered_video(path, 24, fps=Fraction(12)),
    "wrong_name.avi": h264_b_frames,
    "fragments.mp4": fragments,
}
"""Name → builder of files that must be read completely."""

BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "empty.mp4": (empty, "EMPTY_FILE"),
    "garbage.mp4": (garbage, "UNSUPPORTED_CONTAINER"),
    "garbage_behind_ftyp.mp4": (garbage_behind_ftyp, "UNDECODABLE"),
    "playlist.mp4": (text_file, "UNSUPPORTED_CONTAINER"),
    "picture.mp4": (png_image, "UNSUPPORTED_CONTAINER"),
    "sound.mp4": (audio_only, "NO_VIDEO_STREAM"),
    "without_index.mp4": (without_index, "UNDECODABLE"),
    "undecodable.mp4": (undecodable, "UNDECODABLE"),
    "bomb.avi": (dimension_bomb, "UNDECODABLE"),
    "too_wide.mp4": (too_wide, "TOO_LARGE"),
    "one_frame.mp4": (one_frame, "TOO_SHORT"),
    "no_frames.avi": (no_frames, "TOO_SHORT"),
    "short.mp4": (lambda path: numbered_video(path, 10), "TOO_SHORT"),
    "slow.mp4": (lambda path: numbered_video(path, 20, fps=Fraction(8)), "LOW_FRAME_RATE"),
}
"""Name → builder of files that must be refused, and the code."""
