/**
 * Faster presets look at every second or third frame. On the frames between, the overlay shows where the players of
 * both neighbours are in between, over gaps so short that nobody changes direction in them.
 */
import type { Point } from "@/api/types";
import type { Box } from "./geometry";
import { frameAt, lowerBound, type Frame, type TimeWindow } from "./windows";

/** The fastest preset looks ten times a second; a longer gap means that nobody was seen. */
export const MAX_GAP_S = 0.21;

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

function mixPoint(a: Point, b: Point, share: number): Point {
  return [mix(a[0], b[0], share), mix(a[1], b[1], share)];
}

function mixBox(a: Box, b: Box, share: number): Box {
  return [mix(a[0], b[0], share), mix(a[1], b[1], share), mix(a[2], b[2], share), mix(a[3], b[3], share)];
}

/** Keypoints in between; one that either side did not see stays unseen. */
export function mixPose(a: Float32Array, b: Float32Array, share: number): Float32Array {
  return a.map((value, i) => (i % 3 === 2 ? Math.min(value, b[i]!) : mix(value, b[i]!, share)));
}

/** The neighbours of `t` in a row of samples that may continue in the next window. */
function neighbours<T extends { t: number }>(rows: readonly (readonly T[])[], t: number): [T | undefined, T | undefined] {
  let before: T | undefined;
  let after: T | undefined;
  for (const row of rows) {
    const right = lowerBound(row, t);
    before = row[right - 1] ?? before;
    after ??= row[right];
  }
  return [before, after];
}

/** The pose of a track at `t`, between two that were looked at; null in a longer gap. */
function poseBetween(windows: readonly TimeWindow[], trackId: number, t: number): Float32Array | null {
  const [before, after] = neighbours(windows.map(({ poses }) => poses.get(trackId) ?? []), t);
  if (!before || !after || after.t - before.t > MAX_GAP_S) return null;
  return mixPose(before.points, after.points, (t - before.t) / (after.t - before.t));
}

/** The moment `t` between two frames, of what both show. */
export function between(before: Frame, after: Frame, t: number): Frame {
  const share = (t - before.t) / (after.t - before.t);
  const boxes = before.boxes.flatMap((from) => {
    const to = after.boxes.find(({ trackId }) => trackId === from.trackId);
    return to ? [{ ...from, box: mixBox(from.box, to.box, share), interpolated: from.interpolated || to.interpolated }] : [];
  });
  const world = before.world.flatMap((from) => {
    const to = after.world.find(({ trackId }) => trackId === from.trackId);
    return to ? [{ ...from, xy: mixPoint(from.xy, to.xy, share) }] : [];
  });
  const ball =
    before.ball && after.ball
      ? { xy: mixPoint(before.ball.xy, after.ball.xy, share), interpolated: before.ball.interpolated || after.ball.interpolated }
      : null;
  return { frame: before.frame, t, boxes, poses: new Map(), ball, world };
}

/** Poses are looked at less often than boxes: give each player without one the pose between its neighbours. */
function withPoses(frame: Frame, windows: readonly TimeWindow[]): Frame {
  const poses = new Map(frame.poses);
  for (const { trackId } of frame.boxes) {
    const pose = poses.has(trackId) ? null : poseBetween(windows, trackId, frame.t);
    if (pose) poses.set(trackId, pose);
  }
  return { ...frame, poses };
}

/** What to show at `t`: the frame itself, else the moment between its neighbours, else nothing. */
export function momentAt(windows: readonly TimeWindow[], t: number, tolerance: number): Frame | null {
  for (const window of windows) {
    const exact = frameAt(window, t, tolerance);
    if (exact) return withPoses(exact, windows);
  }
  const [before, after] = neighbours(windows.map(({ frames }) => frames), t);
  const near = before && after && after.t - before.t <= MAX_GAP_S;
  return near ? withPoses(between(before, after, t), windows) : null;
}
