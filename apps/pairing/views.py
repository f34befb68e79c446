"""Routes of pairing."""

from __future__ import annotations

import time
import uuid
from dataclasses import asdict
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.core.errors import InvalidRequest
from apps.core.idempotency import key_of
from apps.core.parsing import parsed
from apps.core.throttling import OrdinaryThrottle, StreamThrottle
from apps.pairing import examples, selectors, tokens
from apps.pairing.auth import refresh_tokens
from apps.pairing.errors import InvalidDeviceToken
from apps.pairing.filters import DeviceFilter
from apps.pairing.models import ANY_SCOPE, DeviceType, PairedDevice
from apps.pairing.qr import qr_png, qr_svg
from apps.pairing.serializers import (
    ConnectInput,
    ConnectOutput,
    DeviceChangeInput,
    DeviceOutput,
    DeviceRefreshInput,
    DeviceTokensOutput,
    GenerateInput,
    GenerateOutput,
    NtpSyncInput,
    NtpSyncOutput,
    RotateOutput,
)
from apps.pairing.services import devices, joining, offers
from apps.pairing.throttling import JoinThrottle, give_back

MIN_WISH_KEY = 16
"""Here the `Idempotency-Key` gets a secret back, so it must not be guessable."""

_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A random text of at least 16 characters that only this device knows, made up before the first try. "
    "With the same one again, a device whose answer was lost gets the same answer.",
)


def secret_key_of(request: Request) -> str:
    """Return the request's `Idempotency-Key`, "" without one.

    Raises:
        InvalidRequest: it is too short to be a secret.
    """
    key = key_of(request)
    if key and len(key) < MIN_WISH_KEY:
        raise InvalidRequest(f"Idempotency-Key must be random here, with at least {MIN_WISH_KEY} characters (a UUID).")
    return key


class PairingView(APIView):
    """A route of somebody who is logged in."""

    @property
    def user(self) -> User:
        """Who asks."""
        return cast(User, self.request.user)


class GenerateView(PairingView):
    """A place for a device."""

    @extend_schema(request=GenerateInput, responses={201: GenerateOutput}, examples=examples.GENERATE)
    def post(self, request: Request) -> Response:
        """Make a code, as text and QR, by which devices join within ten minutes (owner, coach)."""
        sent = parsed(GenerateInput, request)
        wish = offers.OfferWish(**{**sent, "device_type": DeviceType(sent["device_type"])})
        offer = offers.create_offer(user=self.user, wish=wish)
        made = offer.request
        body = {
            "pairing_id": made.pk,
            "code": offer.code,
            "token": offer.token,
            "pairing_url": offer.pairing_url,
            "qr_png": qr_png(offer.pairing_url),
            "qr_svg": qr_svg(offer.pairing_url),
            "device_type": made.device_type,
            "max_devices": made.max_devices,
            "expires_at": made.expires_at,
        }
        return Response(GenerateOutput(body).data, status=status.HTTP_201_CREATED)


