import type { Units } from "@/api/types";

const PER_MPS: Record<Units, number> = { "m/s": 1, "km/h": 3.6, mph: 2.2369362920544 };

export const UNITS: readonly Units[] = ["m/s", "km/h", "mph"];

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

export function speedFrom(mps: number, units: Units): number {
  return mps * PER_MPS[units];
}

/** Units that count things and are not written behind the number. */
export const COUNTS = new Set(["count", "1", ""]);

/** From here on a time reads better as a clock. */
const LONG_TIME_S = 120;

/** A KPI's value in the reader's units and language. */
export function formatQuantity(value: number, unit: string, units: Units, language: string): Quantity {
  if (unit === "m/s") {
    return { text: formatNumber(speedFrom(value, units), language, 1), unit: units };
  }
  if (unit === "s" && value >= LONG_TIME_S) {
    return { text: formatClock(value), unit: "min" };
  }
  if (unit === "m" && Math.abs(value) >= 1000) {
    return { text: formatNumber(value / 1000, language, 2), unit: "km" };
  }
  if (COUNTS.has(unit)) {
    return { text: formatNumber(value, language, Number.isInteger(value) ? 0 : 1), unit: "" };
  }
  if (unit === "share") {
    return { text: formatNumber(value * 100, language, 0), unit: "%" };
  }
  if (unit === "m") {
    return { text: formatNumber(value, language, Math.abs(value) >= 100 ? 0 : 1), unit };
  }
  return { text: formatNumber(value, language, decimalsFor(value)), unit: unit === "deg" ? "°" : unit };
}

/** Below this an error in metres is not told apart from none. */
export const TELLABLE_ERROR_M = 0.01;

/** An error in metres, to the centimetre; null where it is smaller than that, which no picture can show to be exact. */
export function formatErrorM(metres: number, language: string): string | null {
  return metres < TELLABLE_ERROR_M ? null : formatNumber(metres, language, 2);
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

export function formatDate(iso: string, language: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(iso));
}

/** A day of the calendar (2026-05-07), the same wherever it is read. */
export function formatDay(day: string, language: string, style: "medium" | "full" = "medium"): string {
  return new Intl.DateTimeFormat(language, { dateStyle: style, timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}
