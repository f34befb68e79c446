import type { components } from "@/api/schema";
import type { Units } from "@/api/types";
import { formatQuantity } from "@/units/format";

export type SessionEvent = components["schemas"]["SessionEventOutput"];
export type EventKind = SessionEvent["kind"];

/** In the order in which a coach asks. */
export const KINDS: readonly EventKind[] = ["pass", "shot", "dribble", "possession", "touch", "sprint", "jump", "turn"];

/** The one figure that tells an event from the next. */
const FIGURE: Partial<Record<EventKind, [key: string, unit: string]>> = {
  pass: ["length_m", "m"],
  shot: ["ball_speed_mps", "m/s"],
  dribble: ["distance_m", "m"],
  possession: ["duration_s", "s"],
  sprint: ["max_speed_mps", "m/s"],
  jump: ["height_m", "m"],
  turn: ["angle_deg", "°"],
};

/** A second before: who jumps into a film wants to see it coming. */
const LEAD_S = 1;

export function seekTime({ t0_s: t0 }: SessionEvent): number {
  return Math.max(0, t0 - LEAD_S);
}

/** The next event after `t` [s], or the first again. */
export function nextAfter(events: readonly SessionEvent[], t: number): SessionEvent | undefined {
  return events.find((event) => seekTime(event) > t + 0.05) ?? events[0];
}

export function figureOf({ kind, figures }: SessionEvent, units: Units, language: string): string {
  const [key, unit] = FIGURE[kind] ?? [];
  const value = key ? figures[key] : undefined;
  if (typeof value !== "number" || !unit) return "";
  const shown = formatQuantity(value, unit, units, language, key);
  return `${shown.text} ${shown.unit}`.trim();
}

/** Where a mark begins and how wide it is, in percent of the film. */
export function span({ t0_s: t0, t1_s: t1 }: SessionEvent, duration: number): { left: string; width: string } {
  const percent = (seconds: number) => `${((Math.min(Math.max(seconds, 0), duration) / duration) * 100).toFixed(2)}%`;
  return { left: percent(t0), width: percent(t1 - t0) };
}

/** Doubtful marks are paler, never invisible. */
export function opacityOf({ confidence }: SessionEvent): number {
  return 0.35 + 0.65 * (confidence ?? 1);
}
