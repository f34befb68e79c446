"""Text to the numbers that MiniLM reads: BERT's uncased word pieces.

Source: Devlin et al., BERT, 2019, and Wu et al., Google's Neural Machine Translation System, 2016, §4.1 (word pieces:
the longest piece that fits, again and again).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

VOCABULARY = Path(__file__).parent / "minilm" / "vocab.txt"
LONGEST_WORD = 100
"""Letters; a longer word is unknown, as in BERT's own tokenizer."""
_CJK = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


@lru_cache(maxsize=1)
def vocabulary() -> Mapping[str, int]:
    """Return the pieces with their numbers, read once."""
    pieces = VOCABULARY.read_text(encoding="utf-8").splitlines()
    return {piece: number for number, piece in enumerate(pieces)}


def encode(text: str, limit: int) -> list[int]:
    """Return a text's numbers between [CLS] and [SEP]; what goes beyond `limit` numbers is cut off."""
    pieces = vocabulary()
    numbers = [pieces["[CLS]"]]
    for word in _words(text):
        numbers += _pieces_of(word)
        if len(numbers) >= limit:
            break
    return [*numbers[: limit - 1], pieces["[SEP]"]]


@lru_cache(maxsize=20_000)
def _pieces_of(word: str) -> tuple[int, ...]:
    pieces = vocabulary()
    unknown = (pieces["[UNK]"],)
    if len(word) > LONGEST_WORD:
        return unknown
    found, start = [], 0
    while start < len(word):
        mark = "##" if start else ""
        ends = range(len(word), start, -1)
        end = next((end for end in ends if mark + word[start:end] in pieces), None)
        if end is None:
            return unknown
        found.append(pieces[mark + word[start:end]])
        start = end
    return tuple(found)


def _words(text: str) -> Iterator[str]:
    """Words without case and accents; each mark of punctuation and each Chinese character is one."""
    for word in "".join(map(_spaced, text)).split():
        plain = "".join(
            mark for mark in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(mark) != "Mn"
        )
        held = ""
        for letter in plain:
            if _is_punctuation(letter):
                if held:
                    yield held
                yield letter
                held = ""
            else:
                held += letter
        if held:
            yield held


def _spaced(letter: str) -> str:
    code = ord(letter)
    if any(first <= code <= last for first, last in _CJK):
        return f" {letter} "
    if letter in "\t\n\r" or unicodedata.category(letter) == "Zs":
        return " "
    return "" if code in (0, 0xFFFD) or unicodedata.category(letter).startswith("C") else letter


def _is_punctuation(letter: str) -> bool:
    code = ord(letter)
    is_ascii_mark = 33 <= code <= 126 and not letter.isalnum()
    return is_ascii_mark or unicodedata.category(letter).startswith("P")
