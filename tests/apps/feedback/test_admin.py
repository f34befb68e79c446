"""Feedback in the admin: what staff deletes there is not found any more."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from apps.feedback import indexing
from apps.feedback.models import Feedback, FeedbackMention
from apps.search.models import IndexEntry
from tests.apps.feedback.conftest import Scene
from tests.factories.accounts import make_user
from tests.factories.feedback import make_feedback


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("together", [False, True])
def test_a_deleted_feedback_goes_with_its_mentions_and_leaves_the_index(
    scene: Scene, staff: Client, *, together: bool
) -> None:
    row, other = make_feedback(scene.session, player=None), make_feedback(scene.session, player=scene.lou)
    FeedbackMention.objects.create(feedback=row, player=scene.kim, name="Kim")
    for one in (row, other):
        indexing.put_feedback(one.pk)
    form = {"post": "yes", "action": "delete_selected", "_selected_action": [str(row.pk)]}
    page = "admin:feedback_feedback_changelist" if together else "admin:feedback_feedback_delete"
    staff.post(reverse(page, args=() if together else (row.pk,)), form)
    assert list(Feedback.objects.all()) == [other]
    assert not FeedbackMention.objects.exists()
    assert [entry.object_id for entry in IndexEntry.objects.filter(kind="feedback")] == [str(other.pk)]
