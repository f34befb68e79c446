"""Names out, tokens in, names back: whatever way a name is written, and what is personal by its form."""

from __future__ import annotations

from datetime import date

import pytest

from apps.feedback.engine.people import secrets_of
from apps.feedback.engine.pseudonyms import TOKEN, Kind, Pseudonyms, Secret
from tests.factories.accounts import make_guardian, make_player, make_team

TODAY = date(2026, 11, 22)
KIM = Secret(Kind.PLAYER, "1", ("José-Luis Müller-Øst", "José-Luis", "Müller-Øst", "player_9"), "José-Luis")
WILL = Secret(Kind.PLAYER, "2", ("Will Ng", "Will", "Ng"), "Will")
ANA = Secret(Kind.PERSON, "3", ("Ana de la Cruz", "ana@club.example"), "Ana de la Cruz")
TEAM = Secret(Kind.TEAM, "4", ("Riverside FC Lions", "Riverside FC", "Lions"), "Lions")


@pytest.fixture
def names() -> Pseudonyms:
    return Pseudonyms([KIM, WILL, ANA, TEAM], today=TODAY)


@pytest.mark.parametrize(
    "written",
    [
        "José-Luis", "jose-luis", "JOSE LUIS", "Jose  Luis", "José‐Luis", "José_Luis", "Joseluis", "JoséLuis’s",
        "Müller-Øst", "muller ost", "MULLER", "Luis", "Mu\u0308ller", "J\u200bosé-Lu\u200bis", "Ｊｏｓé", "player_9",
        "jose-luis_muller-ost.mp4", "“José”",
    ],
)  # fmt: skip
def test_a_name_however_it_is_written(names: Pseudonyms, written: str) -> None:
    hidden = names.hide(f"Today {written} ran.")
    assert "[PLAYER_A]" in hidden
    left = TOKEN.sub("", hidden).casefold()
    assert not any(part in left for part in ("jos", "luis", "ller", "ost.", "player_9")), hidden


@pytest.mark.parametrize("text", ["He will pass.", "A museum in Joserra", "sitting", "most", "the ball", "11 m/s"])
def test_plain_words_stay(names: Pseudonyms, text: str) -> None:
    assert names.hide(text) == text


def test_a_name_that_is_a_word_goes_where_it_has_a_capital(names: Pseudonyms) -> None:
    assert names.hide("Will will pass; WILL!") == "[PLAYER_B] will pass; [PLAYER_B]!"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Write to kid.b+1@mail.example.com now", "Write to [MAIL_A] now"),
        ("kid (at) mail.example", "[MAIL_A]"),
        ("See https://evil.example/x?a=b and www.b.example.", "See [LINK_A] and [LINK_B]"),
        ("insta: @kid_2012", "insta: [LINK_A]"),
        ("Call +34 612 34 56 78.", "Call [PHONE_A]."),
        ("Call (030) 1234-5678", "Call [PHONE_A]"),
        ("id 5a8f6f0e-7c0f-4b39-9a57-7d2f3a2f1c55", "id [ID_A]"),
        ("key axk_abc-DEF", "key [ID_A]"),
        ("born 2012-03-04", "born [DATE_A]"),
        ("born 4/3/2012 or 04.03.2012", "born [DATE_A] or [DATE_B]"),
        ("4 March 2012, el 4 de marzo de 2012", "[DATE_A], el [DATE_B]"),
        ("March 4th, 2012", "[DATE_A]"),
        ("She was born in 2013.", "She was born in [DATE_A]."),
        ("lives at 12 Old Mill Lane, top floor", "lives at [ADDRESS_A], top floor"),
        ("vive en Calle de la Luna 14", "vive en [ADDRESS_A]"),
        ("wohnt Hauptstraße 7", "wohnt [ADDRESS_A]"),
        ("his father Jörg Weiss called", "his father [PERSON_A] called".replace("_A", "_B")),
        ("su madre Lucía pregunta", "su madre [PERSON_B] pregunta"),
    ],
)
def test_what_is_personal_by_its_form(names: Pseudonyms, text: str, hidden: str) -> None:
    assert names.hide(text) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "7.2 m/s over 5,412 m in 88:30", "on 2026-11-17 he ran 412 m", "17 November 2026", "4-3-3 and 2-1",
        "10:30-12:00", "3 x 10 minutes, 2 x 5", "between 6.91 and 7.48", "his mother called",
    ],
)  # fmt: skip
def test_figures_and_days_of_now_stay(names: Pseudonyms, text: str) -> None:
    assert names.hide(text) == text


def test_the_way_back(names: Pseudonyms) -> None:
    text = "José-Luis passed to Will; the Lions cheered and Ana de la Cruz smiled."
    assert names.restore(names.hide(text)) == text
    assert names.restore("[PLAYER_Z] [MAIL_A]") == "[PLAYER_Z] [MAIL_A]", "never issued: nothing to put back"


def test_the_same_thing_has_the_same_token(names: Pseudonyms) -> None:
    assert names.hide("a@b.example, c@d.example, A@B.example") == "[MAIL_A], [MAIL_B], [MAIL_A]"


def test_tokens_that_may_not_come_back(names: Pseudonyms) -> None:
    names.hide("mail a@b.example")
    text = "[PLAYER_A] [PLAYER_C] [MAIL_A] [TEAM_A]"
    assert names.unknown(text) == ["[MAIL_A]", "[PLAYER_C]"]
    assert names.unknown(text, ["[PLAYER_A]"]) == ["[MAIL_A]", "[PLAYER_C]", "[TEAM_A]"]


def test_a_whole_document(names: Pseudonyms) -> None:
    told = {"José-Luis": ["Will", {"n": 7.2, "ok": None}], "plain": True}
    assert names.hide_all(told) == {"[PLAYER_A]": ["[PLAYER_B]", {"n": 7.2, "ok": None}], "plain": True}


def test_more_people_than_letters() -> None:
    many = [Secret(Kind.PLAYER, str(n), (f"Name{n:03}x",), "") for n in range(30)]
    names = Pseudonyms(many, today=TODAY)
    assert (names.token_of("25"), names.token_of("26"), names.token_of("29")) == (
        "[PLAYER_Z]",
        "[PLAYER_AA]",
        "[PLAYER_AD]",
    )


def test_everybody_of_a_team_is_known(db: None) -> None:
    team = make_team(name="Lions", club="Riverside")
    player = make_player(team, first_name="Kim", last_name="Berg", external_id="kb-7")
    parent = make_guardian(player)
    make_player(make_team(name="Others"), first_name="Zoe", last_name="Far")
    words = {word for secret in secrets_of(team.pk) for word in secret.words}
    assert {"Kim Berg", "Kim", "Berg", "kb-7", "Lions", "Riverside", "Riverside Lions", parent.email} <= words
    assert "Zoe" not in words


def test_an_age_group_as_a_name_hides_nothing(db: None) -> None:
    team = make_team(name="U15", club="", age_group="U15")
    assert [secret.words for secret in secrets_of(team.pk) if secret.kind is Kind.TEAM] == [()]
