"""The host's page hears every step; a device's sockets die with its key."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator
from django.utils import timezone

from apps.accounts.models import Membership, Role
from apps.accounts.tokens import issue_ticket
from apps.core.errors import DomainError
from apps.pairing import tokens
from apps.pairing.models import DeviceType, PairingRequest
from apps.pairing.services import devices, joining
from apps.pairing.services.offers import OfferWish, close_offer, create_offer
from axolotl_project.routing import sockets
from tests.factories.accounts import make_member, make_team
from tests.factories.devices import make_device
from tests.factories.scans import make_job
from tests.factories.sessions import make_session

PHONE = joining.DeviceInfo("Pixel", DeviceType.MOBILE, model="Pixel 9")
pytestmark = pytest.mark.django_db(transaction=True)


class Stage:
    """A coach with an open code, a phone, and a scan to follow."""

    def __init__(self) -> None:
        self.team = make_team()
        self.coach = make_member(self.team)
        self.other_coach = make_member(self.team)
        self.offer = create_offer(user=self.coach, wish=OfferWish(DeviceType.MOBILE, max_devices=2))
        self.pairing_id = self.offer.request.pk
        self.device, self.key = make_device(self.team, self.coach)
        self.camera, self.camera_key = make_device(self.team, self.coach, DeviceType.CAMERA)
        self.job = make_job(make_session(self.team))
        self.owner = make_member(self.team, Role.OWNER)


@pytest.fixture
async def stage(transactional_db: None) -> Stage:
    return await sync_to_async(Stage)()


async def opened(path: str, *, ticket: str = "", key: str = "") -> WebsocketCommunicator:
    headers = [(b"authorization", f"Bearer {key}".encode())] if key else []
    socket = WebsocketCommunicator(sockets, f"{path}?ticket={ticket}", headers)
    assert (await socket.connect())[0]
    return socket


async def pairing_page(stage: Stage, user: Any = None) -> WebsocketCommunicator:
    ticket = await sync_to_async(issue_ticket)((user or stage.coach).pk, "pairing", None)
    return await opened(f"/ws/pairing/{stage.pairing_id}", ticket=ticket)


async def close_code(socket: WebsocketCommunicator) -> int:
    message = await socket.receive_output(timeout=3)
    while message["type"] != "websocket.close":
        message = await socket.receive_output(timeout=3)
    await socket.disconnect()
    return int(message["code"])


def refused(**way: Any) -> None:
    with pytest.raises(DomainError):
        joining.join(**{"info": PHONE, **way})


join = sync_to_async(joining.join)
try_in_vain = sync_to_async(refused)


# The host's page ---------------------------------------------------------------------------------------------------


async def test_the_page_hears_state_request_and_success(stage: Stage) -> None:
    page = await pairing_page(stage)
    first = await page.receive_json_from()
    assert (first["type"], first["device"], first["reason"]) == ("pairing_state", None, None)
    assert first["pairing"]["pairing_id"] == str(stage.pairing_id)
    assert (first["pairing"]["state"], first["pairing"]["places_left"], first["pairing"]["devices"]) == ("open", 2, [])
    joined = await join(token=stage.offer.token, info=PHONE)
    asked, success = [await page.receive_json_from() for _ in range(2)]
    assert (asked["type"], asked["device"]["name"], asked["device"]["device_id"]) == ("pairing_request", "Pixel", None)
    assert (success["type"], success["device"]["device_id"]) == ("pairing_success", str(joined.device.pk))
    assert success["pairing"]["places_left"] == 1
    assert [device["name"] for device in success["pairing"]["devices"]] == ["Pixel"]
    assert joined.api_key not in str([first, asked, success])
    await page.disconnect()


async def test_a_page_that_comes_later_sees_who_has_joined(stage: Stage) -> None:
    await join(token=stage.offer.token, info=PHONE)
    page = await pairing_page(stage)
    state = (await page.receive_json_from())["pairing"]
    assert (state["places_left"], [device["name"] for device in state["devices"]]) == (1, ["Pixel"])
    await page.disconnect()


async def test_failures_say_why(stage: Stage) -> None:
    page = await pairing_page(stage)
    await page.receive_json_from()
    wrong = stage.offer.code[:-1] + ("2" if stage.offer.code[-1] != "2" else "3")
    await try_in_vain(code=wrong)
    typo = await page.receive_json_from()
    assert (typo["type"], typo["reason"], typo["pairing"]["wrong_tries_left"]) == ("pairing_failed", "wrong_code", 4)
    await try_in_vain(token=stage.offer.token, info=joining.DeviceInfo("Box", DeviceType.EDGE))
    kind = await page.receive_json_from()
    assert (kind["reason"], kind["device"]["name"]) == ("wrong_device_type", "Box")
    for _ in range(4):
        await try_in_vain(code=wrong)
    reasons = [(await page.receive_json_from())["reason"] for _ in range(4)]
    assert reasons == ["wrong_code"] * 3 + ["wrong_tries"]
    await try_in_vain(token=stage.offer.token)
    late = await page.receive_json_from()
    assert (late["reason"], late["pairing"]["state"]) == ("wrong_tries", "wrong_tries")
    await page.disconnect()


async def test_a_full_and_a_closed_code_say_so(stage: Stage) -> None:
    page = await pairing_page(stage)
    await page.receive_json_from()
    for _ in range(2):
        await join(token=stage.offer.token, info=PHONE)
    await try_in_vain(token=stage.offer.token)
    said = [await page.receive_json_from() for _ in range(5)]
    assert [(one["type"], one["reason"]) for one in said] == [
        ("pairing_request", None),
        ("pairing_success", None),
        ("pairing_request", None),
        ("pairing_success", None),
        ("pairing_failed", "full"),
    ]
    await page.disconnect()


async def test_closing_is_heard(stage: Stage) -> None:
    page = await pairing_page(stage)
    await page.receive_json_from()
    await sync_to_async(close_offer)(user=stage.coach, pairing_id=stage.pairing_id)
    closed = await page.receive_json_from()
    assert (closed["type"], closed["reason"], closed["pairing"]["state"]) == ("pairing_failed", "closed", "closed")
    await page.disconnect()


async def test_the_end_of_the_ten_minutes_is_heard_without_anybody_coming(stage: Stage) -> None:
    soon = timezone.now() + timedelta(milliseconds=300)
    await PairingRequest.objects.filter(pk=stage.pairing_id).aupdate(expires_at=soon)
    page = await pairing_page(stage)
    assert (await page.receive_json_from())["type"] == "pairing_state"
    ended = await page.receive_json_from(timeout=3)
    assert (ended["type"], ended["reason"], ended["pairing"]["state"]) == ("pairing_failed", "expired", "expired")
    await page.disconnect()


async def test_only_the_host_follows_a_code(stage: Stage) -> None:
    assert await close_code(await pairing_page(stage, stage.other_coach)) == 4404
    assert await close_code(await opened(f"/ws/pairing/{stage.pairing_id}")) == 4401
    assert await close_code(await opened(f"/ws/pairing/{stage.pairing_id}", key=stage.key)) == 4403
    wrong = await sync_to_async(issue_ticket)(stage.coach.pk, "scan", None)
    assert await close_code(await opened(f"/ws/pairing/{stage.pairing_id}", ticket=wrong)) == 4403
    for unknown in (uuid.uuid4(), "nonsense"):
        ticket = await sync_to_async(issue_ticket)(stage.coach.pk, "pairing", None)
        assert await close_code(await opened(f"/ws/pairing/{unknown}", ticket=ticket)) == 4404


# A device's sockets ------------------------------------------------------------------------------------------------


async def scan_socket(stage: Stage, **how: str) -> WebsocketCommunicator:
    return await opened(f"/ws/scan/{stage.job.pk}", **how)


async def test_a_key_and_its_access_token_open_a_socket(stage: Stage) -> None:
    access = tokens.issue(stage.device.pk, stage.device.key_hash).access
    for credential in (stage.key, access):
        socket = await scan_socket(stage, key=credential)
        assert (await socket.receive_json_from())["job_id"] == str(stage.job.pk)
        await socket.disconnect()
    await database_sync_to_async(stage.device.refresh_from_db)()
    assert stage.device.last_seen_at is not None


async def test_a_key_of_another_scope_and_a_bad_one_do_not(stage: Stage) -> None:
    assert await close_code(await scan_socket(stage, key=stage.camera_key)) == 4403
    assert await close_code(await scan_socket(stage, key=stage.key[:-2])) == 4401
    ticket = await sync_to_async(issue_ticket)(stage.coach.pk, "scan", None)
    assert await close_code(await scan_socket(stage, key="axk_bad", ticket=ticket)) == 4401  # the key is what counts


async def test_a_phone_s_page_asks_for_a_ticket_with_its_key(stage: Stage, by_key: Any) -> None:
    def ask(key: str) -> str:
        body = {"purpose": "scan", "object_id": str(stage.job.pk)}
        return str(by_key(key).post("/api/auth/ticket", body).json()["data"]["ticket"])

    socket = await scan_socket(stage, ticket=await sync_to_async(ask)(stage.key))
    assert (await socket.receive_json_from())["job_id"] == str(stage.job.pk)
    await sync_to_async(devices.end_device)(stage.device)  # the ticket's socket is the device's
    assert await close_code(socket) == 4401
    camera = await sync_to_async(ask)(stage.camera_key)
    assert await close_code(await scan_socket(stage, ticket=camera)) == 4403


async def test_a_ticket_does_not_outlive_its_device(stage: Stage) -> None:
    ticket = await sync_to_async(issue_ticket)(stage.coach.pk, "scan", None, device_id=str(stage.device.pk))
    await sync_to_async(devices.end_device)(stage.device)
    assert await close_code(await scan_socket(stage, ticket=ticket)) == 4401


async def test_revoking_closes_the_device_s_sockets_and_nobody_else_s(stage: Stage) -> None:
    phone = await scan_socket(stage, key=stage.key)
    ticket = await sync_to_async(issue_ticket)(stage.coach.pk, "scan", None)
    person = await scan_socket(stage, ticket=ticket)
    for socket in (phone, person):
        await socket.receive_json_from()
    await sync_to_async(devices.revoke_device)(user=stage.other_coach, device_id=stage.device.pk)
    assert await close_code(phone) == 4401
    assert await person.receive_nothing(timeout=0.3)
    await person.disconnect()


async def test_losing_the_membership_closes_them_too(stage: Stage, api_client: Any) -> None:
    phone = await scan_socket(stage, key=stage.key)
    await phone.receive_json_from()
    membership = await Membership.objects.aget(user=stage.coach)

    def remove() -> int:
        url = f"/api/teams/{stage.team.pk}/members/{membership.pk}"
        return int(api_client(stage.owner).delete(url).status_code)

    assert await sync_to_async(remove)() == 204
    assert await close_code(phone) == 4403


async def test_a_revocation_between_the_key_s_check_and_the_group_is_not_missed(stage: Stage, monkeypatch: Any) -> None:
    from apps.scan.consumers import ScanConsumer

    joined = ScanConsumer._join

    async def after_a_revocation(consumer: ScanConsumer, *names: str) -> None:
        monkeypatch.setattr(ScanConsumer, "_join", joined)
        await sync_to_async(devices.end_device)(stage.device)  # said to a group in which nobody is yet
        await joined(consumer, *names)

    monkeypatch.setattr(ScanConsumer, "_join", after_a_revocation)
    assert await close_code(await scan_socket(stage, key=stage.key)) == 4404
