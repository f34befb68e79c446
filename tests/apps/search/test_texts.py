"""Cutting texts into passages and words into pieces."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.search.full_text import MAX_WORDS, words_of
from apps.search.passages import MAX_WORDS as PASSAGE_WORDS
from apps.search.passages import SHOWN_CHARACTERS, Span, best_span, shown, spans_of
from apps.search.wordpiece import VOCABULARY, encode

SENTENCES = st.text(st.sampled_from("ab .!?\n…é京"), min_size=1, max_size=900)


@given(SENTENCES)
def test_passages_hold_every_word_in_order_and_none_is_too_long(text: str) -> None:
    spans = spans_of(text)
    covered = [False] * len(text)
    for span in spans:
        assert 0 <= span.start < span.end <= len(text)
        assert len(text[span.start : span.end].split()) <= PASSAGE_WORDS
        covered[span.start : span.end] = [True] * (span.end - span.start)
    assert all(there or letter.isspace() for there, letter in zip(covered, text, strict=True))
    assert [span.start for span in spans] == sorted(span.start for span in spans)
    assert bool(spans) == bool(text.strip())


def test_a_passage_begins_with_the_last_sentence_of_the_one_before() -> None:
    text = " ".join(f"Sentence number {n} is about this long." for n in range(30))
    first, second, *_ = spans_of(text)
    last = text[first.start : first.end].split(". ")[-1]
    assert text[second.start : second.end].startswith(last)


def test_a_text_without_sentences_is_cut_between_words() -> None:
    text = "word " * 400
    parts = [text[span.start : span.end].split() for span in spans_of(text)]
    assert [len(part) for part in parts] == [110, 110, 110, 70]


def test_the_passage_with_most_of_the_words_is_chosen_whatever_their_endings() -> None:
    text = ("Filler words stand here. " * 30) + "Sprinting needs recoveries. " + ("More filler. " * 60)
    span = best_span(text, ["sprints", "recovery"])
    assert "Sprinting needs recoveries" in text[span.start : span.end]
    assert best_span("Short.", ["absent"]) == Span(0, 6)


def test_a_long_passage_is_cut_at_a_word_and_on_one_line() -> None:
    line = shown("wörd\n" * 400, Span(0, 2000))
    assert len(line) <= SHOWN_CHARACTERS + 1
    assert line.endswith("wörd…")
    assert "\n" not in line


def test_words_that_say_nothing_are_left_out_unless_there_are_no_others() -> None:
    assert words_of("How long should the players rest after a MATCH?") == ["long", "players", "rest", "after", "match"]
    assert words_of("¿Cuánto descanso necesitan después del partido?") == [
        "descanso",
        "necesitan",
        "despues",
        "partido",
    ]
    assert words_of("what is it") == ["what", "is", "it"]
    assert len(words_of(" ".join(f"w{n}" for n in range(99)))) == MAX_WORDS


def test_the_vocabulary_is_the_published_one() -> None:
    digest = hashlib.sha256(VOCABULARY.read_bytes()).hexdigest()
    assert digest == "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [  # made with the reference tokenizer of all-MiniLM-L6-v2
        ("", [101, 102]),
        ("Recovery after a match", [101, 7233, 2044, 1037, 2674, 102]),
        ("Straße café ÜBUNG", [101, 2358, 27807, 7668, 1057, 8569, 3070, 102]),
        (
            "don't U13's 3.5m/s",
            [101, 2123, 1005, 1056, 1057, 17134, 1005, 1055, 1017, 1012, 1019, 2213, 1013, 1055, 102],
        ),
        ("京都 naïve—dash…", [101, 1755, 1961, 15743, 1517, 11454, 1529, 102]),
        ("x" * 120, [101, 100, 102]),
        ("a\x00b \u200b c\t d", [101, 11113, 1039, 1040, 102]),
    ],
)
def test_pieces_are_those_of_the_reference(text: str, numbers: list[int]) -> None:
    assert encode(text, 256) == numbers


def test_a_long_text_is_cut_and_still_closed() -> None:
    numbers = encode("football " * 500, 256)
    assert (len(numbers), numbers[0], numbers[-1]) == (256, 101, 102)
