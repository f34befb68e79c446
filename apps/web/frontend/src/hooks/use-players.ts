import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createPlayer, getPlayer, listPlayers, updatePlayer, type PlayerChange, type PlayerCreate } from "@/api/players";
import { keys } from "@/api/query";

export function usePlayers() {
  return useQuery({ queryKey: keys.players, queryFn: listPlayers });
}

export function usePlayer(id: string) {
  return useQuery({ queryKey: keys.player(id), queryFn: () => getPlayer(id) });
}

/** Create (no id) or change a player. */
export function useSavePlayer(id: string | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: PlayerChange | PlayerCreate) =>
      id ? updatePlayer(id, input) : createPlayer(input as PlayerCreate),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.players }),
  });
}
