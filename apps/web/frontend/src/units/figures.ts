import { decimalsFor, formatNumber } from "./format";
import { toShown, type Scale } from "./units";

const SPEEDS = new Set(["km/h", "mph", "m/s"]);

function decimalsIn(value: number, unit: string): number {
  if (unit === "" && Number.isInteger(value)) return 0;
  if (unit === "%" || unit === "AU") return 0;
  return SPEEDS.has(unit) ? 1 : decimalsFor(value);
}

/** A number already in the reader's unit, with decimals that do not pretend. */
export function formatShown(value: number, unit: string, language: string): string {
  return formatNumber(value, language, decimalsIn(value, unit));
}

/** Both ends of an interval with as many decimals as the coarser of them: "-49 to 406", not "-48.7 to 406". */
export function formatRange(low: number, high: number, unit: string, language: string): [low: string, high: string] {
  const decimals = Math.min(decimalsIn(low, unit), decimalsIn(high, unit));
  return [formatNumber(low, language, decimals), formatNumber(high, language, decimals)];
}

/** The number with its unit behind it. */
export function withUnit(value: number, scale: Scale, language: string): string {
  return `${formatShown(toShown(value, scale), scale.unit, language)} ${scale.unit}`.trim();
}

/** A difference with its sign and unit: "+1.2 km/h", "−0.4 km/h". */
export function formatDifference(value: number, scale: Scale, language: string): string {
  return `${value < 0 ? "−" : "+"}${withUnit(Math.abs(value), scale, language)}`;
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
