import { api, authorisedFetch, unwrap } from "./client";
import { errorFrom } from "./errors";
import type {
  CalibrationFit,
  CalibrationInput,
  CalibrationSummary,
  KpiDefinition,
  Pitch,
  PitchSpec,
  Preset,
  QuickScanAnswer,
  QuickScanInput,
  ScanArrays,
  ScanResults,
  ScanStatus,
  SessionKpis,
} from "./types";

const byId = (id: string) => ({ params: { path: { id } } });

export interface VideoFacts {
  duration_s?: number;
  width?: number;
  height?: number;
}

export function listPresets(video: VideoFacts): Promise<Preset[]> {
  return unwrap<Preset[]>(api.GET("/api/scan/presets", { params: { query: video } }));
}

export function startQuickScan(input: QuickScanInput): Promise<QuickScanAnswer> {
  return unwrap<QuickScanAnswer>(api.POST("/api/scan/quick", { body: input }));
}

export function getScanStatus(id: string): Promise<ScanStatus> {
  return unwrap<ScanStatus>(api.GET("/api/scan/{id}/status", byId(id)));
}

export function cancelScan(id: string): Promise<ScanStatus> {
  return unwrap<ScanStatus>(api.POST("/api/scan/{id}/cancel", byId(id)));
}

export function retryScan(id: string): Promise<ScanStatus> {
  return unwrap<ScanStatus>(api.POST("/api/scan/{id}/retry", byId(id)));
}

export function getScanResults(id: string): Promise<ScanResults> {
  return unwrap<ScanResults>(api.GET("/api/scan/{id}/results", byId(id)));
}

export async function getScanWindow(id: string, from: number, to: number, include: string): Promise<ScanArrays> {
  const answer = await unwrap<{ arrays: ScanArrays }>(
    api.GET("/api/scan/{id}/results", { params: { path: { id }, query: { include, from, to } } }),
  );
  return answer.arrays;
}

export function getScanKpis(id: string): Promise<SessionKpis> {
  return unwrap<SessionKpis>(api.GET("/api/scan/{id}/kpis", byId(id)));
}

export function listKpiDefinitions(): Promise<KpiDefinition[]> {
  return unwrap<KpiDefinition[]>(api.GET("/api/kpis/catalogue"));
}

/** The frame shown at `t` [s], as a picture. */
export async function getFrame(id: string, t: number): Promise<Blob> {
  const url = new URL(`/api/scan/${encodeURIComponent(id)}/frame?t=${t.toFixed(3)}`, location.origin);
  const response = await authorisedFetch(new Request(url));
  if (!response.ok) {
    const body: unknown = await response.json().catch(() => null);
    throw errorFrom(response.status, body, response.headers.get("X-Request-ID"));
  }
  return response.blob();
}

export function getPitch(spec: Partial<PitchSpec>): Promise<Pitch> {
  const query = { format: spec.format, length: spec.length_m, width: spec.width_m };
  return unwrap<Pitch>(api.GET("/api/scan/pitch", { params: { query } }));
}

export function fitCalibration(input: CalibrationInput): Promise<CalibrationFit> {
  return unwrap<CalibrationFit>(api.POST("/api/scan/calibrations/fit", { body: input }));
}

export function listCalibrations(): Promise<CalibrationSummary[]> {
  return unwrap<CalibrationSummary[]>(api.GET("/api/scan/calibrations", { params: { query: { per_page: 100 } } }));
}

export function saveCalibration(input: CalibrationInput & { name: string; team_id: string }): Promise<CalibrationSummary> {
  return unwrap<CalibrationSummary>(api.POST("/api/scan/calibrations", { body: input }));
}

export function applyCalibration(id: string, calibrationId: string): Promise<ScanStatus> {
  return unwrap<ScanStatus>(
    api.POST("/api/scan/{id}/calibration", { ...byId(id), body: { calibration_id: calibrationId } }),
  );
}

export function assignTrack(id: string, trackId: number, playerId: string | null): Promise<unknown> {
  return unwrap<unknown>(
    api.POST("/api/scan/{id}/tracks/assign", { ...byId(id), body: { track_id: trackId, player_id: playerId } }),
  );
}

export function mergeTracks(id: string, trackIds: [number, number]): Promise<unknown> {
  return unwrap<unknown>(api.POST("/api/scan/{id}/tracks/merge", { ...byId(id), body: { track_ids: trackIds } }));
}

export function splitTrack(id: string, trackId: number, t: number): Promise<unknown> {
  return unwrap<unknown>(api.POST("/api/scan/{id}/tracks/split", { ...byId(id), body: { track_id: trackId, t_s: t } }));
}
