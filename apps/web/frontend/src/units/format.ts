import type { Units } from "@/api/types";
import { scaleOf, toShown } from "./units";

export interface Quantity {
  text: string;
  unit: string;
}

/** Decimals that do not pretend: three significant digits, never more than two decimals. */
export function decimalsFor(value: number): number {
  const size = Math.abs(value);
  if (size >= 100) return 0;
  return size >= 10 ? 1 : 2;
}

export function formatNumber(value: number, language: string, decimals: number): string {
  return new Intl.NumberFormat(language, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    // A value that rounds to zero is zero, not "-0".
    signDisplay: "negative",
  }).format(value);
}

/** From here on a time reads better as a clock. */
const LONG_TIME_S = 120;

/** From so many on a length reads better in the longer unit. */
const LONG: Record<string, { from: number; unit: string }> = { m: { from: 1000, unit: "km" }, yd: { from: 1760, unit: "mi" } };

const ONE_DECIMAL = new Set(["m/s", "km/h", "mph"]);

function decimalsIn(value: number, unit: string): number {
  if (unit === "") return Number.isInteger(value) ? 0 : 1;
  if (unit === "%") return 0;
  if (ONE_DECIMAL.has(unit)) return 1;
  const size = Math.abs(value);
  // A jump of 0.31 m is not one of 0.3 m.
  if (unit === "m" || unit === "yd") return size >= 100 ? 0 : size > 0 && size < 1 ? 2 : 1;
  return decimalsFor(value);
}

/** A figure in the reader's units and language. `key` as in the catalogue; without one a value in m/s is a speed. */
export function formatQuantity(value: number, unit: string, units: Units, language: string, key = "any_mps"): Quantity {
  if (unit === "s" && value >= LONG_TIME_S) {
    return { text: formatClock(value), unit: "min" };
  }
  const scale = scaleOf(key, unit, units);
  const shown = toShown(value, scale);
  const long = LONG[scale.unit];
  if (long && Math.abs(shown) >= long.from) {
    return { text: formatNumber(shown / long.from, language, 2), unit: long.unit };
  }
  return { text: formatNumber(shown, language, decimalsIn(shown, scale.unit)), unit: scale.unit };
}

/** Below this an error in metres is not told apart from none. */
export const TELLABLE_ERROR_M = 0.01;

/** The same, in words of the reader's units. */
export function tellableError(units: Units): string {
  return units.system === "imperial" ? "½ in" : "1 cm";
}

/** An error in metres to the centimetre (or half inch); null where no picture can show it to be exact. */
export function formatError(metres: number, units: Units, language: string): string | null {
  if (metres < TELLABLE_ERROR_M) return null;
  const scale = scaleOf("error_m", "m", units);
  return `${formatNumber(toShown(metres, scale), language, units.system === "imperial" ? 1 : 2)} ${scale.unit}`;
}

/** Seconds as a clock: 1:05, 1:02:07; with `decimals` the fraction too (0:01.24). */
export function formatClock(seconds: number, decimals = 0): string {
  const scale = 10 ** decimals;
  const total = Math.max(0, Math.floor(seconds * scale + 1e-6));
  const whole = Math.floor(total / scale);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const pad = (n: number) => String(n).padStart(2, "0");
  const clock = hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
  return decimals > 0 ? `${clock}.${String(total % scale).padStart(decimals, "0")}` : clock;
}

/** A waiting time as people say it; coarser the longer it is. */
export function formatWait(seconds: number, language: string): string {
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
  if (seconds < 90) return unit(Math.max(1, Math.round(seconds)), "second");
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return unit(minutes, "minute");
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? unit(hours, "hour") : `${unit(hours, "hour")} ${unit(minutes % 60, "minute")}`;
}

/** As the server counts in its limits, so that "up to 500 MB" reads the same everywhere. */
const BYTES_PER_MB = 1024 ** 2;

export function formatBytes(bytes: number, language: string): string {
  const mega = bytes / BYTES_PER_MB;
  const [value, name] = mega >= 1024 ? [mega / 1024, "gigabyte"] : [mega, "megabyte"];
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: name,
    unitDisplay: "short",
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}

const MOMENT = { year: "numeric", month: "short", day: "numeric", hour: "numeric", minute: "2-digit" } as const;

/** A moment on the clock of a zone, which is named where this device's clock shows another hour. */
export function formatDate(iso: string, language: string, timeZone: string | undefined): string {
  const date = new Date(iso);
  const there = new Intl.DateTimeFormat(language, { ...MOMENT, timeZone }).format(date);
  const here = new Intl.DateTimeFormat(language, MOMENT).format(date);
  return there === here ? there : new Intl.DateTimeFormat(language, { ...MOMENT, timeZone, timeZoneName: "short" }).format(date);
}

/** A day of the calendar (2026-05-07), the same wherever it is read. */
export function formatDay(day: string, language: string, style: "medium" | "full" = "medium"): string {
  return new Intl.DateTimeFormat(language, { dateStyle: style, timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}
