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
  scanWindow: (id: string, index: number) => ["scan", id, "window", index] as const,
  frame: (id: string, t: number) => ["scan", id, "frame", t] as const,
  kpiCatalogue: ["kpi-catalogue"] as const,
  calibrations: ["calibrations"] as const,
  pitch: (spec: object) => ["pitch", spec] as const,
};
