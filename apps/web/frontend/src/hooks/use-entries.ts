import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  ENTRIES,
  getGrowth,
  inviteGuardian,
  listConsents,
  listGuardians,
  recordConsent,
  removeGuardian,
  type EntryInputOf,
  type EntryKind,
} from "@/api/entries";
import { keys } from "@/api/query";
import type { ConsentInput } from "@/api/types";

export function useEntries<Kind extends EntryKind>(kind: Kind, playerId: string) {
  return useQuery({ queryKey: keys.entries(playerId, kind), queryFn: () => ENTRIES[kind].list(playerId) });
}

export function useGrowth(playerId: string) {
  return useQuery({ queryKey: keys.entries(playerId, "growth"), queryFn: () => getGrowth(playerId) });
}

/** Everything read of a player is asked again: growth follows from measurements, consent shows on the roster. */
function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.players });
}

/** Add an entry (no id) or correct one. */
export function useSaveEntry<Kind extends EntryKind>(kind: Kind, playerId: string, id: string | null) {
  return useMutation({
    mutationFn: (body: EntryInputOf[Kind]) =>
      id ? ENTRIES[kind].change(playerId, id, body) : ENTRIES[kind].add(playerId, body),
    onSuccess: useRefresh(),
  });
}

export function useRemoveEntry(kind: EntryKind, playerId: string) {
  return useMutation({ mutationFn: (id: string) => ENTRIES[kind].remove(playerId, id), onSuccess: useRefresh() });
}

export function useConsents(playerId: string) {
  return useQuery({ queryKey: keys.entries(playerId, "consents"), queryFn: () => listConsents(playerId) });
}

export function useRecordConsent(playerId: string) {
  return useMutation({ mutationFn: (body: ConsentInput) => recordConsent(playerId, body), onSuccess: useRefresh() });
}

export function useGuardians(playerId: string) {
  return useQuery({ queryKey: keys.entries(playerId, "guardians"), queryFn: () => listGuardians(playerId) });
}

export function useInviteGuardian(playerId: string) {
  return useMutation({ mutationFn: (email: string) => inviteGuardian(playerId, email), onSuccess: useRefresh() });
}

export function useRemoveGuardian(playerId: string) {
  return useMutation({ mutationFn: (id: string) => removeGuardian(playerId, id), onSuccess: useRefresh() });
}
