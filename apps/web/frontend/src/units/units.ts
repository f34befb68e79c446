/** What a reader's units are, and what one of ours is in them: the only place with factors. */
import type { SpeedUnit, UnitSystem, Units } from "@/api/types";

export const SYSTEMS: readonly UnitSystem[] = ["metric", "imperial"];
export const SPEEDS: readonly SpeedUnit[] = ["km/h", "mph", "m/s"];

/** Exact by definition (international yard and pound, 1959). */
const FOOT_M = 0.3048;
const YARD_M = 0.9144;
const INCH_M = 0.0254;
const POUND_KG = 0.45359237;
const MILE_PER_HOUR_MPS = 0.44704;

const PER_MPS: Record<SpeedUnit, number> = { "m/s": 1, "km/h": 3.6, mph: 1 / MILE_PER_HOUR_MPS };
const USUAL_SPEED: Record<UnitSystem, SpeedUnit> = { metric: "km/h", imperial: "mph" };

/** The units of somebody who chose a system, and perhaps another unit of speed than is usual with it. */
export function unitsOf(system: UnitSystem, speed: SpeedUnit | null): Units {
  return { system, speed: speed ?? USUAL_SPEED[system] };
}

export function speedFrom(mps: number, { speed }: Units): number {
  return mps * PER_MPS[speed];
}

/** How a stored number is told: multiplied (and, for temperatures, moved) and with which unit behind it. */
export interface Scale {
  factor: number;
  unit: string;
  offset?: number;
}

const IMPERIAL: Record<string, Scale> = {
  m: { factor: 1 / YARD_M, unit: "yd" },
  "m/min": { factor: 1 / YARD_M, unit: "yd/min" },
  "m²": { factor: 1 / YARD_M ** 2, unit: "yd²" },
  "m/s²": { factor: 1 / FOOT_M, unit: "ft/s²" },
  km: { factor: 1000 / (1760 * YARD_M), unit: "mi" },
  cm: { factor: 0.01 / INCH_M, unit: "in" },
  kg: { factor: 1 / POUND_KG, unit: "lb" },
  "°C": { factor: 1.8, offset: 32, unit: "°F" },
};

/** Lengths that nobody tells in yards. */
const IMPERIAL_OF: Record<string, Scale> = {
  jump_height_m: { factor: 1 / INCH_M, unit: "in" },
  height_m: { factor: 1 / INCH_M, unit: "in" },
  error_m: { factor: 1 / INCH_M, unit: "in" },
  stride_length_m: { factor: 1 / FOOT_M, unit: "ft" },
  first_touch_displacement_m: { factor: 1 / FOOT_M, unit: "ft" },
};

/** A load in m/s is no speed. */
const SPEED_KEY = /_mps$/;
const PERCENT: Scale = { factor: 100, unit: "%" };
/** Units that count things, or that the words around the number name. */
const UNNAMED = new Set(["count", "1", "", "players", "sessions"]);

/** How a figure is told. `key` as in the catalogue: it tells a speed from a load, and a jump from a run. */
export function scaleOf(key: string, unit: string, units: Units): Scale {
  if (unit === "m/s" && SPEED_KEY.test(key)) return { factor: PER_MPS[units.speed], unit: units.speed };
  if (unit === "share") return PERCENT;
  if (UNNAMED.has(unit)) return { factor: 1, unit: "" };
  if (unit === "deg") return { factor: 1, unit: "°" };
  const other = units.system === "imperial" ? (IMPERIAL_OF[key] ?? IMPERIAL[unit]) : undefined;
  return other ?? { factor: 1, unit };
}

export function toShown(value: number, { factor, offset = 0 }: Scale): number {
  return value * factor + offset;
}

export function toKept(shown: number, { factor, offset = 0 }: Scale): number {
  return (shown - offset) / factor;
}
