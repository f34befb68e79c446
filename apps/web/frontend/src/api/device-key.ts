/**
 * What this phone is in the team, kept over reloads: a code is good for one phone, so a lost key would mean pairing anew.
 * The key opens far less than a sign-in (sending films, for one team), and the coach can revoke it at any time.
 */
import type { DeviceScope } from "./types";

export interface KnownDevice {
  id: string;
  name: string;
  key: string;
  teamId: string;
  playerId: string | null;
  scopes: DeviceScope[];
}

const STORAGE_KEY = "axolotl.device";

export function knownDevice(): KnownDevice | null {
  try {
    const stored = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "null") as KnownDevice | null;
    return stored?.key?.startsWith("axk_") ? stored : null;
  } catch {
    // Storage is refused, or holds something else.
    return null;
  }
}

export function rememberDevice(device: KnownDevice | null): void {
  try {
    if (device) localStorage.setItem(STORAGE_KEY, JSON.stringify(device));
    else localStorage.removeItem(STORAGE_KEY);
  } catch {
    // Kept until the page is left.
  }
}
