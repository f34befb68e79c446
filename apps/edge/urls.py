"""Routes of the edge app."""

from __future__ import annotations

from django.urls import path

from apps.edge import views

urlpatterns = [
    path("local-edge/register", views.RegisterView.as_view(), name="edge-register"),
    path("local-edge/heartbeat", views.HeartbeatView.as_view(), name="edge-heartbeat"),
    path("local-edge/sync", views.SyncView.as_view(), name="edge-sync"),
    path("local-edge/process", views.ProcessView.as_view(), name="edge-process"),
    path("local-edge/status", views.StatusListView.as_view(), name="edge-nodes"),
    path("local-edge/status/<uuid:node_id>", views.StatusView.as_view(), name="edge-node"),
]
