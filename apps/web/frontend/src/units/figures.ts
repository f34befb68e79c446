import type { Units } from "@/api/types";
import { COUNTS, decimalsFor, formatNumber, speedFrom } from "./format";

/** How a stored number is told: multiplied and with which unit behind it. */
export interface Scale {
  factor: number;
  unit: string;
}

/** Only speeds change with the reader's unit of speed; a load in m/s is not one. */
const SPEED_KEY = /_mps$/;

const PERCENT: Scale = { factor: 100, unit: "%" };

/** Counts of people and sessions are named by the words around them. */
const NAMED = new Set(["players", "sessions"]);

export function scaleOf(key: string, unit: string, units: Units): Scale {
  if (unit === "m/s" && SPEED_KEY.test(key)) return { factor: speedFrom(1, units), unit: units };
  if (unit === "share") return PERCENT;
  if (COUNTS.has(unit) || NAMED.has(unit)) return { factor: 1, unit: "" };
  return { factor: 1, unit: unit === "deg" ? "°" : unit };
}

function decimalsIn(value: number, unit: string): number {
  if (unit === "" && Number.isInteger(value)) return 0;
  if (unit === "%" || unit === "AU") return 0;
  return unit === "km/h" || unit === "mph" || unit === "m/s" ? 1 : decimalsFor(value);
}

/** A number already in the reader's unit, with decimals that do not pretend. */
export function formatShown(value: number, unit: string, language: string): string {
  return formatNumber(value, language, decimalsIn(value, unit));
}

/** The number with its unit behind it. */
export function withUnit(value: number, { factor, unit }: Scale, language: string): string {
  return `${formatShown(value * factor, unit, language)} ${unit}`.trim();
}

/** A share as people say a change: "+10 %", "−4 %". */
export function formatChange(share: number, language: string): string {
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0, signDisplay: "exceptZero" }).format(share);
}

/** Change a stored slope ("m/s per week") into the reader's unit; two decimals, for it is small. */
export function formatSlope(perWeek: number, { factor }: Scale, language: string): string {
  const value = perWeek * factor;
  return new Intl.NumberFormat(language, { maximumSignificantDigits: 2, signDisplay: "exceptZero" }).format(value);
}
