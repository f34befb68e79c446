/** What the live socket says. A state is whole: the newest replaces all before it. */
import type { Point } from "@/api/types";
import type { Box } from "@/overlay/geometry";

export type LiveScale = "calibrated" | "estimated" | "none";

export interface LivePlayer {
  track_id: number;
  player_id: string | null;
  name?: string | null;
  camera: string;
  /** Pixels of the camera's frame, as it was sent. */
  bbox: Box;
  /** False: predicted, nobody was seen there. */
  seen?: boolean;
  keypoints?: [number, number, number][];
  xy_m?: Point;
  sigma_m?: number;
  speed_mps: number | null;
  speed_sigma_mps?: number | null;
  distance_m: number | null;
  zone: number | null;
  load: number | null;
  /** Beyond what a human can do: a tracking or calibration fault. */
  implausible?: boolean;
}

export interface LiveFrameFacts {
  /** When it was taken, exactly as the sender said [µs since 1970]. */
  t_us: number;
  seq: number;
  width: number;
  height: number;
}

export interface LiveMetrics {
  players: LivePlayer[];
  frame: Record<string, LiveFrameFacts>;
  fps: number;
  /** From a frame's arrival at the server to this state. */
  latency_ms: number;
  dropped: Record<string, number>;
  broken?: Record<string, number>;
  scale: LiveScale;
  budget?: { note?: string; catching_up?: boolean };
  messages?: string[];
}

export interface LiveState {
  version: number;
  metrics: LiveMetrics;
  timestamp: string;
}

/** The joints of the 17 keypoints (COCO order), as pairs to be joined by a line. */
export const LIMBS: readonly Point[] = [
  [5, 7], [7, 9], [6, 8], [8, 10], [5, 6], [5, 11], [6, 12], [11, 12],
  [11, 13], [13, 15], [12, 14], [14, 16], [0, 1], [0, 2], [1, 3], [2, 4],
];
export const KEYPOINTS = 17;
