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

/** A list that does not flicker: so long somebody without a name stays in it after leaving the picture. */
const STAYS_MS = 4000;

/** The rows of now, and after them those who left: named players stay, others for a moment. Remembers who was there. */
export class Roster {
  private readonly known = new Map<string, { row: Row; seenMs: number }>();

  update(metrics: LiveMetrics, nowMs: number): Row[] {
    const now = rowsOf(metrics);
    for (const row of now) this.known.set(row.key, { row, seenMs: nowMs });
    const tracks = new Set(now.map(({ trackId }) => trackId));
    for (const [key, { row, seenMs }] of this.known) {
      // A track that was given a name goes on under it.
      const renamed = seenMs < nowMs && tracks.has(row.trackId);
      if (renamed || (row.playerId === null && nowMs - seenMs > STAYS_MS)) this.known.delete(key);
    }
    const there = new Set(now.map(({ key }) => key));
    const absent = [...this.known.values()].filter(({ row }) => !there.has(row.key));
    return [...now, ...absent.map(({ row }) => ({ ...row, seen: false, speedMps: null, zone: null }))];
  }
}
