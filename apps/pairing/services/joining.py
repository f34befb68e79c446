"""Joining by a code or token: from nobody to a device of a team.

A phone on bad Wi-Fi asks again when the answer was lost. It sends the same `Idempotency-Key` (a secret that it made up)
and gets the same key again, without taking a second place: the key is derived from that secret, so it need not be
stored. This works until the key was used for the first time, for from then on the answer has evidently arrived.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from apps.accounts.models import ROLE_RIGHTS, Membership, Right
from apps.core import audit
from apps.core.errors import Conflict
from apps.core.idempotency import fingerprint
from apps.pairing import codes
from apps.pairing.auth import make_key
from apps.pairing.errors import AnswerTaken, OfferGone, UnknownCode, WrongDeviceType
from apps.pairing.events import DeviceBrief, tell
from apps.pairing.models import (
    SCOPES_BY_TYPE,
    DeviceType,
    OfferState,
    PairedDevice,
    PairingRequest,
    PairingRequestQuerySet,
)
from apps.pairing.selectors import brief

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """What a device says about itself."""

    name: str
    device_type: DeviceType
    model: str = ""
    os_version: str = ""
    app_version: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """A device and its key, which is shown this once."""

    device: PairedDevice
    api_key: str


def join(*, token: str = "", code: str = "", info: DeviceInfo, connect_key: str = "") -> Joined:
    """Join by a token or a code.

    Args:
        connect_key: the request's `Idempotency-Key`; "" = a lost answer cannot be asked for again.

    Raises:
        UnknownCode, UnreadableToken: 404, no offer is named.
        OfferGone: 410, the offer is spent. AnswerTaken: 410, this device has used its key already.
        WrongDeviceType: 400, the code is for another kind of device.
        Conflict: 409, the same `connect_key` came with another device.
    """
    offer = _by_token(token) if token else _by_code(code)
    try:
        return _again(offer, info, connect_key) or _first(offer, info, connect_key)
    except (OfferGone, IntegrityError) as error:  # a rival with the same connect_key may have been faster
        again = _again(offer, info, connect_key)
        if again is not None:
            return again
        if isinstance(error, OfferGone):
            raise
        raise OfferGone(OfferState.CLOSED) from error  # the host left in this very moment


def _by_token(token: str) -> PairingRequest:
    offer: PairingRequest | None = _offers().filter(token_id=codes.read_token(token)).first()
    if offer is None:  # made by us, but forgotten: its team or user is gone
        raise OfferGone(OfferState.CLOSED)
    return offer


def _by_code(text: str) -> PairingRequest:
    code = codes.read_code(text)
    offer = _offers().filter(code_hash=codes.keyed_hash("code", code)).first() if code else None
    if offer is None:
        _count_wrong_try(code)
        raise UnknownCode
    found: PairingRequest = offer
    return found


def _offers() -> PairingRequestQuerySet:
    return PairingRequest.objects.select_related("user")


def _count_wrong_try(code: str | None) -> None:
    """Count a wrong second half against the offer that the first half names; it dies of the fifth."""
    if code is None:
        return
    meant = PairingRequest.objects.open(timezone.now()).filter(selector=codes.selector_of(code))
    for offer in meant:
        if meant.filter(pk=offer.pk).update(wrong_tries=F("wrong_tries") + 1):
            offer.refresh_from_db(fields=["wrong_tries"])
            state = offer.state_at(timezone.now())
            log.warning("pairing.wrong_code", pairing_id=str(offer.pk), tries=offer.wrong_tries)
            tell(offer.pk, "pairing_failed", reason="wrong_code" if state == OfferState.OPEN else state)


def _again(offer: PairingRequest, info: DeviceInfo, connect_key: str) -> Joined | None:
    """The same answer for the same device, `None` where it has not joined."""
    if not connect_key:
        return None
    device = PairedDevice.objects.filter(request=offer, connect_key_hash=_hash_of(connect_key)).first()
    if device is None:
        return None
    if device.connect_digest != _digest_of(info):
        raise Conflict("This Idempotency-Key was used by another device. Make up a new one.")
    key, _, key_hash = make_key("first", device.pk, connect_key, prefix=device.key_prefix)
    if offer.expires_at <= timezone.now():
        raise OfferGone(OfferState.EXPIRED)
    if not device.is_live or device.last_seen_at is not None or not constant_time_compare(key_hash, device.key_hash):
        raise AnswerTaken
    return Joined(device, key)


def _first(offer: PairingRequest, info: DeviceInfo, connect_key: str) -> Joined:
    newcomer = DeviceBrief(
        device_id=None, name=info.name, device_type=info.device_type, model=info.model, paired_at=None
    )
    try:
        _check_open(offer)
        _check_type(offer, info)
        tell(offer.pk, "pairing_request", device=newcomer)
        return _take_place(offer, info, connect_key)
    except OfferGone as gone:
        tell(offer.pk, "pairing_failed", device=newcomer, reason=gone.state)
        raise
    except WrongDeviceType:
        tell(offer.pk, "pairing_failed", device=newcomer, reason="wrong_device_type")
        raise


def _check_open(offer: PairingRequest) -> None:
    state = offer.state_at(timezone.now())
    if state != OfferState.OPEN:
        raise OfferGone(state)


def _check_type(offer: PairingRequest, info: DeviceInfo) -> None:
    if info.device_type != offer.device_type:
        wanted, came = (DeviceType(kind).label.lower() for kind in (offer.device_type, info.device_type))
        raise WrongDeviceType(f"This code is for a device of the kind {wanted}, not {came}. Ask for a fitting one.")


@transaction.atomic
def _take_place(offer: PairingRequest, info: DeviceInfo, connect_key: str) -> Joined:
    """Claim a place and fill it, both or neither; of two that want the last one the update tells who has it."""
    membership = _host_membership(offer)
    now = timezone.now()
    claimed = PairingRequest.objects.open(now).filter(pk=offer.pk)
    if claimed.update(places_taken=F("places_taken") + 1, updated_at=now) != 1:
        raise OfferGone(_state_now(offer))
    device_id = uuid.uuid4()
    key, prefix, key_hash = make_key("first", device_id, connect_key)
    device = PairedDevice.objects.create(
        pk=device_id,
        team_id=offer.team_id,
        user=offer.user,
        membership=membership,
        player_id=offer.player_id,
        request=offer,
        scopes=[str(scope) for scope in SCOPES_BY_TYPE[offer.device_type]],
        key_prefix=prefix,
        key_hash=key_hash,
        connect_key_hash=_hash_of(connect_key),
        connect_digest=_digest_of(info),
        paired_at=now,
        **asdict(info),
    )
    after = {"name": device.name, "device_type": device.device_type, "pairing_id": str(offer.pk)}
    audit.record(actor_id=offer.user_id, action="device.paired", target=device, team_id=offer.team_id, after=after)
    tell(offer.pk, "pairing_success", device=brief(device))
    return Joined(device, key)


def _host_membership(offer: PairingRequest) -> Membership:
    """The membership by which the device will act.

    Raises:
        OfferGone: whoever made the offer has left the team since, or may no longer pair.
    """
    roles = [role for role, rights in ROLE_RIGHTS.items() if Right.RUN_SCANS in rights]
    rows = Membership.objects.filter(team_id=offer.team_id, user_id=offer.user_id, user__is_active=True)
    membership: Membership | None = rows.filter(role__in=roles).first()
    if membership is None:
        raise OfferGone(OfferState.CLOSED)
    return membership


def _state_now(offer: PairingRequest) -> OfferState:
    fresh = PairingRequest.objects.filter(pk=offer.pk).first()
    state = fresh.state_at(timezone.now()) if fresh is not None else OfferState.CLOSED
    return state if state != OfferState.OPEN else OfferState.EXPIRED


def _hash_of(connect_key: str) -> str:
    return codes.keyed_hash("connect", connect_key) if connect_key else ""


def _digest_of(info: DeviceInfo) -> str:
    return fingerprint(asdict(info))
