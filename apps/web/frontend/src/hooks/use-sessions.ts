import { keepPreviousData, skipToken, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "@/api/query";
import { createSession, deleteSession, editSession, getSession, listSessions, type SessionChange, type SessionFilters } from "@/api/sessions";
import type { SessionListItem } from "@/api/types";

/** How often the list looks at its running jobs. */
const RUNNING_POLL_MS = 3000;

function hasRunningJob(sessions: readonly SessionListItem[] = []): boolean {
  return sessions.some(({ job }) => job?.status === "queued" || job?.status === "running");
}

export function useSessions(filters: SessionFilters) {
  return useQuery({
    queryKey: keys.sessionList(filters),
    queryFn: () => listSessions(filters),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (hasRunningJob(state.data?.items) ? RUNNING_POLL_MS : false),
  });
}

/** Without an id nothing is asked. */
export function useSession(id: string | undefined) {
  return useQuery({ queryKey: keys.session(id ?? ""), queryFn: id === undefined ? skipToken : () => getSession(id) });
}

/** A session that was not filmed; its load counts like any other's. */
export function useCreateSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: createSession,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.sessions });
      void client.invalidateQueries({ queryKey: keys.dashboard });
    },
  });
}

export function useEditSession(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: SessionChange) => editSession(id, change),
    onSuccess: () => {
      // Its day decides about the load of a week.
      void client.invalidateQueries({ queryKey: keys.dashboard });
      return client.invalidateQueries({ queryKey: keys.sessions });
    },
  });
}

export function useDeleteSession(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => deleteSession(id),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.sessions }),
  });
}
