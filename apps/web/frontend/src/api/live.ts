import { api, authorisedFetch, done, unwrap, unwrapPage, type Page } from "./client";
import { errorFrom } from "./errors";
import type { FeedbackAsked, LiveQuestion, LiveStarted, LiveStartInput, LiveStatus } from "./types";

const PER_PAGE = 20;
const byId = (id: string) => ({ params: { path: { session_id: id } } });

export function startLive(input: LiveStartInput): Promise<LiveStarted> {
  return unwrap(api.POST("/api/live/start", { body: input }));
}

/** Those that are not stored yet, the newest first. */
export function listRunning(): Promise<Page<LiveStatus>> {
  return unwrapPage(api.GET("/api/live", { params: { query: { is_open: true, per_page: PER_PAGE } } }));
}

export function getLive(id: string): Promise<LiveStatus> {
  return unwrap(api.GET("/api/live/{session_id}/status", byId(id)));
}

export function stopLive(id: string): Promise<void> {
  return done(api.POST("/api/live/stop", { body: { session_id: id } }));
}

/** Say which player a track is; null: take it back. */
export function sayWho(id: string, trackId: number, playerId: string | null): Promise<void> {
  return done(api.POST("/api/live/{session_id}/assign", { ...byId(id), body: { track_id: trackId, player_id: playerId } }));
}

/** Ask the assistant about what is measured now; the answer is a feedback of its own. */
export function askLive(id: string, body: LiveQuestion): Promise<FeedbackAsked> {
  return unwrap(api.POST("/api/live/{session_id}/feedback", { ...byId(id), body }));
}

/** The picture of a camera that films elsewhere, by its number in a state. */
export async function getPicture(id: string, camera: string, seq: number, signal: AbortSignal): Promise<Blob> {
  const url = new URL(`/api/live/${encodeURIComponent(id)}/picture`, location.origin);
  url.search = new URLSearchParams({ camera, seq: String(seq) }).toString();
  const response = await authorisedFetch(new Request(url, { signal }));
  if (!response.ok) throw errorFrom(response.status, await response.json().catch(() => null), response.headers.get("X-Request-ID"));
  return response.blob();
}
