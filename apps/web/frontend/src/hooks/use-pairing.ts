import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { closeOffer, followOffer, listDevices, makeOffer, renameDevice, revokeDevice, type PairingMessage } from "@/api/pairing";
import { keys } from "@/api/query";
import type { SocketPhase } from "@/api/socket";

/** "Last seen" grows old by itself. */
const SEEN_POLL_MS = 30_000;

export function useDevices() {
  return useQuery({ queryKey: keys.devices, queryFn: listDevices, refetchInterval: SEEN_POLL_MS });
}

function useStale() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.devices });
}

export function useMakeOffer() {
  return useMutation({ mutationFn: makeOffer });
}

export function useCloseOffer() {
  return useMutation({ mutationFn: closeOffer });
}

export function useRenameDevice(id: string) {
  return useMutation({ mutationFn: (name: string) => renameDevice(id, name), onSuccess: useStale() });
}

export function useRevokeDevice(id: string) {
  return useMutation({ mutationFn: () => revokeDevice(id), onSuccess: useStale() });
}

/** What happens at an offer, newest message first known; `lost` while the line is down. */
export function useOffer(id: string) {
  const client = useQueryClient();
  const [message, setMessage] = useState<PairingMessage | null>(null);
  const [phase, setPhase] = useState<SocketPhase>("connecting");
  useEffect(
    () =>
      followOffer(
        id,
        (next) => {
          setMessage(next);
          if (next.type === "pairing_success") void client.invalidateQueries({ queryKey: keys.devices });
        },
        setPhase,
      ),
    [client, id],
  );
  return { message, lost: phase === "lost" };
}
