/** From the camera to the socket: at the session's pace, in the size the line carries, nothing queued. */
import { Shutter, watchPictures } from "./capture";
import { packFrame } from "./frame-bytes";
import { createPacer, FIRST_FLOW, nextFlow, QUALITIES, type Flow } from "./quality";

export interface SenderFacts {
  sent: number;
  /** Due, but the line was full or away. */
  skipped: number;
  /** Over the last two seconds. */
  fps: number;
  width: number;
  height: number;
  kilobytes: number;
}

export const NOTHING_SENT: SenderFacts = { sent: 0, skipped: 0, fps: 0, width: 0, height: 0, kilobytes: 0 };

interface Wiring {
  video: HTMLVideoElement;
  fps: number;
  /** The open line; null while it is down. */
  socket: () => WebSocket | null;
  /** Server clock minus this one [µs]. */
  offsetUs: () => number;
  onSent: (takenUs: number, picture: Blob) => void;
  onFacts: (facts: SenderFacts) => void;
}

const RATE_SPAN_MS = 2000;
const FACTS_PAUSE_MS = 500;
const US_PER_MS = 1000;
/** The server refuses larger frames (design: live frames by session budget). */
const MAX_FRAME_BYTES = 1_000_000;

/** Send until `stop` is called. Returns `stop`. */
export function sendFrames({ video, fps, socket, offsetUs, onSent, onFacts }: Wiring): () => void {
  const due = createPacer(fps);
  const shutter = new Shutter();
  let flow: Flow = FIRST_FLOW;
  let facts = NOTHING_SENT;
  let times: number[] = [];
  let lastUs = 0;
  let busy = false;

  async function send(takenMs: number): Promise<void> {
    const line = socket();
    const step = line && nextFlow(flow, line.bufferedAmount, performance.now());
    if (step) flow = step.flow;
    if (!step?.send || busy) {
      facts = { ...facts, skipped: facts.skipped + 1 };
      return;
    }
    busy = true;
    try {
      const taken = await shutter.take(video, QUALITIES[flow.level]!);
      if (!taken || line!.readyState !== WebSocket.OPEN) return;
      if (taken.picture.size > MAX_FRAME_BYTES) {
        flow = { ...flow, level: Math.min(flow.level + 1, QUALITIES.length - 1) };
        return;
      }
      // Two pictures never share a time: it is what overlay and picture meet by.
      lastUs = Math.max(lastUs + 1, Math.round((performance.timeOrigin + takenMs) * US_PER_MS + offsetUs()));
      line!.send(packFrame(lastUs, await taken.picture.arrayBuffer()));
      onSent(lastUs, taken.picture);
      const now = performance.now();
      times = [...times.filter((at) => now - at < RATE_SPAN_MS), now];
      facts = { ...facts, sent: facts.sent + 1, width: taken.width, height: taken.height, kilobytes: Math.round(taken.picture.size / 1024) };
    } finally {
      busy = false;
    }
  }

  const stopWatching = watchPictures(video, (takenMs) => {
    if (due(performance.now())) void send(takenMs);
  });
  const timer = setInterval(() => {
    times = times.filter((at) => performance.now() - at < RATE_SPAN_MS);
    onFacts({ ...facts, fps: (times.length * 1000) / RATE_SPAN_MS });
  }, FACTS_PAUSE_MS);
  return () => {
    stopWatching();
    clearInterval(timer);
  };
}
