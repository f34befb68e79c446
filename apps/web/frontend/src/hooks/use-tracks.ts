import { useMutation, useQueryClient } from "@tanstack/react-query";
import { keys } from "@/api/query";
import { assignTrack, mergeTracks, splitTrack } from "@/api/scans";

export type TrackCorrection =
  | { kind: "assign"; trackId: number; playerId: string | null }
  | { kind: "merge"; trackIds: [number, number] }
  | { kind: "split"; trackId: number; t: number };

function send(id: string, correction: TrackCorrection): Promise<unknown> {
  switch (correction.kind) {
    case "assign":
      return assignTrack(id, correction.trackId, correction.playerId);
    case "merge":
      return mergeTracks(id, correction.trackIds);
    case "split":
      return splitTrack(id, correction.trackId, correction.t);
  }
}

/** Say who a track is; the scan then works again from where identities matter. */
export function useTrackCorrection(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (correction: TrackCorrection) => send(id, correction),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.scanStatus(id) }),
  });
}
