/** Arrays come by time window; this is which window holds a time and how its columns become frames. */
import type { Point, ScanArrays } from "@/api/types";
import { footPoint, type Box } from "./geometry";

export interface FrameBox {
  trackId: number;
  box: Box;
  score: number;
  interpolated: boolean;
}

export interface WorldPosition {
  trackId: number;
  xy: Point;
  sigma: number | null;
}

export interface Frame {
  frame: number;
  t: number;
  boxes: FrameBox[];
  /** track → keypoints as [x, y, score] in image pixels; a missing one has NaN and score 0. */
  poses: Map<number, Float32Array>;
  ball: { xy: Point; interpolated: boolean } | null;
  world: WorldPosition[];
}

export interface TimeWindow {
  frames: Frame[];
  /** track → foot points in time order, for trails. */
  trails: Map<number, { t: number; xy: Point }[]>;
  /** track → its poses in time order; there are fewer of them than of boxes. */
  poses: Map<number, PoseSample[]>;
}

export interface PoseSample {
  t: number;
  points: Float32Array;
}

export function windowIndex(t: number, windowSeconds: number): number {
  return Math.max(0, Math.floor(t / windowSeconds));
}

export function windowBounds(index: number, windowSeconds: number): [from: number, to: number] {
  return [index * windowSeconds, (index + 1) * windowSeconds];
}

/** The windows to hold at time `t`: its own, the one before (trails) and the one after (prefetch). */
export function windowsAround(t: number, windowSeconds: number, durationSeconds: number): number[] {
  const current = windowIndex(t, windowSeconds);
  const last = windowIndex(Math.max(0, durationSeconds - 1e-6), windowSeconds);
  return [current, current + 1, current - 1].filter((index) => index >= 0 && index <= last);
}

function isPresent(xy: readonly (number | null)[]): xy is Point {
  return xy[0] !== null && xy[1] !== null;
}

function toFloats(keypoints: (number | null)[][]): Float32Array {
  const out = new Float32Array(keypoints.length * 3);
  keypoints.forEach((point, k) => {
    out[3 * k] = point[0] ?? Number.NaN;
    out[3 * k + 1] = point[1] ?? Number.NaN;
    out[3 * k + 2] = point[2] ?? 0;
  });
  return out;
}

export function buildWindow(arrays: ScanArrays): TimeWindow {
  const byFrame = new Map<number, Frame>();
  const at = (frame: number, t: number): Frame => {
    let entry = byFrame.get(frame);
    if (!entry) {
      entry = { frame, t, boxes: [], poses: new Map(), ball: null, world: [] };
      byFrame.set(frame, entry);
    }
    return entry;
  };
  const { tracks, poses, ball, world } = arrays;
  tracks?.frame.forEach((frame, i) => {
    at(frame, tracks.t[i]!).boxes.push({
      trackId: tracks.track_id[i]!,
      box: tracks.xyxy[i]!,
      score: tracks.score[i]!,
      interpolated: tracks.interpolated[i] ?? false,
    });
  });
  poses?.frame.forEach((frame, i) => {
    at(frame, poses.t[i]!).poses.set(poses.track_id[i]!, toFloats(poses.keypoints[i]!));
  });
  ball?.frame.forEach((frame, i) => {
    const xy = ball.xy[i]!;
    if (isPresent(xy)) at(frame, ball.t[i]!).ball = { xy, interpolated: ball.interpolated[i] ?? false };
  });
  world?.frame.forEach((frame, i) => {
    const xy = world.xy[i]!;
    if (isPresent(xy)) at(frame, world.t[i]!).world.push({ trackId: world.track_id[i]!, xy, sigma: world.sigma[i] ?? null });
  });
  const frames = [...byFrame.values()].sort((a, b) => a.t - b.t);
  return { frames, trails: trailsOf(frames), poses: poseTracks(frames) };
}

function poseTracks(frames: readonly Frame[]): TimeWindow["poses"] {
  const tracks: TimeWindow["poses"] = new Map();
  for (const { t, poses } of frames) {
    for (const [trackId, points] of poses) {
      const track = tracks.get(trackId) ?? [];
      track.push({ t, points });
      tracks.set(trackId, track);
    }
  }
  return tracks;
}

function trailsOf(frames: readonly Frame[]): TimeWindow["trails"] {
  const trails: TimeWindow["trails"] = new Map();
  for (const { t, boxes } of frames) {
    for (const { trackId, box } of boxes) {
      const trail = trails.get(trackId) ?? [];
      trail.push({ t, xy: footPoint(box) });
      trails.set(trackId, trail);
    }
  }
  return trails;
}

/** The index of the first entry with time ≥ t. */
export function lowerBound(items: readonly { t: number }[], t: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle]!.t < t) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The frame shown at `t`, or null when none lies within `tolerance` seconds. */
export function frameAt(window: TimeWindow, t: number, tolerance: number): Frame | null {
  const { frames } = window;
  const right = lowerBound(frames, t);
  const candidates = [frames[right - 1], frames[right]].filter((frame): frame is Frame => frame !== undefined);
  let best: Frame | null = null;
  for (const frame of candidates) {
    const gap = Math.abs(frame.t - t);
    if (gap <= tolerance && (best === null || gap < Math.abs(best.t - t))) best = frame;
  }
  return best;
}
