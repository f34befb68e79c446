/** What the page knows of a person's 3D body, and which part of its movement to load. */
import type { Body, BodyJob } from "@/api/types";

/** The server sends at most two minutes at once; a part of one minute is some megabytes. */
export const WHOLE_UP_TO_S = 120;
const PART_S = 60;

/** The longest part of a film that one request fits. */
export const MAX_FIT_S = 300;

export interface Span {
  from: number;
  to: number;
}

/** The part of a body's movement that holds the moment `t`; a moment outside gets the nearest part. */
export function partAt({ from_s, to_s }: Pick<Body, "from_s" | "to_s">, t: number): Span {
  if (to_s - from_s <= WHOLE_UP_TO_S) return { from: from_s, to: to_s };
  const last = Math.ceil((to_s - from_s) / PART_S) - 1;
  const index = Math.min(Math.max(Math.floor((t - from_s) / PART_S), 0), last);
  return { from: from_s + index * PART_S, to: Math.min(from_s + (index + 1) * PART_S, to_s) };
}

/** What one fit takes: the whole film, or of a long one the minutes around the shown moment. */
export function fitSpan(duration: number, t: number): Span {
  if (duration <= MAX_FIT_S) return { from: 0, to: duration };
  const from = Math.min(Math.max(0, t - PART_S / 2), duration - PART_S);
  return { from, to: from + PART_S };
}

export type BodyState =
  | { kind: "ready"; body: Body }
  | { kind: "fitting"; job: BodyJob }
  | { kind: "refused"; reason: string }
  | { kind: "outdated" }
  | { kind: "failed"; reason: string }
  | { kind: "none" };

/** A body that stands is shown whatever happened since; else what is being done, else why there is none. */
export function bodyState(bodies: readonly Body[], job: BodyJob | null, trackId: number | null): BodyState {
  const body = bodies.find(({ track_id }) => track_id === trackId);
  if (body?.status === "ready") return { kind: "ready", body };
  if (job && (job.status === "queued" || job.status === "running")) return { kind: "fitting", job };
  if (body?.status === "outdated") return { kind: "outdated" };
  if (body?.status === "refused") return { kind: "refused", reason: body.reason };
  if (job?.status === "failed") return { kind: "failed", reason: job.error?.message ?? "" };
  return { kind: "none" };
}

/** Over longer gaps between keys the body was not seen; nothing is shown then. */
export const MAX_KEY_GAP_S = 0.35;

/** Whether a movement with keys at these times [s] says anything about the moment `t`. */
export function isKnownAt(keys: ArrayLike<number>, t: number): boolean {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! < t) low = middle + 1;
    else high = middle;
  }
  const before = low > 0 ? keys[low - 1]! : Number.NEGATIVE_INFINITY;
  const after = low < keys.length ? keys[low]! : Number.POSITIVE_INFINITY;
  const near = MAX_KEY_GAP_S / 4;
  return after - before <= MAX_KEY_GAP_S || t - before <= near || after - t <= near;
}
