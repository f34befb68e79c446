import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { knownDevice, rememberDevice, type KnownDevice } from "@/api/device-key";
import { connectDevice, getDevice, revokeDevice } from "@/api/pairing";
import { keys } from "@/api/query";
import { randomKey } from "@/api/random-key";
import { actAsDevice } from "@/api/token";
import type { ConnectInput } from "@/api/types";

/** This phone as a device of a team: joining, what it is, leaving. While the page is open it speaks with its own key. */
export function useThisDevice() {
  const [device, setDevice] = useState(knownDevice);
  const [secret] = useState(randomKey);
  // At once, so that the first question below is asked by the device already.
  actAsDevice(device?.key ?? null);
  useEffect(() => {
    actAsDevice(device?.key ?? null);
    return () => actAsDevice(null);
  }, [device]);
  const keep = (next: KnownDevice | null) => {
    actAsDevice(next?.key ?? null);
    rememberDevice(next);
    setDevice(next);
  };
  const check = useQuery({
    queryKey: [...keys.devices, "self", device?.id],
    queryFn: () => getDevice(device!.id),
    enabled: device !== null,
    retry: false,
  });
  const join = useMutation({
    mutationFn: (input: ConnectInput) => connectDevice(input, secret),
    onSuccess: (answer, { device: { name } }) =>
      keep({ id: answer.device_id, name, key: answer.api_key, teamId: answer.team_id, playerId: answer.player_id, scopes: answer.scopes }),
  });
  const leave = useMutation({ mutationFn: () => revokeDevice(device!.id), onSuccess: () => keep(null) });
  return { device, check, join, leave, forget: () => keep(null) };
}
