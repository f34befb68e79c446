import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Page } from "@/api/client";
import { keys } from "@/api/query";
import {
  changeRole, changeTeam, createTeam, deleteTeam, inviteToTeam, leaveTeam, listInvitations, listMembers, removeMember, resendInvitation, takeBackInvitation,
  type InvitationInput, type TeamChange,
} from "@/api/team";
import type { Role, Team } from "@/api/types";

/** Change a team's particulars; shown once the server has taken them. */
export function useChangeTeam(teamId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: TeamChange) => changeTeam(teamId, change),
    onSuccess: (changed) => {
      client.setQueryData<Page<Team>>(
        keys.teams,
        (known) => known && { ...known, items: known.items.map((team) => (team.id === changed.id ? changed : team)) },
      );
      // Its name stands beside one's role.
      return client.invalidateQueries({ queryKey: keys.me });
    },
  });
}

/** Coming, leaving and deleting change what one sees everywhere. */
export function useTeamsOfMine() {
  const client = useQueryClient();
  // Not waited for: what belonged to the team leaves the page with it, the dialog too.
  const onSuccess = () => void client.invalidateQueries();
  return {
    create: useMutation({ mutationFn: createTeam, onSuccess }),
    leave: useMutation({ mutationFn: leaveTeam, onSuccess }),
    remove: useMutation({ mutationFn: deleteTeam, onSuccess }),
  };
}

export function useMembers(teamId: string) {
  return useQuery({ queryKey: keys.members(teamId), queryFn: () => listMembers(teamId) });
}

export function useMembership(teamId: string) {
  const client = useQueryClient();
  const onSettled = () => client.invalidateQueries({ queryKey: keys.members(teamId) });
  return {
    change: useMutation({
      mutationFn: ({ id, role }: { id: string; role: Role }) => changeRole(teamId, id, role),
      // One's own role decides about this page.
      onSuccess: () => client.invalidateQueries({ queryKey: keys.me }),
      onSettled,
    }),
    remove: useMutation({ mutationFn: (id: string) => removeMember(teamId, id), onSettled }),
  };
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

/** Of an invitation that nobody has accepted yet. */
export function useOpenInvitation(teamId: string) {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: keys.invitations(teamId) });
  return {
    resend: useMutation({ mutationFn: (id: string) => resendInvitation(teamId, id), onSuccess }),
    takeBack: useMutation({ mutationFn: (id: string) => takeBackInvitation(teamId, id), onSuccess }),
  };
}
