import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./errors";

const MAX_TRIES = 2;

/** Repeat what a bad network or a busy server may mend; a refusal stays a refusal. */
function worthRepeating(failures: number, error: unknown): boolean {
  const mendable = error instanceof ApiError && (error.unreachable || error.status >= 500);
  return mendable && failures < MAX_TRIES;
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: worthRepeating, staleTime: 15_000, networkMode: "always" },
      mutations: { networkMode: "always" },
    },
  });
}

/** Numbers and pictures of a scan: the same in every language, and large. */
const WORDLESS = new Set<unknown>(["window", "speed", "points3d", "body", "body-rows", "frame"]);

/** What may hold sentences of the server becomes stale when the language changes; what is on the page comes anew. */
export function forgetWords(client: QueryClient): Promise<void> {
  return client.invalidateQueries({ predicate: ({ queryKey: [area, , part] }) => area !== "scan" || !WORDLESS.has(part) });
}

/** Every key of the cache, so that one place knows what an action makes stale. */
export const keys = {
  me: ["me"] as const,
  sessions: ["sessions"] as const,
  sessionList: (filters: object) => ["sessions", "list", filters] as const,
  session: (id: string) => ["sessions", "one", id] as const,
  players: ["players"] as const,
  presets: (video: object) => ["presets", video] as const,
  scan: (id: string) => ["scan", id] as const,
  scanStatus: (id: string) => ["scan", id, "status"] as const,
  scanResults: (id: string) => ["scan", id, "results"] as const,
  scanKpis: (id: string) => ["scan", id, "kpis"] as const,
  speedCurve: (id: string, trackId: number) => ["scan", id, "speed", trackId] as const,
  scanWindow: (id: string, index: number) => ["scan", id, "window", index] as const,
  bodyClip: (id: string, trackId: number, from: number, to: number) => ["scan", id, "body", trackId, from, to] as const,
  bodyRows: (id: string, index: number) => ["scan", id, "body-rows", index] as const,
  points3d: (id: string, index: number) => ["scan", id, "points3d", index] as const,
  frame: (id: string, t: number) => ["scan", id, "frame", t] as const,
  kpiCatalogue: ["kpi-catalogue"] as const,
  calibrations: ["calibrations"] as const,
  rigs: ["calibrations", "rigs"] as const,
  dashboard: ["dashboard"] as const,
  overview: (teamId: string) => ["dashboard", "overview", teamId] as const,
  trend: (query: object) => ["dashboard", "trend", query] as const,
  playerPage: (id: string, query: object) => ["dashboard", "player", id, query] as const,
  heatMap: (id: string, sessionId: string) => ["dashboard", "heat-map", id, sessionId] as const,
  comparison: (query: object) => ["dashboard", "comparison", query] as const,
  upcoming: (query: object) => ["upcoming-events", query] as const,
  player: (id: string) => ["players", id] as const,
  feedback: ["feedback"] as const,
  feedbackList: (filters: object) => ["feedback", "list", filters] as const,
  oneFeedback: (id: string) => ["feedback", "one", id] as const,
  feedbackTemplates: (language: string) => ["feedback-templates", language] as const,
  article: (slug: string) => ["article", slug] as const,
  drill: (key: string) => ["drill", key] as const,
  entries: (id: string, kind: string) => ["players", id, kind] as const,
  sessionPart: (id: string, part: string) => ["sessions", "one", id, part] as const,
  pitch: (spec: object) => ["pitch", spec] as const,
  teams: ["teams"] as const,
  members: (teamId: string) => ["members", teamId] as const,
  invitations: (teamId: string) => ["invitations", teamId] as const,
  calendar: ["calendar"] as const,
  events: (query: object) => ["calendar", "events", query] as const,
  event: (id: string, occurrence: string | null) => ["calendar", "event", id, occurrence] as const,
  verdict: (input: object | null) => ["calendar", "verdict", input] as const,
  proposals: (teamId: string) => ["calendar", "proposals", teamId] as const,
  feed: ["calendar-feed"] as const,
  drills: (filters: object) => ["drills", filters] as const,
  devices: ["devices"] as const,
  liveList: ["live", "list"] as const,
  live: (id: string) => ["live", "one", id] as const,
  logins: ["logins"] as const,
};