class ClosePairingView(PairingView):
    """A code that is not needed any more."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, pairing_id: uuid.UUID) -> Response:
        """Close a code of one's own at once; devices that joined stay."""
        offers.close_offer(user=self.user, pairing_id=pairing_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ConnectView(APIView):
    """Joining, without a log-in: the code is the right."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (JoinThrottle, OrdinaryThrottle)

    @extend_schema(
        request=ConnectInput, responses={201: ConnectOutput}, parameters=[_KEY], examples=examples.CONNECT, auth=[]
    )
    def post(self, request: Request) -> Response:
        """Join by code or token; the key is in the answer, once."""
        sent = parsed(ConnectInput, request)
        info = joining.DeviceInfo(**{**sent["device"], "device_type": DeviceType(sent["device"]["device_type"])})
        way = {name: sent[name] for name in ("token", "code") if name in sent}
        joined = joining.join(**way, info=info, connect_key=secret_key_of(request))
        give_back(request)
        return Response(ConnectOutput(_connected(joined)).data, status=status.HTTP_201_CREATED)


def _connected(joined: joining.Joined) -> dict[str, Any]:
    device = joined.device
    return {
        "device_id": device.pk,
        "api_key": joined.api_key,
        **asdict(tokens.issue(device.pk, device.key_hash)),
        "ws_url": f"ws{settings.PUBLIC_URL.removeprefix('http')}/ws",
        "team_id": device.team_id,
        "player_id": device.player_id,
        "scopes": device.scopes,
    }


class DeviceTokenView(APIView):
    """Keeping a device's short-lived token going."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=DeviceRefreshInput, responses=DeviceTokensOutput, examples=examples.REFRESHED, auth=[])
    def post(self, request: Request) -> Response:
        """Trade a device's refresh token for a new pair."""
        pair = refresh_tokens(parsed(DeviceRefreshInput, request)["refresh"])
        if pair is None:
            raise InvalidDeviceToken
        return Response(DeviceTokensOutput(pair).data)


class DeviceListView(generics.ListAPIView[PairedDevice]):
    """Devices of one's teams."""

    serializer_class = DeviceOutput
    filterset_class = DeviceFilter
    ordering_fields = ("name", "paired_at", "last_seen_at", "device_type")

    def get_queryset(self) -> Any:
        """Only what the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return PairedDevice.objects.none()
        return selectors.list_devices(cast(User, self.request.user))


class DeviceView(PairingView):
    """One device; a device may look at itself, name itself and end itself."""

    device_scopes = ANY_SCOPE

    @extend_schema(responses=DeviceOutput, examples=examples.SHOWN)
    def get(self, request: Request, device_id: uuid.UUID) -> Response:
        """Show a paired device of one's teams."""
        return Response(DeviceOutput(selectors.get_device(self.user, device_id)).data)

    @extend_schema(request=DeviceChangeInput, responses=DeviceOutput, examples=examples.RENAMED)
    def patch(self, request: Request, device_id: uuid.UUID) -> Response:
        """Give a device another name (owner, coach, the device)."""
        name = parsed(DeviceChangeInput, request)["name"]
        return Response(DeviceOutput(devices.rename_device(user=self.user, device_id=device_id, name=name)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, device_id: uuid.UUID) -> Response:
        """Revoke a device at once; its open sockets close (owner, coach, the device)."""
        devices.revoke_device(user=self.user, device_id=device_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RotateView(PairingView):
    """The next key of a device."""

    device_scopes = ANY_SCOPE

    @extend_schema(request=None, responses=RotateOutput, parameters=[_KEY], examples=examples.ROTATED)
    def post(self, request: Request, device_id: uuid.UUID) -> Response:
        """Replace the key; the one before counts for five more minutes (owner, coach, the device)."""
        new = devices.rotate_key(user=self.user, device_id=device_id, wish_key=secret_key_of(request))
        pair = tokens.issue(new.device.pk, new.device.key_hash)
        body = {"device_id": new.device.pk, "api_key": new.api_key, "previous_key_until": new.previous_key_until}
        return Response(RotateOutput({**body, **asdict(pair)}).data)


class NtpSyncView(PairingView):
    """How far a clock is off; the README has the formula."""

    device_scopes = ANY_SCOPE
    throttle_classes = (StreamThrottle,)

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Read the clock before anything else is done."""
        self.came_in_us = now_us()
        super().setup(request, *args, **kwargs)

    @extend_schema(request=NtpSyncInput, responses=NtpSyncOutput, examples=examples.SYNCED)
    def post(self, request: Request) -> Response:
        """Say when the request came in and when the answer went out."""
        return Response({"t0": parsed(NtpSyncInput, request)["t0"], "t1": self.came_in_us, "t2": now_us()})


def now_us() -> int:
    """Microseconds since 1970-01-01 UTC."""
    return time.time_ns() // 1000
