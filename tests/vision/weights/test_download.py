"""Downloads from a publisher, played by a server of our own."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from vision.errors import ModelError
from vision.weights import download, registry
from vision.weights.registry import REGISTRY

MODEL = b"the model" * 1000


def _zip(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_onnx", ".onnx"), content)
    return buffer.getvalue()


ARCHIVE = _zip(folder__end2end_onnx=MODEL)
FILES = {
    "/model.onnx": MODEL,
    "/other.onnx": b"<html>moved</html>",
    "/archive.zip": ARCHIVE,
    "/empty.zip": _zip(readme=b"x"),
    "/damaged.zip": ARCHIVE[:40] + bytes(20) + ARCHIVE[60:],
}


class _Publisher(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = FILES.get(self.path)
        self.send_response(200 if content is not None else 404)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture(scope="module")
def publisher() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Publisher)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Callable[[str | None, str | None], None]:
    def put(url: str | None, digest: str | None) -> None:
        made = {"one": replace(REGISTRY["yolox-nano"], key="one", file_name="one.onnx", url=url, sha256=digest)}
        monkeypatch.setattr(download, "REGISTRY", made)
        monkeypatch.setattr(registry, "REGISTRY", made)

    return put


@pytest.mark.parametrize("name", ["model.onnx", "archive.zip"])
def test_the_model_arrives_whole_and_once(publisher: str, register, tmp_path: Path, name: str) -> None:
    register(f"{publisher}/{name}", sha256(MODEL).hexdigest())
    path = download.download("one", tmp_path / "models")
    assert path.read_bytes() == MODEL
    assert [each.name for each in (tmp_path / "models").iterdir()] == ["one.onnx"]
    register("http://127.0.0.1:9/unreachable", sha256(MODEL).hexdigest())
    assert download.download("one", tmp_path / "models") == path


@pytest.mark.parametrize(
    ("name", "digest", "message"),
    [
        ("absent.onnx", None, "cannot be reached.*404"),
        ("other.onnx", sha256(MODEL).hexdigest(), "gave another file than the registered"),
        ("empty.zip", None, r"holds no end2end\.onnx"),
        ("damaged.zip", None, "arrived damaged"),
    ],
)
def test_nothing_is_kept_of_a_failed_download(
    publisher: str, register, tmp_path: Path, name: str, digest: str | None, message: str
) -> None:
    register(f"{publisher}/{name}", digest)
    with pytest.raises(ModelError, match=message):
        download.download("one", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_unreachable_publisher_is_one_sentence(register, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    register("http://127.0.0.1:9/m.onnx", None)
    assert download.main(["one", "--out", str(tmp_path)]) == 1
    message = capsys.readouterr().err
    assert "http://127.0.0.1:9/m.onnx cannot be reached" in message
    assert message.count("\n") == 1


@pytest.mark.parametrize("key", ["nanodet", "absent"])
def test_only_registered_addresses_are_asked(tmp_path: Path, key: str) -> None:
    with pytest.raises(ModelError, match="cannot be downloaded; these can: yolov8n"):
        download.download(key, tmp_path)
