"""Routes of scans, below `/api/`, and the signed media links, below `/media/`."""

from __future__ import annotations

from django.urls import path

from apps.scan.views import body, calibrations, events, exports, results, scans, tracks, uploads

urlpatterns = [
    path("scan/quick", scans.QuickScanView.as_view(), name="scan-quick"),
    path("scan/multiview", scans.MultiviewScanView.as_view(), name="scan-multiview"),
    path("scan/smpl", body.BodyFitView.as_view(), name="scan-smpl"),
    path("scan/presets", scans.PresetsView.as_view(), name="scan-presets"),
    path("scan/uploads", uploads.UploadListView.as_view(), name="uploads"),
    path("scan/uploads/<uuid:upload_id>", uploads.UploadView.as_view(), name="upload"),
    path("scan/pitch", calibrations.PitchView.as_view(), name="pitch"),
    path("scan/calibrations", calibrations.CalibrationListView.as_view(), name="calibrations"),
    path("scan/calibrations/fit", calibrations.CalibrationFitView.as_view(), name="calibration-fit"),
    path("scan/<uuid:object_id>/status", scans.ScanStatusView.as_view(), name="scan-status"),
    path("scan/<uuid:object_id>/cancel", scans.ScanCancelView.as_view(), name="scan-cancel"),
    path("scan/<uuid:object_id>/retry", scans.ScanRetryView.as_view(), name="scan-retry"),
    path("scan/<uuid:object_id>/results", results.ResultsView.as_view(), name="scan-results"),
    path("scan/<uuid:object_id>/kpis", results.KpisView.as_view(), name="scan-kpis"),
    path("scan/<uuid:object_id>/events", events.EventListView.as_view(), name="scan-events"),
    path("scan/<uuid:object_id>/video", results.VideoView.as_view(), name="scan-video"),
    path("scan/<uuid:object_id>/frame", results.FrameView.as_view(), name="scan-frame"),
    path("scan/<uuid:object_id>/body.glb", body.BodyView.as_view(), name="scan-body"),
    path("scan/<uuid:object_id>/export", exports.ExportView.as_view(), name="scan-export"),
    path("scan/<uuid:object_id>/calibration", calibrations.UseCalibrationView.as_view(), name="scan-calibration"),
    path("scan/<uuid:object_id>/tracks/assign", tracks.TrackAssignView.as_view(), name="track-assign"),
    path("scan/<uuid:object_id>/tracks/merge", tracks.TrackMergeView.as_view(), name="track-merge"),
    path("scan/<uuid:object_id>/tracks/split", tracks.TrackSplitView.as_view(), name="track-split"),
    path("kpis/catalogue", results.KpiCatalogueView.as_view(), name="kpi-catalogue"),
]

media_urlpatterns = [
    path("signed/<str:token>/video", results.SignedVideoView.as_view(), name="signed-video"),
    path("signed/<str:token>/thumbnail", results.SignedThumbnailView.as_view(), name="signed-thumbnail"),
]
