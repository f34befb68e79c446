"""What is recognised as personal by its form alone, and what is taken out of any text before it is looked at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

OLDEST_SESSION_YEARS = 3
"""A date further back is nobody's session here but may be a birthday."""
FEWEST_DIGITS = 7
"""Of a telephone number; figures of a session have fewer."""

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|"
    "diciembre|januar|februar|märz|mai|juni|juli|oktober|dezember"
)
_STREETS = "street|st|road|rd|avenue|ave|lane|ln|drive|close|court|square|terrace|way|gardens"
_CALLES = r"calle|c/|avenida|avda\.?|av\.|plaza|paseo|camino|carrer|rua|rue|via"
_KIN = (
    "father|mother|dad|mum|mom|parents?|brother|sister|guardian|grand(?:father|mother)|padre|madre|papá|mamá|"
    "herman[oa]|abuel[oa]|tutor[a]?|vater|mutter|bruder|schwester"
)

Token = Callable[[str, str], str]
"""(kind, found text) → its token."""


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of personal data by its form.

    Attributes:
        kind: of the token.
        pattern: what is replaced (group `it`, or all of it).
        only_if: a second look at what was found, with today's date.
    """

    kind: str
    pattern: re.Pattern[str]
    only_if: Callable[[str, date], bool] | None = None

    def replace(self, text: str, today: date, token: Token) -> str:
        """Return the text with tokens instead."""

        def one(match: re.Match[str]) -> str:
            found = match["it"] if "it" in match.re.groupindex else match[0]
            if self.only_if is not None and not self.only_if(found, today):
                return match[0]
            return match[0].replace(found, token(self.kind, found))

        return self.pattern.sub(one, text)


_ALIKE = re.compile("[\u2460-\u24ff\uff00-\uffef\U0001d400-\U0001d7ff]")


def readable(text: str) -> str:
    """Return the text as a person sees it: no hidden letters by which a text tells a machine something else.

    Control, zero-width, direction and tag characters go (line breaks stay); full-width, circled and mathematical forms
    of letters become plain ones. Signs that mean something else (m², ½) stay as they are.
    """
    plain = _ALIKE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), unicodedata.normalize("NFC", text))
    return "".join(letter for letter in plain if letter in "\n\t" or unicodedata.category(letter)[0] != "C")


def _is_old(text: str, today: date) -> bool:
    years = [int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)]
    return bool(years) and min(years) < today.year - OLDEST_SESSION_YEARS


def _is_number(text: str, today: date) -> bool:
    digits = sum(letter.isdigit() for letter in text)
    is_date = re.fullmatch(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}", text.strip())
    return digits >= FEWEST_DIGITS and not is_date


def _form(
    kind: str, pattern: str, only_if: Callable[[str, date], bool] | None = None, flags: int = re.IGNORECASE
) -> Form:
    return Form(kind, re.compile(pattern, flags), only_if)


FORMS: tuple[Form, ...] = (
    _form("MAIL", r"[\w.+%-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+"),
    _form("LINK", r"(?:\w+://|www\.)[^\s<>\"')\]]+"),
    _form("LINK", r"(?<![\w@])@[a-z_][\w.]{2,}"),
    _form("ID", r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|axk_[\w-]+"),
    _form("DATE", r"(?<!\d)\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)|(?<!\d)\d{1,2}[-/.]\d{1,2}[-/.]\d{4}(?!\d)", _is_old),
    _form("DATE", rf"\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:(?:of|de)\s+)?(?:{_MONTHS})\.?,?\s+(?:de\s+)?\d{{4}}", _is_old),
    _form("DATE", rf"(?:{_MONTHS})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}", _is_old),
    _form("DATE", r"(?:born|birth\w*|nacid[oa]|nacimiento|geboren)\D{0,20}(?P<it>(?:19|20)\d\d)", _is_old),
    _form("PHONE", r"(?<![\w.,-])\+?\(?\d[\d ()/.\-]{5,}\d(?![\w])", _is_number),
    _form("ADDRESS", rf"\d+[a-z]?\s+(?:[^\W\d_][\w'’-]*\s+){{1,3}}(?:{_STREETS})\b\.?"),
    _form("ADDRESS", rf"(?<!\w)(?:{_CALLES})\s+(?:[^\W\d_][\w'’-]*\s+){{1,4}}?(?:n[.º°]?\s*)?\d+\w?"),
    _form("ADDRESS", r"[^\W\d_]+(?:stra(?:ß|ss)e|str\.|weg|platz|allee)\s+\d+[a-z]?"),
    Form("PERSON", re.compile(rf"\b(?i:{_KIN})\b,?\s+(?P<it>[A-ZÀ-Þ][\w'’-]+(?:\s+[A-ZÀ-Þ][\w'’-]+)?)")),
)  # fmt: skip
"""In this order: an address of mail has digits too, and a link may hold an id."""
