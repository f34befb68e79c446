/**
 * Shows each picture together with what was found in that very picture. States arrive some tenths of a second after the
 * picture was taken, so the film is shown so much later; a picture and its boxes meet by the time stamped on both.
 */
import { MAX_GAP_S, between, mixPose } from "@/overlay/between";
import type { Frame } from "@/overlay/windows";
import type { LivePlayer, LiveState } from "./messages";

const US_PER_S = 1e6;

/** The last pictures that were sent, oldest first; bounded by age and number. */
export class SentFrames<Picture> {
  private frames: { takenUs: number; picture: Picture }[] = [];

  constructor(
    private readonly spanUs = 6 * US_PER_S,
    private readonly most = 120,
  ) {}

  push(takenUs: number, picture: Picture): void {
    this.frames.push({ takenUs, picture });
    while (this.frames.length > this.most || takenUs - this.frames[0]!.takenUs > this.spanUs) this.frames.shift();
  }

  /** The picture taken exactly then; null when it is gone, or was never sent from here. */
  at(takenUs: number): Picture | null {
    return this.frames.find((frame) => frame.takenUs === takenUs)?.picture ?? null;
  }

  /** The times of the pictures after `from` up to `to`. */
  times(from: number, to: number): number[] {
    return this.frames.map(({ takenUs }) => takenUs).filter((takenUs) => takenUs > from && takenUs <= to);
  }

  clear(): void {
    this.frames = [];
  }
}

export interface Seen {
  takenUs: number;
  width: number;
  height: number;
  frame: Frame;
}

function toPose(keypoints: NonNullable<LivePlayer["keypoints"]>): Float32Array {
  return Float32Array.from(keypoints.flat());
}

/** What a state says about one camera's picture; null when that camera is not in it. */
export function seenBy(state: LiveState, camera: string): Seen | null {
  const facts = state.metrics.frame[camera];
  if (!facts) return null;
  const players = state.metrics.players.filter((player) => player.camera === camera);
  return {
    takenUs: facts.t_us,
    width: facts.width,
    height: facts.height,
    frame: {
      frame: facts.seq,
      t: facts.t_us / US_PER_S,
      boxes: players.map(({ track_id, bbox, seen }) => ({ trackId: track_id, box: bbox, score: 1, interpolated: seen === false })),
      poses: new Map(players.flatMap(({ track_id, keypoints }) => (keypoints ? [[track_id, toPose(keypoints)] as const] : []))),
      ball: null,
      world: [],
    },
  };
}

/** The same in the pixels of a picture of another size: the quality may have changed between two states. */
function inPixelsOf(seen: Seen, { width, height }: Seen): Frame {
  const [x, y] = [width / seen.width, height / seen.height];
  if (x === 1 && y === 1) return seen.frame;
  const boxes = seen.frame.boxes.map((box) => {
    const [x1, y1, x2, y2] = box.box;
    return { ...box, box: [x1 * x, y1 * y, x2 * x, y2 * y] as const };
  });
  const poses = new Map(
    [...seen.frame.poses].map(([trackId, pose]) => [trackId, pose.map((value, i) => value * [x, y, 1][i % 3]!)] as const),
  );
  return { ...seen.frame, boxes, poses };
}

/** What is between two looked-at pictures. */
function onTheWay(before: Frame, after: Frame, takenUs: number): Frame {
  const share = (takenUs / US_PER_S - before.t) / (after.t - before.t);
  const poses = new Map(
    [...before.poses].flatMap(([trackId, pose]) => {
      const to = after.poses.get(trackId);
      return to ? [[trackId, mixPose(pose, to, share)] as const] : [];
    }),
  );
  return { ...between(before, after, takenUs / US_PER_S), poses };
}

export interface Moment {
  takenUs: number;
  width: number;
  height: number;
  frame: Frame;
}

const MAX_GAP_US = MAX_GAP_S * US_PER_S;
/** A state further behind the newest than this is not waited for: the film would fall behind. */
const MOST_BEHIND = 2;

/**
 * Where the film stands. Between two states at most `MAX_GAP_S` apart the pictures between are shown too, with the boxes
 * on their way; over a longer gap it goes from one looked-at picture to the next, for nobody knows what is between.
 */
export class Playout {
  private states: Seen[] = [];
  private headUs: number | null = null;
  private clockMs: number | null = null;

  add(seen: Seen): void {
    const last = this.states.at(-1);
    // Twice told, or of before a reconnect.
    if (last && seen.takenUs <= last.takenUs) return;
    this.states.push(seen);
    // Over a long gap there is nothing to play: the newest is shown at once.
    if (!last || seen.takenUs - last.takenUs > MAX_GAP_US) this.headUs = seen.takenUs;
    while (this.states.length > MOST_BEHIND + 1) this.states.shift();
    this.headUs = Math.max(this.headUs!, this.states[0]!.takenUs);
  }

  get newest(): Seen | null {
    return this.states.at(-1) ?? null;
  }

  /** Let `nowMs` pass and answer the moment to show; `times` are those of the pictures at hand. Null before the first. */
  next(nowMs: number, times: (from: number, to: number) => number[]): Moment | null {
    const newest = this.states.at(-1);
    if (!newest || this.headUs === null) return null;
    const passedUs = (nowMs - (this.clockMs ?? nowMs)) * 1000;
    this.clockMs = nowMs;
    this.headUs = Math.min(newest.takenUs, this.headUs + passedUs);
    const before = this.states.findLast(({ takenUs }) => takenUs <= this.headUs!)!;
    const after = this.states.find(({ takenUs }) => takenUs > before.takenUs);
    const takenUs = after && times(before.takenUs, this.headUs).at(-1);
    if (!after || takenUs === undefined || after.takenUs - before.takenUs > MAX_GAP_US) return before;
    const frame = onTheWay(inPixelsOf(before, after), after.frame, takenUs);
    return { takenUs, width: after.width, height: after.height, frame };
  }

  clear(): void {
    this.states = [];
    this.headUs = null;
    this.clockMs = null;
  }
}
