/** What coaches draw over a picture of the film: strokes in fractions of the picture, so that they fit any size. */
import type { SessionNote, Stroke } from "@/api/types";
import type { Fit } from "@/overlay/geometry";

export type Tool = Stroke["tool"];
export type Spot = [x: number, y: number];

export const TOOLS: readonly Tool[] = ["pen", "arrow", "line", "ellipse", "rectangle", "text"];

/** They read on grass, sky and shirts; the first is the one to start with. */
export const COLOURS = { yellow: "#ffe14d", pink: "#ff4f8b", blue: "#4cc9f0", white: "#ffffff" } as const;
export type ColourName = keyof typeof COLOURS;

/** Of the picture's width. */
export const WIDTH_SHARE = 0.005;
export const MAX_STROKES = 200;
const MAX_POINTS = 2000;
/** A pen's point nearer than this to the last one says nothing new. */
const PEN_STEP = 0.002;
/** A shape smaller than this was a slip of the finger. */
const LEAST_SHARE = 0.01;

/** How long a drawing stays when the film runs on [s], and how long it fades. */
const STAYS_S = 2;
const FADES_S = 0.5;
/** A film rests on whole frames, a drawing on the moment somebody stopped it. */
const BEFORE_S = 0.05;

const within = (value: number) => Math.min(1, Math.max(0, value));

/** A place on the picture as fractions of it. */
export function spotAt({ x, y, scale }: Fit, { width, height }: { width: number; height: number }, at: Spot): Spot {
  const round = (value: number) => Math.round(within(value) * 1e4) / 1e4;
  return [round((at[0] - x) / (width * scale || 1)), round((at[1] - y) / (height * scale || 1))];
}

/** The stroke after the pointer moved on: a pen gets longer, everything else has two ends. */
export function extended(stroke: Stroke, spot: Spot): Stroke {
  const points = stroke.points as Spot[];
  if (stroke.tool === "text") return { ...stroke, points: [spot] };
  if (stroke.tool !== "pen") return { ...stroke, points: [points[0]!, spot] };
  const last = points.at(-1)!;
  const far = Math.hypot(spot[0] - last[0], spot[1] - last[1]) >= PEN_STEP;
  return far && points.length < MAX_POINTS ? { ...stroke, points: [...points, spot] } : stroke;
}

/** Whether a finished stroke is worth keeping: it has the points its tool needs, and somebody can see it. */
export function isKept({ tool, points, text }: Stroke): boolean {
  if (tool === "text") return Boolean(text?.trim());
  if (points.length < 2) return false;
  const spread = [0, 1].map((axis) => {
    const values = points.map((point) => point[axis]!);
    return Math.max(...values) - Math.min(...values);
  });
  return Math.hypot(...spread) >= LEAST_SHARE;
}

export interface ShownDrawing {
  strokes: readonly Stroke[];
  opacity: number;
}

/** The drawings that belong to the moment `t`: from theirs on for two seconds, then they fade. */
export function drawingsAt(notes: readonly SessionNote[], t: number): ShownDrawing[] {
  return notes.flatMap(({ kind, t_s: at, data }) => {
    if (kind !== "drawing" || at === null || !data) return [];
    const age = t - at;
    if (age < -BEFORE_S || age > STAYS_S + FADES_S) return [];
    return [{ strokes: data.strokes, opacity: age <= STAYS_S ? 1 : 1 - (age - STAYS_S) / FADES_S }];
  });
}
