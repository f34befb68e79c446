/** People's joints in space at a moment, out of windows of `points3d`. Axolotl's world has z up; glTF and three.js have y up. */
import type { Points3dArrays } from "@/api/types";
import { MAX_GAP_S } from "@/overlay/between";
import { lowerBound } from "@/overlay/windows";

/** Joints of one person as [x, y, z] in metres, y up; NaN where too few cameras agreed. */
export type Joints = Float32Array;

export interface JointSample {
  t: number;
  joints: Joints;
}

/** track → its moments in time order. */
export type SpaceWindow = ReadonlyMap<number, readonly JointSample[]>;

/** x east, y north, z up becomes x right, y up, z towards the viewer: turned, never mirrored. */
export function upright(points: readonly (readonly (number | null)[])[]): Joints {
  const out = new Float32Array(points.length * 3);
  points.forEach(([x, y, z], k) => {
    out[3 * k] = x ?? Number.NaN;
    out[3 * k + 1] = z ?? Number.NaN;
    out[3 * k + 2] = y == null ? Number.NaN : -y;
  });
  return out;
}

export function spaceWindow(points: Points3dArrays | undefined): SpaceWindow {
  const people = new Map<number, JointSample[]>();
  points?.t.forEach((t, i) => {
    const track = points.track_id[i]!;
    const samples = people.get(track) ?? [];
    samples.push({ t, joints: upright(points.xyz[i]!) });
    people.set(track, samples);
  });
  for (const samples of people.values()) samples.sort((a, b) => a.t - b.t);
  return people;
}

function mix(a: Joints, b: Joints, share: number): Joints {
  return a.map((value, i) => value + (b[i]! - value) * share);
}

/** One person at `t`: between two moments that are near each other, or at one; never over a gap. */
function jointsAt(samples: readonly JointSample[], t: number): Joints | null {
  const right = lowerBound(samples, t);
  const [before, after] = [samples[right - 1], samples[right]];
  if (after && after.t - t < 1e-3) return after.joints;
  if (before && after && after.t - before.t <= MAX_GAP_S) return mix(before.joints, after.joints, (t - before.t) / (after.t - before.t));
  const near = [before, after].find((sample) => sample && Math.abs(sample.t - t) <= MAX_GAP_S / 4);
  return near?.joints ?? null;
}

/** Everybody at `t`. */
export function peopleAt(windows: readonly SpaceWindow[], t: number): Map<number, Joints> {
  const rows = new Map<number, JointSample[]>();
  for (const window of windows) {
    for (const [track, samples] of window) rows.set(track, [...(rows.get(track) ?? []), ...samples]);
  }
  const people = new Map<number, Joints>();
  for (const [track, samples] of rows) {
    const joints = jointsAt(samples, t);
    if (joints) people.set(track, joints);
  }
  return people;
}

/** The middle of a person's known joints; null when there are none. */
export function middleOf(joints: Joints): [number, number, number] | null {
  const sum = [0, 0, 0];
  let known = 0;
  for (let k = 0; k < joints.length; k += 3) {
    if (Number.isNaN(joints[k]! + joints[k + 1]! + joints[k + 2]!)) continue;
    for (let axis = 0; axis < 3; axis++) sum[axis] = sum[axis]! + joints[k + axis]!;
    known += 1;
  }
  return known === 0 ? null : [sum[0]! / known, sum[1]! / known, sum[2]! / known];
}
