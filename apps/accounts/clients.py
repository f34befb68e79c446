"""What program somebody logs in with, as it tells of itself; good enough to recognise one's own devices."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

MAX_USER_AGENT = 300
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
"""In this order: each names the later ones too."""
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks for tokens.

    Attributes:
        user_agent: as sent, cut.
        device: a name for it; "" = made from the user agent.
    """

    user_agent: str = ""
    device: str = ""

    @property
    def label(self) -> str:
        """Return for example "Firefox on Linux"."""
        return self.device or named(self.user_agent)


def client_of(request: HttpRequest) -> Client:
    """Return the request's client."""
    sent = request.headers.get("User-Agent", "")
    return Client("".join(letter for letter in sent if letter.isprintable())[:MAX_USER_AGENT])


def named(user_agent: str) -> str:
    """Return browser and system of a user agent, "Unknown device" where neither is known."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return " on ".join(part for part in (browser, system) if part) or "Unknown device"
