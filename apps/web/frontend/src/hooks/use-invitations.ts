import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { changeMe, inviteToTeam, listInvitations, takeBackInvitation, type InvitationInput } from "@/api/account";
import { keys } from "@/api/query";

export function useChangeMe() {
  const client = useQueryClient();
  return useMutation({ mutationFn: changeMe, onSuccess: (me) => client.setQueryData(keys.me, me) });
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
