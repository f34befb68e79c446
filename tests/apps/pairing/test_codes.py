"""Codes: what is read for one, and what is kept of it."""

from __future__ import annotations

import uuid

import pytest
from django.core import signing

from apps.pairing import codes
from apps.pairing.errors import OfferGone, UnreadableToken


def test_codes_are_eight_signs_that_nobody_mixes_up() -> None:
    made = {codes.new_code() for _ in range(500)}
    assert len(made) == 500
    assert {len(code) for code in made} == {8}
    assert not set("".join(made)) & set("01OILU")
    assert set("".join(made)) == set(codes.ALPHABET)  # 4,000 draws of 30: none stays away but by a chance of 1e-58


@pytest.mark.parametrize("typed", ["K7MPX2QD", "k7mpx2qd", " k7mp-x2qd ", "K7MP X2QD", "K7\tMP–X2.QD"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert codes.read_code(typed) == "K7MPX2QD"


@pytest.mark.parametrize("typed", ["", "K7MPX2Q", "K7MPX2QDD", "K7MPX2QO", "K7MPX2Q0", "ключ1234", "K7MPX2Q\x00"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert codes.read_code(typed) is None


def test_the_stored_form_needs_our_secret(settings: pytest.FixtureRequest) -> None:
    before = codes.keyed_hash("code", "K7MPX2QD")
    assert before == codes.keyed_hash("code", "K7MPX2QD")
    assert before != codes.keyed_hash("connect", "K7MPX2QD")
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    assert before != codes.keyed_hash("code", "K7MPX2QD")


def test_a_token_is_read_back_for_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    token_id = uuid.uuid4()
    token = codes.sign_token(token_id)
    assert codes.read_token(token) == token_id
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + codes.OFFER_S + 2)
    with pytest.raises(OfferGone, match="expired"):
        codes.read_token(token)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a:b:c",
        signing.dumps("not a uuid", salt="apps.pairing.offer"),
        signing.dumps({"a": 1}, salt="apps.pairing.offer"),
        signing.dumps(uuid.uuid4().hex, salt="another.salt"),
        signing.dumps(None, salt="apps.pairing.offer"),
    ],
    ids=["empty", "short", "unsigned", "no id", "an object", "another salt", "null"],
)
def test_what_is_no_token_of_ours_says_so(token: str) -> None:
    with pytest.raises(UnreadableToken, match="Scan it again"):
        codes.read_token(token)
