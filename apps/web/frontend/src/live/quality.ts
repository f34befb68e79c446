/**
 * How large and how fine the next picture may be. A frame that waits in the socket is old when it arrives: it is better
 * not sent at all. When that happens again and again, pictures get smaller; when the line is easy for a while, larger.
 */
export interface Quality {
  /** Longest width [px]; a smaller picture is never enlarged. */
  width: number;
  /** Of the JPEG, 0 to 1. */
  jpeg: number;
}

/** From fine to coarse; below the last one a player in the distance is a smear. */
export const QUALITIES: readonly Quality[] = [
  { width: 1280, jpeg: 0.8 },
  { width: 1280, jpeg: 0.65 },
  { width: 960, jpeg: 0.65 },
  { width: 800, jpeg: 0.6 },
  { width: 640, jpeg: 0.55 },
  { width: 480, jpeg: 0.5 },
];

export interface Flow {
  level: number;
  /** Frames in a row that found the socket still full. */
  full: number;
  /** Since when the socket has been empty each time [ms]; null: it was not. */
  easySince: number | null;
}

/** 960 px: what the detectors look at is not larger, so a finer picture would only cost time. */
export const FIRST_FLOW: Flow = { level: 2, full: 0, easySince: null };

const DOWN_AFTER = 2;
const UP_AFTER_MS = 8000;
/** More than a frame's worth of bytes unsent: the line is slower than the camera. */
const FULL_BYTES = 64 * 1024;

export interface Step {
  flow: Flow;
  /** Whether this frame goes out. */
  send: boolean;
}

/** Decide about the next frame by what still waits in the socket. */
export function nextFlow(flow: Flow, waitingBytes: number, nowMs: number, finest = 0): Step {
  if (waitingBytes > FULL_BYTES) {
    const full = flow.full + 1;
    const down = full >= DOWN_AFTER && flow.level < QUALITIES.length - 1;
    return { flow: { level: down ? flow.level + 1 : flow.level, full: down ? 0 : full, easySince: null }, send: false };
  }
  if (waitingBytes > 0) return { flow: { ...flow, full: 0, easySince: null }, send: true };
  const easySince = flow.easySince ?? nowMs;
  const up = nowMs - easySince >= UP_AFTER_MS && flow.level > finest;
  return { flow: { level: up ? flow.level - 1 : flow.level, full: 0, easySince: up ? nowMs : easySince }, send: true };
}

/** The size a picture is sent in: never enlarged, whole and even pixels. */
export function sentSize(picture: { width: number; height: number }, { width }: Quality): { width: number; height: number } {
  const scale = Math.min(1, width / picture.width);
  const even = (length: number) => Math.max(2, 2 * Math.round((length * scale) / 2));
  return { width: even(picture.width), height: even(picture.height) };
}

/** Which pictures of a faster camera are due at `fps`: on average exactly so many, however the camera's rate falls. */
export function createPacer(fps: number): (nowMs: number) => boolean {
  const pause = 1000 / fps;
  let next = Number.NEGATIVE_INFINITY;
  return (nowMs) => {
    if (nowMs < next) return false;
    // After a gap (a hidden page) no burst makes up for it.
    next = nowMs - next > pause ? nowMs + pause : next + pause;
    return true;
  };
}
