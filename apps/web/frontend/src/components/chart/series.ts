import type { SeriesColor } from "./style";

/** `line` joins its values and breaks where one is missing; `dots` stand alone; `bars` begin at zero. */
export type SeriesKind = "line" | "dashed" | "dots" | "bars";

export interface Series {
  key: string;
  label: string;
  kind: SeriesKind;
  color: SeriesColor;
  values: readonly (number | null)[];
  /** Ends of each value's interval, drawn as a thin upright line. */
  low?: readonly (number | null)[];
  high?: readonly (number | null)[];
}

export interface ChartData {
  /** Moments in seconds since 1970 (UTC), ascending. */
  x: readonly number[];
  series: readonly Series[];
}

export const DAY_S = 86_400;

/** A day of the calendar as the moment where charts put it. */
export function dayStart(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 1000;
}

/** Lowest and highest number on the chart, intervals included; null where there is none. */
export function extent(series: readonly Series[]): [number, number] | null {
  const numbers = series
    .flatMap(({ values, low = [], high = [] }) => [...values, ...low, ...high])
    .filter((value): value is number => value !== null);
  return numbers.length > 0 ? [Math.min(...numbers), Math.max(...numbers)] : null;
}

/** Room above and below what is shown; bars always stand on zero. */
export function yRange(series: readonly Series[]): [number, number] {
  const [low, high] = extent(series) ?? [0, 1];
  const room = (high - low || Math.abs(high) || 1) * 0.12;
  const grounded = low >= 0 && (series.some(({ kind }) => kind === "bars") || low < (high - low) * 0.5);
  return [grounded ? 0 : low - room, high + room];
}

/** A little air at both ends, so that a single point stands in the middle. */
export function xRange(x: readonly number[]): [number, number] {
  const first = x[0] ?? 0;
  const last = x.at(-1) ?? 1;
  const room = Math.max((last - first) * 0.03, DAY_S / 2);
  return [first - room, last + room];
}

/** Series of several sources on one axis: all moments in order, null where a source has none. */
export function align(sources: readonly { x: readonly number[]; values: readonly (number | null)[] }[]): {
  x: number[];
  values: (number | null)[][];
} {
  const x = [...new Set(sources.flatMap((source) => source.x))].sort((a, b) => a - b);
  const place = new Map(x.map((moment, index) => [moment, index]));
  const values = sources.map((source) => {
    const row: (number | null)[] = x.map(() => null);
    source.x.forEach((moment, i) => (row[place.get(moment)!] = source.values[i] ?? null));
    return row;
  });
  return { x, values };
}
