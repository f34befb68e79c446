import { api, authorisedFetch, unwrap } from "./client";
import type { Span } from "@/space/bodies";
import { errorFrom } from "./errors";
import type { paths } from "./schema";
import type {
  BodyGender,
  Calibration,
  CalibrationCreateInput,
  CalibrationFit,
  CalibrationInput,
  KpiDefinition,
  MultiviewScanInput,
  Pitch,
  PitchSpec,
  PlayerKpis,
  Preset,
  QuickScanAnswer,
  QuickScanInput,
  ScanArrays,
  ScanResults,
  ScanStatus,
  SessionKpis,
} from "./types";

const byId = (id: string) => ({ params: { path: { object_id: id } } });

export interface VideoFacts {
  duration_s?: number;
  width?: number;
  height?: number;
}

export function listPresets(video: VideoFacts): Promise<Preset[]> {
  return unwrap(api.GET("/api/scan/presets", { params: { query: video } }));
}

export function startQuickScan(input: QuickScanInput): Promise<QuickScanAnswer> {
  return unwrap(api.POST("/api/scan/quick", { body: input }));
}

export function startMultiviewScan(input: MultiviewScanInput): Promise<QuickScanAnswer> {
  return unwrap(api.POST("/api/scan/multiview", { body: input }));
}

/** Where several cameras stood, kept from earlier scans. */
export function listRigs(): Promise<Calibration[]> {
  return unwrap(api.GET("/api/scan/calibrations", { params: { query: { kind: "camera", per_page: 100 } } })) as Promise<Calibration[]>;
}

export function getScanStatus(id: string): Promise<ScanStatus> {
  return unwrap(api.GET("/api/scan/{object_id}/status", byId(id)));
}

export function cancelScan(id: string): Promise<unknown> {
  return unwrap(api.POST("/api/scan/{object_id}/cancel", byId(id)));
}

export function retryScan(id: string): Promise<unknown> {
  return unwrap(api.POST("/api/scan/{object_id}/retry", byId(id)));
}

export function getScanResults(id: string): Promise<ScanResults> {
  return unwrap(api.GET("/api/scan/{object_id}/results", byId(id))) as Promise<ScanResults>;
}

export async function getScanWindow(id: string, from: number, to: number, include: string, camera: string | null = null): Promise<ScanArrays> {
  const query = { include, from, to, camera: camera ?? undefined };
  const answer = await unwrap(api.GET("/api/scan/{object_id}/results", { params: { path: { object_id: id }, query } }));
  return answer.arrays as ScanArrays;
}

/** Everybody's figures without the curves, which of a whole match are 8 MB. */
export function getScanKpis(id: string): Promise<SessionKpis> {
  const params = { path: { object_id: id }, query: { series: false } };
  return unwrap(api.GET("/api/scan/{object_id}/kpis", { params })) as Promise<SessionKpis>;
}

/** One track's speed over time; null without metres. */
export async function getSpeedCurve(id: string, trackId: number): Promise<PlayerKpis["series"]> {
  const params = { path: { object_id: id }, query: { track_id: trackId } };
  const { players } = (await unwrap(api.GET("/api/scan/{object_id}/kpis", { params }))) as SessionKpis;
  return players[0]?.series ?? null;
}

export function listKpiDefinitions(): Promise<KpiDefinition[]> {
  return unwrap(api.GET("/api/kpis/catalogue")) as Promise<KpiDefinition[]>;
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

/** Start fitting a 3D body to a person in a part of the film [s]; follow the job by its id. */
export function startBodyFit(session_id: string, track_id: number, { from, to }: Span, gender: BodyGender): Promise<QuickScanAnswer> {
  return unwrap(api.POST("/api/scan/smpl", { body: { session_id, track_id, gender, from_s: from, to_s: to } }));
}

export interface BodyClip {
  glb: ArrayBuffer;
  /** Where in the film [s] the clip's clock starts. */
  startS: number;
}

/** A person's moving body as glTF: metres, y up. */
export async function getBodyClip(id: string, trackId: number, { from, to }: Span): Promise<BodyClip> {
  const query = new URLSearchParams({ track_id: String(trackId), from: from.toFixed(3), to: to.toFixed(3) });
  const response = await authorisedFetch(new Request(new URL(`/api/scan/${encodeURIComponent(id)}/body.glb?${query}`, location.origin)));
  if (!response.ok) {
    const body: unknown = await response.json().catch(() => null);
    throw errorFrom(response.status, body, response.headers.get("X-Request-ID"));
  }
  return { glb: await response.arrayBuffer(), startS: Number(response.headers.get("X-Body-Start-S") ?? from) };
}

export type ExportKind = paths["/api/scan/{object_id}/export"]["get"]["parameters"]["query"]["format"];

/** Of whom: pages of a report (a player, or "all"), or the body of a track. */
export interface ExportPart {
  player?: string;
  track_id?: string;
}

/** A file of the session's figures or tracks, with the name the server gives it. */
export async function exportScan(id: string, kind: ExportKind, part: ExportPart): Promise<{ blob: Blob; name: string }> {
  const url = new URL(`/api/scan/${encodeURIComponent(id)}/export`, location.origin);
  url.search = new URLSearchParams({ format: kind, ...part }).toString();
  // A report is in the language of the page, whatever the browser's own is.
  const headers = { "Accept-Language": document.documentElement.lang || "en" };
  const response = await authorisedFetch(new Request(url, { headers }));
  if (!response.ok) {
    const body: unknown = await response.json().catch(() => null);
    throw errorFrom(response.status, body, response.headers.get("X-Request-ID"));
  }
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
  return { blob: await response.blob(), name: name ?? `session.${kind}` };
}

export function getPitch(spec: Partial<PitchSpec>): Promise<Pitch> {
  const query = { format: spec.format, length: spec.length_m, width: spec.width_m };
  return unwrap(api.GET("/api/scan/pitch", { params: { query } })) as Promise<Pitch>;
}

export function fitCalibration(input: CalibrationInput): Promise<CalibrationFit> {
  return unwrap(api.POST("/api/scan/calibrations/fit", { body: input })) as Promise<CalibrationFit>;
}

export function listCalibrations(): Promise<Calibration[]> {
  return unwrap(api.GET("/api/scan/calibrations", { params: { query: { per_page: 100 } } })) as Promise<Calibration[]>;
}

export function saveCalibration(input: CalibrationCreateInput): Promise<Calibration> {
  return unwrap(api.POST("/api/scan/calibrations", { body: input })) as Promise<Calibration>;
}

export function applyCalibration(id: string, calibrationId: string): Promise<unknown> {
  return unwrap(
    api.POST("/api/scan/{object_id}/calibration", { ...byId(id), body: { calibration_id: calibrationId } }),
  );
}

export function assignTrack(id: string, trackId: number, playerId: string | null): Promise<unknown> {
  return unwrap(
    api.POST("/api/scan/{object_id}/tracks/assign", { ...byId(id), body: { track_id: trackId, player_id: playerId } }),
  );
}

export function mergeTracks(id: string, trackIds: [number, number]): Promise<unknown> {
  return unwrap(api.POST("/api/scan/{object_id}/tracks/merge", { ...byId(id), body: { track_ids: trackIds } }));
}

export function splitTrack(id: string, trackId: number, t: number): Promise<unknown> {
  return unwrap(api.POST("/api/scan/{object_id}/tracks/split", { ...byId(id), body: { track_id: trackId, t_s: t } }));
}
