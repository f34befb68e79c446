/** The players of a state as a list that stays still while boxes come and go. */
import type { LiveMetrics, LivePlayer } from "./messages";

export interface Row {
  key: string;
  trackId: number;
  playerId: string | null;
  name: string | null;
  cameras: string[];
  seen: boolean;
  speedMps: number | null;
  distanceM: number | null;
  zone: number | null;
  load: number | null;
  implausible: boolean;
}

function keyOf({ player_id, track_id }: LivePlayer): string {
  return player_id ?? `track-${track_id}`;
}

/** Of a figure that several cameras tell about one player the surest counts, and that is the first that is known. */
function first<Value>(players: readonly LivePlayer[], of: (player: LivePlayer) => Value | null): Value | null {
  for (const player of players) {
    const value = of(player);
    if (value !== null) return value;
  }
  return null;
}

function toRow(players: readonly LivePlayer[]): Row {
  const lead = players[0]!;
  const implausible = players.some((player) => player.implausible === true);
  return {
    key: keyOf(lead),
    trackId: lead.track_id,
    playerId: lead.player_id,
    name: first(players, ({ name }) => name ?? null),
    cameras: [...new Set(players.map(({ camera }) => camera))],
    seen: players.some(({ seen }) => seen !== false),
    // A wrong number is worse than none.
    speedMps: implausible ? null : first(players, ({ speed_mps }) => speed_mps),
    distanceM: implausible ? null : first(players, ({ distance_m }) => distance_m),
    zone: implausible ? null : first(players, ({ zone }) => zone),
    load: implausible ? null : first(players, ({ load }) => load),
    implausible,
  };
}

/** One row a player: named ones first by name, then by number. */
export function rowsOf(metrics: LiveMetrics): Row[] {
  const groups = new Map<string, LivePlayer[]>();
  for (const player of metrics.players) groups.set(keyOf(player), [...(groups.get(keyOf(player)) ?? []), player]);
  return [...groups.values()].map(toRow).sort((a, b) => {
    if (a.name && b.name) return a.name.localeCompare(b.name);
    if (a.name || b.name) return a.name ? -1 : 1;
    return a.trackId - b.trackId;
  });
}

/** Rows that were there before and are not in the picture now stay, at the end, until `keep` is over. */
export function withAbsent(before: readonly Row[], now: readonly Row[], named: (row: Row) => boolean): Row[] {
  const there = new Set(now.map(({ key }) => key));
  const absent = before.filter((row) => !there.has(row.key) && named(row));
  return [...now, ...absent.map((row) => ({ ...row, seen: false, speedMps: null, zone: null }))];
}
