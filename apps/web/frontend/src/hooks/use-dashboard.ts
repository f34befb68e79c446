import { keepPreviousData, useQuery } from "@tanstack/react-query";
import {
  comparePlayers,
  compareSessions,
  getHeatMap,
  getOverview,
  getPlayerPage,
  getTrend,
  listUpcoming,
  type ComparisonQuery,
  type Planned,
  type PlayerPageQuery,
  type TrendQuery,
} from "@/api/dashboard";
import { keys } from "@/api/query";
import { useMe } from "./use-account";

/** How often the page looks for new scans and sessions while it is open. */
const LOOK_AGAIN_MS = 30_000;
const HOUR_MS = 3_600_000;

export function useOverview(teamId: string) {
  return useQuery({ queryKey: keys.overview(teamId), queryFn: () => getOverview(teamId), refetchInterval: LOOK_AGAIN_MS });
}

export function useTrend(query: TrendQuery) {
  return useQuery({ queryKey: keys.trend(query), queryFn: () => getTrend(query), placeholderData: keepPreviousData });
}

export function usePlayerPage(id: string, query: PlayerPageQuery) {
  return useQuery({
    queryKey: keys.playerPage(id, query),
    queryFn: () => getPlayerPage(id, query),
    placeholderData: keepPreviousData,
  });
}

export function useHeatMap(id: string, sessionId: string) {
  return useQuery({ queryKey: keys.heatMap(id, sessionId), queryFn: () => getHeatMap(id, sessionId) });
}

export function useComparison(query: ComparisonQuery, enabled: boolean) {
  return useQuery({
    queryKey: keys.comparison(query),
    queryFn: () => comparePlayers(query),
    enabled,
    placeholderData: keepPreviousData,
  });
}

export function useSessionsCompared(ids: readonly string[]) {
  return useQuery({
    queryKey: keys.comparison({ session_ids: ids }),
    queryFn: () => compareSessions(ids),
    enabled: ids.length > 1,
    placeholderData: keepPreviousData,
  });
}

export function useUpcoming(whose: Planned, most: number) {
  // Whole hours, so that the question stays the same while the page is open.
  const from = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS);
  return useQuery({
    queryKey: keys.upcoming({ ...whose, most, from: from.toISOString() }),
    queryFn: () => listUpcoming(whose, from, most),
    retry: false,
  });
}

/** The reader's own time zone where they chose one, else the team's. */
export function useTimeZone(teamZone?: string): string | undefined {
  const { data: me } = useMe();
  return me?.time_zone ?? teamZone;
}
