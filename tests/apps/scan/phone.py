"""A phone that brings a film by resumable uploads (tus 1.0)."""

from __future__ import annotations

import base64
from typing import Any

TUS = {"Tus-Resumable": "1.0.0"}


def metadata(name: str = "film.mp4") -> str:
    """`Upload-Metadata` of a film's name."""
    return f"filename {base64.b64encode(name.encode()).decode()}"


class Phone:
    """A tus client with one upload."""

    def __init__(self, client: Any, content: bytes, name: str = "film.mp4") -> None:
        self.client, self.content = client, content
        headers = {**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": metadata(name)}
        self.created = client.post("/api/scan/uploads", headers=headers)
        assert self.created.status_code == 201, self.created.content
        self.url = self.created["Location"]
        self.id = self.created.json()["data"]["upload_id"]

    def send(self, start: int, end: int, offset: int | None = None, **headers: str) -> Any:
        return self.client.patch(
            self.url,
            self.content[start:end],
            content_type="application/offset+octet-stream",
            headers={**TUS, "Upload-Offset": str(start if offset is None else offset), **headers},
        )

    def offset(self) -> int:
        return int(self.client.head(self.url, headers=TUS)["Upload-Offset"])

    def quick(self, **fields: Any) -> Any:
        headers = fields.pop("headers", {})
        return self.client.post("/api/scan/quick", {"upload_id": self.id, **fields}, format="json", headers=headers)
