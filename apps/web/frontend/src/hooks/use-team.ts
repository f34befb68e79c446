import { useMutation, useQueryClient } from "@tanstack/react-query";
import { changeTeam, type TeamChange } from "@/api/account";
import type { Page } from "@/api/client";
import { keys } from "@/api/query";
import type { Team } from "@/api/types";

/** Change a team's particulars; shown once the server has taken them. */
export function useChangeTeam(teamId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: TeamChange) => changeTeam(teamId, change),
    onSuccess: (changed) =>
      client.setQueryData<Page<Team>>(
        keys.teams,
        (known) => known && { ...known, items: known.items.map((team) => (team.id === changed.id ? changed : team)) },
      ),
  });
}
