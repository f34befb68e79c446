"""The paper: A4, our letters and colours, and the few ways in which text is set on it."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue

FONTS = Path(__file__).parent / "fonts"
"""Figtree (SIL Open Font License) as in the app; DejaVu Sans for the letters of names that Figtree lacks."""
Colour = tuple[int, int, int]
POND: Colour = (11, 50, 56)
INK: Colour = (13, 42, 46)
MUTED: Colour = (80, 106, 107)
LINE: Colour = (217, 226, 222)
SUNKEN: Colour = (243, 246, 244)
ACCENT: Colour = (198, 42, 103)
ACCENT_SOFT: Colour = (252, 231, 239)
TEAL: Colour = (11, 107, 107)
ON_POND: Colour = (241, 247, 245)
ON_POND_MUTED: Colour = (169, 197, 196)
WHITE: Colour = (255, 255, 255)
MARGIN_MM = 14.0
WIDTH_MM, HEIGHT_MM = 210.0, 297.0
INNER_MM = WIDTH_MM - 2 * MARGIN_MM
BAND_MM = 36.0
"""Height of the dark band at the top."""
FOOT_MM = 271.0
"""Where the small print begins."""
_POINT_MM = 25.4 / 72
LEADING = 1.35

# A line for each table of each font that is cut down to the letters used.
logging.getLogger("fontTools").setLevel(logging.WARNING)

_LOGO = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<g stroke="#ff8db1" stroke-width="4.5" stroke-linecap="round" fill="none">
<path d="M15 27C9 24 7 19 8 13"/><path d="M14 34C8 34 4 31 2.8 26"/><path d="M15 41C10 44 6 44 3 42"/>
<path d="M49 27C55 24 57 19 56 13"/><path d="M50 34C56 34 60 31 61.2 26"/><path d="M49 41C54 44 58 44 61 42"/></g>
<path d="M32 16C44 16 53 23.6 53 34.2C53 45 43.6 52 32 52C20.400 52 11 45 11 34.2C11 23.6 20 16 32 16Z" fill="#ffc3d6"/>
<circle cx="22.5" cy="33" r="3.2" fill="#0b3238"/><circle cx="41.5" cy="33" r="3.2" fill="#0b3238"/>
<path d="M25 41C27.300 43.300 29.500 44.200 32 44.200C34.500 44.200 36.700 43.300 39 41" stroke="#0b3238"
 stroke-width="2.600" stroke-linecap="round" fill="none"/></svg>"""


class Sheet(FPDF):
    """A PDF whose lengths are millimetres and whose text is set where it is told to be."""

    def __init__(self, *, title: str, language: str) -> None:
        super().__init__(format="A4", unit="mm")
        self.set_auto_page_break(auto=False)
        self.set_margin(MARGIN_MM)
        self.c_margin = 0.0
        for style, name in (("", "Figtree-Regular"), ("B", "Figtree-Bold")):
            self.add_font("figtree", style, FONTS / f"{name}.ttf")
        self.add_font("names", "", FONTS / "DejaVuSans-Names.ttf")
        self.set_fallback_fonts(["names"], exact_match=False)
        self.set_title(title)
        self.set_author("Axolotl")
        self.set_lang(language)

    def ink(self, colour: Colour, size_pt: float, *, bold: bool = False) -> None:
        """Choose letters."""
        self.set_text_color(*colour)
        # A letter of the fallback font leaves the page in another font than fpdf2 remembers: choose it anew.
        self.font_family = ""
        self.set_font("figtree", "B" if bold else "", size_pt)

    def line_mm(self) -> float:
        """Height of a line in the letters chosen."""
        return float(self.font_size_pt * _POINT_MM * LEADING)

    def put(self, x: float, y: float, text: str, *, width: float = 0.0, align: str = "L") -> float:
        """One line at `(x, y)` (its upper left corner), cut with … where `width` is given and too small.

        Returns:
            How wide it became.
        """
        shown = self.fitting(text, width) if width else text
        long = float(self.get_string_width(shown))
        left = x if align == "L" else x + width - long if align == "R" else x + (width - long) / 2
        self.set_xy(left, y)
        self.cell(long + 1.0, self.line_mm(), shown)
        return long

    def fitting(self, text: str, width: float) -> str:
        """The text, or as much of it as fits with … behind."""
        if self.get_string_width(text) <= width:
            return text
        while text and self.get_string_width(text + "…") > width:
            text = text[:-1]
        return text.rstrip() + "…"

    def block(self, x: float, y: float, width: float, text: str) -> float:
        """Text in lines of at most `width`; returns its height."""
        self.set_xy(x, y)
        self.multi_cell(width, self.line_mm(), text, align=Align.L)
        return float(self.get_y() - y)

    def height_of(self, width: float, text: str) -> float:
        """How high `block` would be."""
        found: Any = self.multi_cell(
            width, self.line_mm(), text, align=Align.L, dry_run=True, output=MethodReturnValue.LINES
        )
        return len(found) * self.line_mm()

    def box(self, x: float, y: float, width: float, height: float, fill: Colour, *, round_mm: float = 0.0) -> None:
        """A filled rectangle."""
        self.set_fill_color(*fill)
        if round_mm:
            self.rect(x, y, width, height, style="F", round_corners=True, corner_radius=round_mm)
        else:
            self.rect(x, y, width, height, style="F")

    def rule(self, x0: float, y0: float, x1: float, y1: float, colour: Colour = LINE, width_mm: float = 0.2) -> None:
        """A straight line."""
        self.set_draw_color(*colour)
        self.set_line_width(width_mm)
        self.line(x0, y0, x1, y1)

    def logo(self, x: float, y: float, size: float) -> None:
        """The axolotl."""
        self.image(io.BytesIO(_LOGO), x, y, size, size)
