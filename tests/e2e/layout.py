"""What a page is made of, whatever the machine's fonts: its outline, and what is wrong with where things stand.

An outline is the accessibility tree's landmarks, headings and controls in their order, by their names in both
languages. Figures, days, months and halves of the day change from day to day and are masked.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from playwright.sync_api import Page

GOLDEN = Path(__file__).with_name("layouts")
WRITE = os.environ.get("AXOLOTL_LAYOUTS") == "write"
"""Write the outlines anew instead of comparing with them; read what changed before it is committed."""
GEOMETRY = Path(__file__).with_name("layout.js").read_text(encoding="utf-8")
KEPT = frozenset(
    {
        "banner", "navigation", "main", "complementary", "contentinfo", "region", "form", "search", "dialog", "alert",
        "heading", "link", "button", "textbox", "searchbox", "combobox", "spinbutton", "slider", "checkbox", "switch",
        "radio", "radiogroup", "group", "tablist", "tab", "tabpanel", "menuitem", "progressbar", "img", "application",
    }
)  # fmt: skip
LINE = re.compile(r"^ *- '?(?P<role>[a-z]+)(?: \"(?P<name>(?:[^\"\\]|\\.)*)\")?(?P<state>(?: \[[^\]]*\])*)")
FIGURE = re.compile(r"\d+(?:[.,:/]\d+)*")
MONTHS = (
    "January February March April May June July August September October November December "
    "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec "
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre "
    "ene feb mar abr may jun jul ago sept oct nov dic"
)
DAYS = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Wed Thu Fri Sat Sun "
    "lunes martes miércoles jueves viernes sábado domingo lun mié jue vie sáb dom"
)
MASKS = ((MONTHS, "Month"), (DAYS, "Day"), ("AM PM", "AM"))
DAY_OF_A_MONTH = ("button", "0")
"""Its place before or after the days with an event depends on the date."""
WORDS = [(re.compile(rf"\b(?:{'|'.join(words.split())})\b"), mask) for words, mask in MASKS]


class Part(NamedTuple):
    """A landmark, heading or control: how deep among the others, what it is, how it is called, in which state."""

    depth: int
    role: str
    name: str
    state: str


def outline(page: Page) -> list[Part]:
    """The page's parts in their order; what repeats itself once."""
    parts: list[Part] = []
    above: list[int] = []
    for line in page.locator("body").aria_snapshot().splitlines():
        found = LINE.match(line)
        indent = len(line) - len(line.lstrip())
        while above and above[-1] >= indent:
            above.pop()
        if found and found["role"] in KEPT:
            parts.append(Part(len(above), found["role"], masked(found["name"] or ""), found["state"].strip()))
            above.append(indent)
    return [part for part, _same in groupby(part for part in parts if (part.role, part.name) != DAY_OF_A_MONTH)]


def masked(name: str) -> str:
    """A name without what changes from day to day."""
    name = FIGURE.sub("0", name.replace('\\"', "'").replace("''", "'"))
    for words, mask in WORDS:
        name = words.sub(mask, name)
    return name


def told(english: Sequence[Part], spanish: Sequence[Part]) -> list[str]:
    """Lines of a page in both languages.

    Raises:
        AssertionError: the page is another one in Spanish.
    """
    shapes = [[(part.depth, part.role, part.state) for part in parts] for parts in (english, spanish)]
    change = difflib.unified_diff(*([*map(str, parts)] for parts in (english, spanish)), "English", "Spanish")
    assert shapes[0] == shapes[1], "\n".join(change)
    return [_line(one, other.name) for one, other in zip(english, spanish, strict=True)]


def _line(part: Part, spanish: str) -> str:
    names = [part.name] if part.name == spanish else [part.name, spanish]
    said = " | ".join(f'"{name}"' for name in names if name)
    return "  " * part.depth + " ".join(filter(None, (part.role, said, part.state)))


def both(wide: Sequence[str], narrow: Sequence[str]) -> Iterator[str]:
    """One text of two widths: `W` stands before what only the wide page has, `N` before the narrow one's."""
    for line in difflib.ndiff(wide, narrow):
        if line[0] in " -+":
            yield {" ": " ", "-": "W", "+": "N"}[line[0]] + line[1:]


def compare(name: str, lines: Sequence[str]) -> None:
    """Hold an outline against the one that was looked at and committed.

    Raises:
        AssertionError: with the differing lines, and how to accept them.
    """
    path = GOLDEN / f"{name}.txt"
    text = "\n".join(lines) + "\n"
    if WRITE:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    known = path.read_text(encoding="utf-8") if path.exists() else ""
    lines_of = (known.splitlines(), text.splitlines())
    change = "\n".join(difflib.unified_diff(*lines_of, "committed", "now", lineterm="", n=1))
    assert text == known, f"{name} changed; if this is meant, run with AXOLOTL_LAYOUTS=write:\n{change}"


def faults(page: Page) -> list[str]:
    """What no page may have: see `layout.js`."""
    found: list[str] = page.evaluate(GEOMETRY)
    return found
