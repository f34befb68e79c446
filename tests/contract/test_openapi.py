"""What the schema promises, the API keeps: generated requests find no crash and no answer of another shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from apps.accounts.tokens import create_session_token
from tests.apps.tenancy.walk import World

EXAMPLES = 6
"""Generated requests an operation: some 300 in all."""
ELSEWHERE = r"/api/scan/(calibrations|uploads/)"
"""Fits start a child process each, pieces of uploads are bytes that nothing can generate: tests/apps/scan."""

schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True)).exclude(path_regex=ELSEWHERE)
schema.app = get_wsgi_application()


@pytest.fixture
def world(db: None, clean_redis: str) -> Iterator[World]:
    """Somebody to be, and things to ask for; requests share the test's transaction, as with Django's client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield World()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def speaker(case: Any, world: World) -> str:
    """The coach, or the edge box where only a device may speak."""
    schemes = {name for scheme in case.operation.definition.raw.get("security", []) for name in scheme}
    if "deviceKey" in schemes and "/local-edge/" in case.operation.path:
        return str(world.keys["edge"])
    return str(create_session_token(str(world.people["coach"].pk)))


@pytest.mark.slow
@schema.parametrize()
@hypothesis_settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_an_operation(case: Any, world: World) -> None:
    """As the coach or the edge box, with the ids of things that are there, so that more than 404 is seen."""
    known = {
        "team_id": world.team.pk,
        "membership_id": world.membership.pk,
        "invitation_id": world.invitation.pk,
        "player_id": world.subject.pk,
        "session_id": world.session.pk,
        "note_id": world.note.pk,
        "attachment_id": world.attachment.pk,
        "object_id": world.job.pk,
        "event_id": world.event.pk,
        "proposal_id": world.proposal.pk,
        "drill_key": world.drill.pk,
        "device_id": world.device.pk,
        "pairing_id": world.pairing.pk,
    }
    lists = {
        "proposal_ids": [str(world.proposal.pk)],
        "player_ids": [str(world.subject.pk)],
        "session_ids": [str(world.session.pk), str(world.earlier_session.pk)],
    }
    for part in (case.path_parameters, case.query, case.body):
        for name in known.keys() & (part.keys() if isinstance(part, dict) else ()):
            part[name] = str(known[name])
        for name in lists.keys() & (part.keys() if isinstance(part, dict) else ()):
            part[name] = lists[name] if part is case.body else ",".join(lists[name])
    headers = {"Authorization": f"Bearer {speaker(case, world)}"}
    with transaction.atomic():
        response = case.call(headers=headers)
        transaction.set_rollback(True)  # the next request finds everything as it was
    case.validate_response(response, checks=(not_a_server_error, content_type_conformance, response_schema_conformance))
