"""Races, forced: the rival acts exactly between check and claim, or many threads start at one gate."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from apps.accounts.models import Membership, Team, User
from apps.core.errors import DomainError
from apps.core.models import AuditEvent
from apps.pairing import codes
from apps.pairing.errors import KeyReplaced, OfferGone, UnknownCode
from apps.pairing.models import DeviceType, DeviceUser, OfferState, PairedDevice, PairingRequest
from apps.pairing.services import devices, joining
from apps.pairing.services.offers import Offer, OfferWish, close_offer, create_offer
from tests.factories.devices import make_device

PHONE = joining.DeviceInfo("Phone", DeviceType.MOBILE)
SECRET = "made-up-by-this-one-phone"
pytestmark = pytest.mark.django_db(transaction=True)


def offer_of(coach: User, places: int = 1) -> Offer:
    return create_offer(user=coach, wish=OfferWish(DeviceType.MOBILE, max_devices=places))


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """Run all at one moment in threads with connections of their own; results or refusals, in order."""
    gate = threading.Barrier(len(works))
    found: list[Any] = [None] * len(works)

    def run(number: int) -> None:
        gate.wait()
        try:
            found[number] = works[number]()
        except DomainError as error:
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def test_of_two_phones_for_the_last_place_one_gets_it(coach: User, monkeypatch: Any) -> None:
    offer = offer_of(coach)
    checked = joining._check_type

    def then_the_rival_joins(row: PairingRequest, info: joining.DeviceInfo) -> None:
        monkeypatch.setattr(joining, "_check_type", checked)
        joining.join(token=offer.token, info=joining.DeviceInfo("Rival", DeviceType.MOBILE))

    monkeypatch.setattr(joining, "_check_type", then_the_rival_joins)  # the last thing before the claim
    with pytest.raises(OfferGone) as refused:
        joining.join(token=offer.token, info=PHONE)
    assert refused.value.state == OfferState.FULL
    assert [device.name for device in PairedDevice.objects.order_by("pk")] == ["Rival"]
    assert PairingRequest.objects.get().places_taken == 1


def test_an_answer_lost_while_the_phone_asks_again(coach: User, monkeypatch: Any) -> None:
    offer = offer_of(coach)
    checked = joining._check_type
    first: list[joining.Joined] = []

    def then_the_first_try_lands(row: PairingRequest, info: joining.DeviceInfo) -> None:
        monkeypatch.setattr(joining, "_check_type", checked)
        first.append(joining.join(token=offer.token, info=info, connect_key=SECRET))

    monkeypatch.setattr(joining, "_check_type", then_the_first_try_lands)
    again = joining.join(token=offer.token, info=PHONE, connect_key=SECRET)
    assert (again.device.pk, again.api_key) == (first[0].device.pk, first[0].api_key)
    assert PairedDevice.objects.count() == 1


@pytest.mark.parametrize("places", [1, 3])
def test_eight_threads_for_few_places(places: int, coach: User) -> None:
    offer = offer_of(coach, places)
    found = at_once([lambda: joining.join(token=offer.token, info=PHONE)] * 8)
    joined = [one for one in found if isinstance(one, joining.Joined)]
    refused = [one for one in found if isinstance(one, OfferGone)]
    assert (len(joined), len(refused)) == (places, 8 - places)
    assert {one.state for one in refused} == {OfferState.FULL}
    assert len({one.api_key for one in joined}) == places
    assert PairedDevice.objects.count() == places
    assert PairingRequest.objects.get().places_taken == places
    assert AuditEvent.objects.filter(action="device.paired").count() == places


@pytest.mark.parametrize("places", [1, 4])
def test_one_phone_that_asks_six_times_at_once_takes_one_place(places: int, coach: User) -> None:
    offer = offer_of(coach, places)
    found = at_once([lambda: joining.join(token=offer.token, info=PHONE, connect_key=SECRET)] * 6)
    assert [type(one).__name__ for one in found] == ["Joined"] * 6
    assert len({one.api_key for one in found}) == 1
    assert PairedDevice.objects.count() == 1
    assert PairingRequest.objects.get().places_taken == 1


def test_closing_while_a_phone_joins_leaves_one_of_the_two(coach: User) -> None:
    offer = offer_of(coach)
    close = lambda: close_offer(user=coach, pairing_id=offer.request.pk)  # noqa: E731
    joined, _ = at_once([lambda: joining.join(token=offer.token, info=PHONE), close])
    row = PairingRequest.objects.get()
    if isinstance(joined, joining.Joined):
        assert (row.places_taken, PairedDevice.objects.count()) == (1, 1)
    else:
        assert isinstance(joined, OfferGone)
        assert joined.state == OfferState.CLOSED
        assert (row.places_taken, PairedDevice.objects.count()) == (0, 0)


def test_a_host_who_leaves_while_a_phone_joins_leaves_no_live_device(coach: User) -> None:
    offer = offer_of(coach)
    leave = lambda: Membership.objects.filter(user=coach).delete()  # noqa: E731
    at_once([lambda: joining.join(token=offer.token, info=PHONE), leave])
    assert PairedDevice.objects.live().count() == 0


@pytest.mark.postgres
def test_a_host_who_leaves_between_check_and_claim_is_a_code_that_was_closed(coach: User, monkeypatch: Any) -> None:
    offer = offer_of(coach)
    checked = joining._host_membership

    def then_the_host_leaves(row: PairingRequest) -> Membership:
        membership = checked(row)
        at_once([lambda: Membership.objects.filter(user=coach).delete()])
        return membership

    monkeypatch.setattr(joining, "_host_membership", then_the_host_leaves)
    with pytest.raises(OfferGone) as refused:
        joining.join(token=offer.token, info=PHONE)
    assert refused.value.state == OfferState.CLOSED
    assert PairedDevice.objects.count() == 0
    assert PairingRequest.objects.get().places_taken == 0


def test_wrong_tries_at_once_are_all_counted_and_stop_at_five(coach: User) -> None:
    offer = offer_of(coach)
    wrong = [offer.code[:4] + other for other in ("2222", "3333", "4444", "5555", "6666", "7777", "8888", "9999")]
    wrong = [code for code in wrong if code != offer.code]
    found = at_once([lambda code=code: joining.join(code=code, info=PHONE) for code in wrong])
    assert {type(one) for one in found} == {UnknownCode}
    assert PairingRequest.objects.get().wrong_tries == 5
    with pytest.raises(OfferGone, match="five wrong tries"):
        joining.join(code=offer.code, info=PHONE)


def test_of_six_replacements_of_a_key_at_once_one_wins(team: Team, coach: User) -> None:
    device, key = make_device(team, coach)
    user = DeviceUser.acting(PairedDevice.objects.select_related("user").get(pk=device.pk), device.key_hash)
    found = at_once([lambda: devices.rotate_key(user=user, device_id=device.pk)] * 6)
    won = [one for one in found if isinstance(one, devices.NewKey)]
    assert (len(won), {type(one) for one in found}) == (1, {devices.NewKey, KeyReplaced})
    device.refresh_from_db()
    assert device.key_hash == won[0].device.key_hash
    assert key not in device.key_hash


def test_a_revocation_beats_a_replacement(team: Team, coach: User) -> None:
    device, _ = make_device(team, coach)
    user = DeviceUser.acting(PairedDevice.objects.select_related("user").get(pk=device.pk), device.key_hash)
    works: list[Callable[[], Any]] = [
        lambda: devices.rotate_key(user=user, device_id=device.pk),
        lambda: devices.revoke_device(user=coach, device_id=device.pk),
    ]
    at_once(works)
    device.refresh_from_db()
    assert device.revoked_at is not None
    assert device.revoked_at <= timezone.now()
    assert device.key_hash == ""


def test_codes_made_at_once_differ(coach: User) -> None:
    made = at_once([lambda: offer_of(coach)] * 4)
    assert len({offer.code for offer in made}) == 4
    assert len({codes.selector_of(offer.code) for offer in made}) == 4
