/** Draws what was found in a frame onto a canvas that lies over the film. */
import type { SkeletonLayout } from "@/api/types";
import type { Fit } from "./geometry";
import type { Frame, TimeWindow } from "./windows";
import { lowerBound } from "./windows";

export interface Layers {
  boxes: boolean;
  names: boolean;
  skeleton: boolean;
  trails: boolean;
  ball: boolean;
}

export const LAYERS: readonly (keyof Layers)[] = ["boxes", "names", "skeleton", "trails", "ball"];

export interface TrackStyle {
  color: string;
  name: string;
}

export interface Scene {
  frame: Frame | null;
  /** Windows that may hold the last seconds, oldest first. */
  recent: readonly TimeWindow[];
  t: number;
  fit: Fit;
  layers: Layers;
  styleOf: (trackId: number) => TrackStyle;
  skeleton: SkeletonLayout;
  selected: number | null;
}

/** Below this a keypoint is a guess; the pose model's own score. */
const KEYPOINT_MIN_SCORE = 0.3;
const TRAIL_SECONDS = 2;
const SELECTED = "#ff7fa8";
const HALO = "rgba(4, 20, 24, 0.55)";
const LABEL_FONT = '600 12px "Figtree Variable", system-ui, sans-serif';
const LABEL_HEIGHT = 18;

type Context = CanvasRenderingContext2D;

/** A line that reads on grass, sky and shirts: dark below, colour above. */
function strokeTwice(ctx: Context, color: string, width: number): void {
  ctx.strokeStyle = HALO;
  ctx.lineWidth = width + 2;
  ctx.stroke();
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.stroke();
}

function drawTrails(ctx: Context, { recent, t, fit, styleOf, selected }: Scene): void {
  const paths = new Map<number, { t: number; xy: [number, number] }[]>();
  for (const window of recent) {
    for (const [trackId, trail] of window.trails) {
      const part = trail.slice(lowerBound(trail, t - TRAIL_SECONDS), lowerBound(trail, t + 1e-3));
      if (part.length > 0) paths.set(trackId, [...(paths.get(trackId) ?? []), ...part]);
    }
  }
  ctx.lineCap = "round";
  for (const [trackId, path] of paths) {
    const { color } = styleOf(trackId);
    for (let i = 1; i < path.length; i++) {
      const [from, to] = [path[i - 1]!, path[i]!];
      ctx.globalAlpha = Math.max(0.06, 1 - (t - to.t) / TRAIL_SECONDS) * (trackId === selected ? 1 : 0.75);
      ctx.beginPath();
      ctx.moveTo(from.xy[0] * fit.scale + fit.x, from.xy[1] * fit.scale + fit.y);
      ctx.lineTo(to.xy[0] * fit.scale + fit.x, to.xy[1] * fit.scale + fit.y);
      ctx.strokeStyle = color;
      ctx.lineWidth = trackId === selected ? 4 : 2.5;
      ctx.stroke();
    }
  }
  ctx.globalAlpha = 1;
}

/** On a player smaller than this, joints would hide the body. */
const JOINTS_FROM_PX = 80;

function heightOnScreen(frame: Frame, trackId: number, fit: Fit): number {
  const box = frame.boxes.find((candidate) => candidate.trackId === trackId)?.box;
  return box ? (box[3] - box[1]) * fit.scale : Number.POSITIVE_INFINITY;
}

function drawSkeletons(ctx: Context, frame: Frame, { fit, skeleton, styleOf }: Scene): void {
  ctx.lineCap = "round";
  for (const [trackId, points] of frame.poses) {
    const large = heightOnScreen(frame, trackId, fit) >= JOINTS_FROM_PX;
    const seen = (k: number) => points[3 * k + 2]! >= KEYPOINT_MIN_SCORE && !Number.isNaN(points[3 * k]!);
    ctx.beginPath();
    for (const [a, b] of skeleton.limbs) {
      if (!seen(a) || !seen(b)) continue;
      ctx.moveTo(points[3 * a]! * fit.scale + fit.x, points[3 * a + 1]! * fit.scale + fit.y);
      ctx.lineTo(points[3 * b]! * fit.scale + fit.x, points[3 * b + 1]! * fit.scale + fit.y);
    }
    strokeTwice(ctx, styleOf(trackId).color, large ? 2 : 1);
    if (!large) continue;
    ctx.fillStyle = "#ffffff";
    for (let k = 0; k < skeleton.keypoints.length; k++) {
      if (!seen(k)) continue;
      ctx.beginPath();
      ctx.arc(points[3 * k]! * fit.scale + fit.x, points[3 * k + 1]! * fit.scale + fit.y, 2, 0, 2 * Math.PI);
      ctx.fill();
    }
  }
}

function drawLabel(ctx: Context, text: string, color: string, x: number, y: number): void {
  ctx.font = LABEL_FONT;
  const width = ctx.measureText(text).width + 16;
  const top = Math.max(2, y - LABEL_HEIGHT - 4);
  ctx.beginPath();
  ctx.roundRect(x - width / 2, top, width, LABEL_HEIGHT, LABEL_HEIGHT / 2);
  ctx.fillStyle = "rgba(4, 20, 24, 0.8)";
  ctx.fill();
  ctx.beginPath();
  ctx.arc(x - width / 2 + 8, top + LABEL_HEIGHT / 2, 3, 0, 2 * Math.PI);
  ctx.fillStyle = color;
  ctx.fill();
  ctx.fillStyle = "#ffffff";
  ctx.textBaseline = "middle";
  ctx.fillText(text, x - width / 2 + 13, top + LABEL_HEIGHT / 2 + 0.5);
}

function drawBoxes(ctx: Context, frame: Frame, { fit, layers, styleOf, selected }: Scene): void {
  for (const { trackId, box, interpolated } of frame.boxes) {
    const { color, name } = styleOf(trackId);
    const [x1, y1, x2, y2] = box;
    const x = x1 * fit.scale + fit.x;
    const y = y1 * fit.scale + fit.y;
    const [width, height] = [(x2 - x1) * fit.scale, (y2 - y1) * fit.scale];
    if (layers.boxes || trackId === selected) {
      // Dashed: nobody was detected here; the position lies between two that were.
      ctx.setLineDash(interpolated ? [5, 4] : []);
      ctx.beginPath();
      ctx.roundRect(x, y, width, height, 4);
      strokeTwice(ctx, trackId === selected ? SELECTED : color, trackId === selected ? 3 : 1.75);
      ctx.setLineDash([]);
    }
    if (layers.names) drawLabel(ctx, name, color, x + width / 2, y);
  }
}

function drawBall(ctx: Context, frame: Frame, { fit }: Scene): void {
  if (!frame.ball) return;
  const [x, y] = frame.ball.xy;
  ctx.setLineDash(frame.ball.interpolated ? [3, 3] : []);
  ctx.beginPath();
  ctx.arc(x * fit.scale + fit.x, y * fit.scale + fit.y, 9, 0, 2 * Math.PI);
  strokeTwice(ctx, "#ffe14d", 2.5);
  ctx.setLineDash([]);
}

/** Draw one moment; the context's unit is the CSS pixel. */
export function drawScene(ctx: Context, scene: Scene): void {
  const { frame, layers } = scene;
  if (layers.trails) drawTrails(ctx, scene);
  if (!frame) return;
  if (layers.skeleton) drawSkeletons(ctx, frame, scene);
  drawBoxes(ctx, frame, scene);
  if (layers.ball) drawBall(ctx, frame, scene);
}
