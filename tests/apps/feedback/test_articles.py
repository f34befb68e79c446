"""An article by its name, with its sources."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


def test_an_article_is_read_by_its_name() -> None:
    call_command("load_knowledge", verbosity=0)
    client = APIClient()
    client.force_authenticate(make_user())
    article = client.get("/api/feedback/articles/concussion").json()["data"]
    assert article["title"] == "A blow to the head"
    assert article["age_groups"] == []
    assert article["text"].startswith("Concussion is an injury of the brain.")
    assert [set(source) for source in article["sources"]] == [{"title", "url", "what"}]
    assert article["sources"][0]["url"].startswith("https://thecpsu.org.uk/")


def test_a_name_that_is_not_there_and_a_stranger() -> None:
    client = APIClient()
    assert client.get("/api/feedback/articles/concussion").status_code == 401
    client.force_authenticate(make_user())
    answer = client.get("/api/feedback/articles/no-such-article")
    assert (answer.status_code, answer.json()["error"]["message"]) == (404, "There is no such article.")
