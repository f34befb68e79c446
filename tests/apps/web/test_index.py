"""The page that loads the web app: which files it names, for which addresses it answers, and what it says unbuilt."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import Resolver404, resolve

MANIFEST = {
    "src/main.tsx": {"file": "assets/main-1.js", "css": ["assets/main-1.css"], "imports": ["_shared.js", "_react.js"]},
    "_shared.js": {"file": "assets/shared-2.js", "css": ["assets/shared-2.css"], "imports": ["_react.js"]},
    "_react.js": {"file": "assets/react-3.js"},
    "src/pages/session.tsx": {"file": "assets/session-4.js", "imports": ["_shared.js"]},
}


@pytest.fixture
def manifest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = tmp_path / "manifest.json"
    monkeypatch.setattr(finders, "find", lambda _name: str(path) if path.exists() else None)
    return path


def test_page_names_what_the_first_load_needs_and_nothing_lazy(client: Client, manifest: Path) -> None:
    manifest.write_text(json.dumps(MANIFEST))
    response = client.get("/sessions/3f6c/calibration")
    html = response.content.decode()
    assert response.status_code == 200
    assert '<script type="module" src="/static/web/assets/main-1.js"></script>' in html
    for file in ("assets/main-1.css", "assets/shared-2.css"):
        assert f'<link rel="stylesheet" href="/static/web/{file}">' in html
    for file in ("assets/shared-2.js", "assets/react-3.js"):
        assert html.count(f'<link rel="modulepreload" href="/static/web/{file}">') == 1
    assert "session-4" not in html
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_the_looks_are_read_before_anything_is_drawn(client: Client, manifest: Path) -> None:
    manifest.write_text(json.dumps(MANIFEST))
    head = client.get("/").content.decode().partition("</head>")[0]
    waited_for = head.index('<script src="/static/web/looks.js"></script>')
    assert waited_for < head.index('rel="stylesheet"') < head.index('type="module"')


def test_page_holds_no_inline_script_or_style(client: Client, manifest: Path) -> None:
    manifest.write_text(json.dumps(MANIFEST))
    html = client.get("/").content.decode()
    assert "<script>" not in html
    assert "<style" not in html
    assert "style=" not in html
    assert " onload=" not in html


def test_a_new_build_is_seen_without_a_restart(client: Client, manifest: Path) -> None:
    manifest.write_text(json.dumps(MANIFEST))
    client.get("/")
    manifest.write_text(json.dumps({"src/main.tsx": {"file": "assets/main-9.js"}}))
    assert "assets/main-9.js" in client.get("/").content.decode()


@pytest.mark.parametrize("content", [None, "", "{}", '{"src/main.tsx": {"imports": ["_gone.js"], "file": "a.js"}}'])
def test_without_a_build_the_page_says_how_to_make_it(client: Client, manifest: Path, content: str | None) -> None:
    if content is not None:
        manifest.write_text(content)
    response = client.get("/")
    assert response.status_code == 503
    assert "make frontend" in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/sign-in", "/sessions/1", "/scan/new", "/no/such/page", "/apis", "/healthy"])
def test_the_web_app_answers_for(path: str) -> None:
    assert resolve(path, urlconf="apps.web.urls").url_name == "web"


@pytest.mark.parametrize(
    "path", ["/api", "/api/nothing", "/admin/", "/ws/scan/1", "/media/x", "/static/x.js", "/health", "/metrics"]
)
def test_the_web_app_does_not_answer_for(path: str) -> None:
    with pytest.raises(Resolver404):
        resolve(path, urlconf="apps.web.urls")


def test_only_reading_is_allowed(client: Client, manifest: Path) -> None:
    assert client.post("/").status_code == 405


pytestmark = pytest.mark.urls("apps.web.urls")
