import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError } from "@/api/errors";
import { askLive, getLive, listRunning, sayWho, startLive, stopLive } from "@/api/live";
import { keys } from "@/api/query";
import { listCalibrations } from "@/api/scans";
import type { LiveQuestion, LiveStatus, Me } from "@/api/types";

/** A session that somebody else starts appears by itself. */
const LIST_POLL_MS = 5000;
/** How it stands changes slowly; the figures come by the line. */
const STATUS_POLL_MS = 4000;
/** A film is put together after the end, for as long as some minutes. */
const FILM_POLL_MS = 3000;
/** Being stored takes seconds: the end is waited for. */
const STORING_POLL_MS = 1000;

const STAFF = new Set(["owner", "coach", "analyst"]);

/** The teams in which one may film. */
export function staffTeams(me: Me | null | undefined) {
  return (me?.memberships ?? []).filter(({ role }) => STAFF.has(role)).map(({ team }) => team);
}

export function isOver(live: LiveStatus | undefined): boolean {
  return live?.status === "stopped" || live?.status === "failed";
}

function pollOf(live: LiveStatus | undefined): number | false {
  if (isOver(live)) return isFilmComing(live) ? FILM_POLL_MS : false;
  return live?.status === "stopping" ? STORING_POLL_MS : STATUS_POLL_MS;
}

/** The session is over, and its film is still being put together. */
export function isFilmComing(live: LiveStatus | undefined): boolean {
  return live?.status === "stopped" && live.film === "waiting";
}

export function useRunning() {
  return useQuery({ queryKey: keys.liveList, queryFn: listRunning, refetchInterval: LIST_POLL_MS });
}

export function useLiveStatus(id: string | null) {
  return useQuery({
    queryKey: keys.live(id ?? ""),
    queryFn: () => getLive(id!),
    enabled: id !== null,
    refetchInterval: ({ state: { data, error } }) => (error instanceof ApiError && error.refused ? false : pollOf(data)),
  });
}

export function useStartLive() {
  const client = useQueryClient();
  return useMutation({ mutationFn: startLive, onSuccess: () => client.invalidateQueries({ queryKey: keys.liveList }) });
}

export function useAskLive(id: string) {
  return useMutation({ mutationFn: (question: LiveQuestion) => askLive(id, question) });
}

export function useStopLive(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => stopLive(id),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.live(id) });
      void client.invalidateQueries({ queryKey: keys.liveList });
      void client.invalidateQueries({ queryKey: keys.sessions });
    },
  });
}

export function useSayWho(id: string) {
  return useMutation({ mutationFn: ({ trackId, playerId }: { trackId: number; playerId: string | null }) => sayWho(id, trackId, playerId) });
}

export function useCalibrations() {
  return useQuery({ queryKey: keys.calibrations, queryFn: listCalibrations });
}
