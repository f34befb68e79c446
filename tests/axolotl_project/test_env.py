"""Typed readers of the environment: each refuses loudly, naming the variable."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from axolotl_project.settings import env


@pytest.mark.parametrize(("raw", "value"), [("1", True), (" Yes ", True), ("on", True), ("0", False), ("", False)])
def test_flags(monkeypatch: pytest.MonkeyPatch, raw: str, value: bool) -> None:
    monkeypatch.setenv("X", raw)
    assert env.flag("X", default=not value) is value


def test_what_is_not_set_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("X", raising=False)
    assert env.flag("X", default=True) is True
    assert env.integer("X", 3) == 3
    assert env.size_bytes("X", "500MB") == 500 * 1024**2
    assert env.words("X", "a, b,,") == ["a", "b"]
    assert env.folder("X", Path("/a")) == Path("/a")
    assert env.pairs("X") == {}
    assert env.smtp("") == ("localhost", 25, "", "", False)


@pytest.mark.parametrize(
    ("raw", "value"), [("1048576", 1048576), ("500MB", 524288000), ("1.5 gb", 1610612736), ("2kb", 2048), ("7 B", 7)]
)
def test_sizes(monkeypatch: pytest.MonkeyPatch, raw: str, value: int) -> None:
    monkeypatch.setenv("X", raw)
    assert env.size_bytes("X", "1") == value


def test_pairs_and_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "login=30/min, upload=5/min")
    assert env.pairs("X") == {"login": "30/min", "upload": "5/min"}
    monkeypatch.setenv("X", "json")
    assert env.choice("X", "console", frozenset({"console", "json"})) == "json"


def test_mail_servers() -> None:
    assert env.smtp("smtp+tls://me%40x.org:p%2Fw@mail.x.org") == ("mail.x.org", 587, "me@x.org", "p/w", True)
    assert env.smtp("smtp://mail:2525") == ("mail", 2525, "", "", False)


@pytest.mark.parametrize(
    ("read", "raw"),
    [
        (lambda: env.flag("X_BAD", default=True), "perhaps"),
        (lambda: env.integer("X_BAD", 1), "many"),
        (lambda: env.integer("X_BAD", 1), "-1"),
        (lambda: env.size_bytes("X_BAD", "1MB"), "a lot"),
        (lambda: env.choice("X_BAD", "a", frozenset({"a", "b"})), "c"),
        (lambda: env.pairs("X_BAD"), "login"),
    ],
)
def test_nonsense_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, read: object, raw: str) -> None:
    monkeypatch.setenv("X_BAD", raw)
    assert callable(read)
    with pytest.raises(ImproperlyConfigured, match="X_BAD"):
        read()


def test_a_mail_server_that_is_none_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        env.smtp("mail.x.org")
