/** Joint angles of a fitted body over a window of time, ready for a chart and for words. */
import type { BodyArrays } from "@/api/types";
import { MAX_KEY_GAP_S } from "./bodies";

/** Angles of both sides, then those of the trunk, in the order in which a coach asks; the server names them. */
export const SIDED = ["knee_flexion", "hip_flexion", "ankle_dorsiflexion", "hip_abduction", "hip_rotation", "elbow_flexion", "shoulder_elevation"] as const;
export const MIDDLE = ["trunk_flexion", "trunk_bend", "trunk_rotation"] as const;
export type AngleName = (typeof SIDED)[number] | (typeof MIDDLE)[number];

type Values = (number | null)[];

export interface AngleSeries {
  t: number[];
  /** Left and right, or the trunk alone [deg]; null where the joint was not seen. */
  lines: { side: "left" | "right" | "middle"; values: Values }[];
}

/** Which angles a body has. */
export function anglesOf(names: readonly string[]): AngleName[] {
  return [...SIDED.filter((name) => names.includes(`left_${name}`) || names.includes(`right_${name}`)), ...MIDDLE.filter((name) => names.includes(name))];
}

/** One angle of one person; a pause between pictures becomes a gap in the curve, never a line over it. */
export function angleSeries(body: BodyArrays | undefined, trackId: number, names: readonly string[], angle: AngleName): AngleSeries {
  const sides = names.includes(angle) ? (["middle"] as const) : (["left", "right"] as const);
  const columns = sides.map((side) => names.indexOf(side === "middle" ? angle : `${side}_${angle}`));
  const t: number[] = [];
  const values: Values[] = sides.map(() => []);
  const add = (time: number, row: Values) => {
    t.push(time);
    values.forEach((line, i) => line.push(row[i] ?? null));
  };
  body?.t.forEach((time, i) => {
    if (body.track_id[i] !== trackId) return;
    const last = t.at(-1);
    if (last !== undefined && time - last > MAX_KEY_GAP_S) add((last + time) / 2, []);
    add(time, body.valid[i] ? columns.map((column) => body.angles[i]![column] ?? null) : []);
  });
  return { t, lines: sides.map((side, i) => ({ side, values: values[i]! })) };
}

/** The values nearest to `t`, of a picture at most a blink away. */
export function valuesAt({ t, lines }: AngleSeries, time: number): Values {
  let best = -1;
  t.forEach((at, i) => {
    if (Math.abs(at - time) <= MAX_KEY_GAP_S / 2 && (best < 0 || Math.abs(at - time) < Math.abs(t[best]! - time))) best = i;
  });
  return lines.map(({ values }) => values[best] ?? null);
}
