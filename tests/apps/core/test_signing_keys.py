"""A change of the signing key: what the old one signed opens while the old one is named, and not a moment longer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.tokens import default_token_generator

from apps.accounts.models import User
from apps.accounts.tokens import create_session_token
from apps.core import media
from apps.core.errors import NotFound

OLD, NEW = "the-old-key-" * 5, "the-new-key-" * 5
FILM, SOMEBODY = uuid.UUID(int=1), uuid.UUID(int=2)


def test_links_of_the_old_key_open_while_it_is_named(settings: Any) -> None:
    settings.SECRET_KEY = OLD
    link = media.sign(FILM, SOMEBODY, "film")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert media.opened(link, "film") == (str(FILM), str(SOMEBODY))
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(NotFound):
        media.opened(link, "film")


def test_nothing_new_is_signed_by_the_old_key(settings: Any) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    link = media.sign(FILM, SOMEBODY, "film")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    with pytest.raises(NotFound):
        media.opened(link, "film")


def test_a_password_link_survives_the_change(coach: User, settings: Any) -> None:
    settings.SECRET_KEY = OLD
    token = default_token_generator.make_token(coach)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    generator = type(default_token_generator)()
    assert generator.check_token(coach, token)


def test_a_token_that_the_key_did_not_sign_opens_nothing(api_client: Callable[..., Any], coach: User) -> None:
    """Whoever forges tokens with another key, or with none ("alg": "none"), is nobody."""
    import jwt

    good = create_session_token(str(coach.pk))
    claims = jwt.decode(good, options={"verify_signature": False})
    client = api_client()
    for forged in (jwt.encode(claims, OLD, algorithm="HS256"), jwt.encode(claims, None, algorithm="none")):
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {forged}")
        assert client.get("/api/auth/me").status_code == 401
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {good}")
    assert client.get("/api/auth/me").status_code == 200
