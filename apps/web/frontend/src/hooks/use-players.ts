import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createPlayer, deletePlayer, listPlayers, updatePlayer, type PlayerInput } from "@/api/players";
import { keys } from "@/api/query";

export function usePlayers() {
  return useQuery({ queryKey: keys.players, queryFn: () => listPlayers() });
}

/** Create (no id) or change a player. */
export function useSavePlayer(id: string | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: PlayerInput) => (id ? updatePlayer(id, input) : createPlayer(input)),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.players }),
  });
}

export function useDeletePlayer() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: deletePlayer,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.players }),
  });
}
