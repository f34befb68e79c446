import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "@/api/query";
import { endAllLogins, endLogin, eraseForGood, exportLink, listLogins, planErasure } from "@/api/rights";
import { signedOut } from "@/api/token";

export function useLogins() {
  return useQuery({ queryKey: keys.logins, queryFn: listLogins });
}

export function useEndLogin() {
  const client = useQueryClient();
  return useMutation({ mutationFn: endLogin, onSuccess: () => client.invalidateQueries({ queryKey: keys.logins }) });
}

/** Everywhere, here too. */
export function useEndAllLogins() {
  return useMutation({ mutationFn: endAllLogins, onSuccess: signedOut });
}

export function useExportLink() {
  return useMutation({ mutationFn: exportLink });
}

export function useErasure(playerId: string | null) {
  const client = useQueryClient();
  return {
    plan: useMutation({ mutationFn: (password: string) => planErasure(playerId, password) }),
    erase: useMutation({
      mutationFn: (token: string) => eraseForGood(playerId, token),
      onSuccess: () => (playerId ? client.invalidateQueries() : signedOut()),
    }),
  };
}
