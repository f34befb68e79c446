"""Routes of the dashboard, below `/api/`."""

from __future__ import annotations

from django.urls import path

from apps.dashboard import views

urlpatterns = [
    path("dashboard/overview", views.OverviewView.as_view(), name="dashboard-overview"),
    path("dashboard/player/<str:player_id>", views.PlayerPageView.as_view(), name="dashboard-player"),
    path("dashboard/player/<str:player_id>/heat-map", views.HeatMapView.as_view(), name="dashboard-heat-map"),
    path("dashboard/trends", views.TrendView.as_view(), name="dashboard-trends"),
    path("dashboard/comparisons", views.ComparisonsView.as_view(), name="dashboard-comparisons"),
    path("sessions/compare", views.SessionsCompareView.as_view(), name="sessions-compare"),
]
