import { useMe } from "./use-account";
import { usePreferences } from "./use-preferences";

/** By whose clock times are typed: one's own, else the team's, else the device's. */
export function useZone(teamId?: string): string {
  const { data: me } = useMe();
  const { timeZone } = usePreferences();
  const membership = me?.memberships.find(({ team }) => team.id === teamId);
  return timeZone ?? membership?.team.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}
