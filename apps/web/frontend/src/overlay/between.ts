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
function mixPose(a: Float32Array, b: Float32Array, share: number): Float32Array {
  return a.map((value, i) => (i % 3 === 2 ? Math.min(value, b[i]!) : mix(value, b[i]!, share)));
}

/** The moment `t` between two frames, of what both show. */
export function between(before: Frame, after: Frame, t: number): Frame {
  const share = (t - before.t) / (after.t - before.t);
  const boxes = before.boxes.flatMap((from) => {
    const to = after.boxes.find(({ trackId }) => trackId === from.trackId);
    return to ? [{ ...from, box: mixBox(from.box, to.box, share), interpolated: from.interpolated || to.interpolated }] : [];
  });
  const poses = new Map(
    [...before.poses].flatMap(([trackId, from]) => {
      const to = after.poses.get(trackId);
      return to ? [[trackId, mixPose(from, to, share)] as const] : [];
    }),
  );
  const world = before.world.flatMap((from) => {
    const to = after.world.find(({ trackId }) => trackId === from.trackId);
    return to ? [{ ...from, xy: mixPoint(from.xy, to.xy, share) }] : [];
  });
  const ball =
    before.ball && after.ball
      ? { xy: mixPoint(before.ball.xy, after.ball.xy, share), interpolated: before.ball.interpolated || after.ball.interpolated }
      : null;
  return { frame: before.frame, t, boxes, poses, ball, world };
}

/** What to show at `t`: the frame itself, else the moment between its neighbours, else nothing. */
export function momentAt(windows: readonly TimeWindow[], t: number, tolerance: number): Frame | null {
  let before: Frame | undefined;
  let after: Frame | undefined;
  for (const window of windows) {
    const exact = frameAt(window, t, tolerance);
    if (exact) return exact;
    const right = lowerBound(window.frames, t);
    before = window.frames[right - 1] ?? before;
    after ??= window.frames[right];
  }
  return before && after && after.t - before.t <= MAX_GAP_S ? between(before, after, t) : null;
}
