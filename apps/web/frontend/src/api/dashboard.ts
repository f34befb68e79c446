import { api, unwrap, unwrapPage, type Page } from "./client";
import type { ComparedSessions, Comparisons, HeatMap, Overview, PlannedEvent, PlayerPage, Trend } from "./types";

export const PERIODS = ["28d", "90d", "180d", "365d"] as const;
export type Period = (typeof PERIODS)[number];

export interface TrendQuery {
  metric: string;
  period: Period;
  bucket: "day" | "week" | "month";
  team_id?: string;
  player_id?: string;
}

export interface PlayerPageQuery {
  period: Period;
  /** Keys separated by commas; empty for the five that lists show. */
  metrics: string;
}

export interface ComparisonQuery {
  player_ids: string;
  metrics: string;
  period: Period;
}

export function getOverview(teamId: string): Promise<Overview> {
  return unwrap(api.GET("/api/dashboard/overview", { params: { query: { team_id: teamId } } }));
}

export function getTrend(query: TrendQuery): Promise<Trend> {
  return unwrap(api.GET("/api/dashboard/trends", { params: { query } }));
}

export function getPlayerPage(id: string, query: PlayerPageQuery): Promise<PlayerPage> {
  return unwrap(api.GET("/api/dashboard/player/{player_id}", { params: { path: { player_id: id }, query } }));
}

export function getHeatMap(id: string, sessionId: string): Promise<HeatMap> {
  const params = { path: { player_id: id }, query: { session_id: sessionId } };
  return unwrap(api.GET("/api/dashboard/player/{player_id}/heat-map", { params }));
}

export function comparePlayers(query: ComparisonQuery): Promise<Comparisons> {
  return unwrap(api.GET("/api/dashboard/comparisons", { params: { query } }));
}

/** The first of them is what the others are compared with. */
export function compareSessions(ids: readonly string[]): Promise<ComparedSessions> {
  return unwrap(api.GET("/api/sessions/compare", { params: { query: { session_ids: ids.join(",") } } }));
}

/** Whose plans: a team's, or a player's own and those of the team that they take part in. */
export type Planned = { team_id: string } | { player_id: string };

/** What is planned from now on, the next first. */
export function listUpcoming(whose: Planned, from: Date, most: number): Promise<Page<PlannedEvent>> {
  const query = { ...whose, start: from.toISOString(), status: "planned" as const, per_page: most };
  return unwrapPage(api.GET("/api/calendar/events", { params: { query } }));
}
