import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { changeMe, inviteToTeam, listInvitations, takeBackInvitation, type InvitationInput } from "@/api/account";
import { keys } from "@/api/query";
import type { Me } from "@/api/types";

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

export function useInvitations(teamId: string) {
  return useQuery({ queryKey: keys.invitations(teamId), queryFn: () => listInvitations(teamId) });
}

export function useInvite(teamId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: InvitationInput) => inviteToTeam(teamId, input),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.invitations(teamId) }),
  });
}

export function useTakeBackInvitation(teamId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => takeBackInvitation(teamId, id),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.invitations(teamId) }),
  });
}
