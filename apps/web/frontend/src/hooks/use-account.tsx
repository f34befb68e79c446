import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { changeEmail, changeMe, changePassword, fetchMe, signIn, signOut } from "@/api/account";
import { keys } from "@/api/query";
import { setSignedOutHandler } from "@/api/token";
import type { Me } from "@/api/types";
import { changeLanguage } from "@/i18n";
import { chosenLanguage } from "./looks";

/** Who is signed in: undefined while asking, null when nobody. */
export function useMe() {
  return useQuery({ queryKey: keys.me, queryFn: fetchMe, staleTime: Number.POSITIVE_INFINITY });
}

/** One's own name, looks and units. */
export function useChangeMe() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: changeMe,
    // Shown at once; taken back where the server does not take it.
    onMutate: (change) => {
      const before = client.getQueryData<Me | null>(keys.me);
      client.setQueryData<Me | null>(keys.me, (me) => me && { ...me, ...change });
      return before;
    },
    onError: (_error, _change, before) => client.setQueryData(keys.me, before),
    onSuccess: (me) => client.setQueryData(keys.me, me),
  });
}

export function useChangeEmail() {
  return useMutation({ mutationFn: changeEmail });
}

export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({ mutationFn: changePassword, onSuccess: () => client.invalidateQueries({ queryKey: keys.logins }) });
}

/** Who has just signed in: the first page comes in their language at once. */
export async function fetchWhoCame() {
  const me = await fetchMe();
  const language = me && chosenLanguage(me);
  if (language) await changeLanguage(language);
  return me;
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) => signIn(email, password),
    onSuccess: async () => client.setQueryData(keys.me, await fetchWhoCame()),
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: signOut,
    // The next person at this computer sees nothing of the last one's.
    onSuccess: () => {
      client.setQueryData(keys.me, null);
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.me[0] });
    },
  });
}

/** When a refresh is refused (signed out elsewhere, cookie expired), forget who was here. */
export function useSignedOutWatch(): void {
  const client = useQueryClient();
  useEffect(() => {
    setSignedOutHandler(() => client.setQueryData(keys.me, null));
  }, [client]);
}

/** The team's name, for people who are in several; null for the others, who need not read it everywhere. */
export function useTeamName(teamId: string): string | null {
  const { data: me } = useMe();
  const memberships = me?.memberships ?? [];
  if (memberships.length < 2) return null;
  return memberships.find(({ team }) => team.id === teamId)?.team.name ?? null;
}

const EDITORS = new Set(["owner", "coach", "analyst"]);

/** May this person upload, relabel and calibrate in any of their teams? */
export function useCanEdit(teamId?: string): boolean {
  const { data: me } = useMe();
  return (me?.memberships ?? []).some(
    ({ role, team }) => EDITORS.has(role) && (teamId === undefined || team.id === teamId),
  );
}
