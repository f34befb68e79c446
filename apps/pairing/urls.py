"""Routes of pairing, below `/api/`."""

from __future__ import annotations

from django.urls import path

from apps.pairing import views

urlpatterns = [
    path("pairing/generate", views.GenerateView.as_view(), name="pairing-generate"),
    path("pairing/connect", views.ConnectView.as_view(), name="pairing-connect"),
    path("pairing/token", views.DeviceTokenView.as_view(), name="pairing-token"),
    path("pairing/ntp_sync", views.NtpSyncView.as_view(), name="pairing-ntp-sync"),
    path("pairing/devices", views.DeviceListView.as_view(), name="devices"),
    path("pairing/devices/<uuid:device_id>", views.DeviceView.as_view(), name="device"),
    path("pairing/devices/<uuid:device_id>/rotate", views.RotateView.as_view(), name="device-rotate"),
    path("pairing/<uuid:device_id>", views.DeviceView.as_view(), name="device-short"),
    path("pairing/<uuid:pairing_id>/close", views.ClosePairingView.as_view(), name="pairing-close"),
]
