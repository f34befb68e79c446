/**
 * Progress of a scan over `/ws/scan/<job>`. A message is a hint carrying the whole state; a lost connection comes back
 * with growing pauses, and the page polls meanwhile.
 */
import { socketTicket } from "./account";
import { ApiError } from "./errors";
import type { ScanStatus } from "./types";

export type SocketPhase = "connecting" | "open" | "lost" | "closed";

interface Handlers {
  onState: (state: ScanStatus) => void;
  onPhase: (phase: SocketPhase) => void;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** 4401 not signed in, 4403 not allowed, 4404 no such job, 4409 gone: asking again would not help. */
const FINAL_CODES = new Set([4403, 4404, 4409]);

export function nextPause(pause: number): number {
  return Math.min(pause * 2, LONGEST_PAUSE_MS);
}

/** Follow a job until `stop` is called or the server says it is over. Returns `stop`. */
export function followScan(jobId: string, { onState, onPhase }: Handlers): () => void {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = FIRST_PAUSE_MS;
  let stopped = false;

  const again = () => {
    if (stopped) return;
    onPhase("lost");
    timer = setTimeout(() => void connect(), pause);
    pause = nextPause(pause);
  };
  const end = () => {
    stopped = true;
    onPhase("closed");
  };

  async function connect(): Promise<void> {
    let ticket: string;
    try {
      ticket = await socketTicket("scan", jobId);
    } catch (error) {
      const refused = error instanceof ApiError && !error.unreachable && error.status < 500 && error.status !== 429;
      return refused ? end() : again();
    }
    if (stopped) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/ws/scan/${jobId}?ticket=${encodeURIComponent(ticket)}`);
    socket.onopen = () => {
      pause = FIRST_PAUSE_MS;
      onPhase("open");
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => onState(JSON.parse(data) as ScanStatus);
    socket.onclose = ({ code }) => (FINAL_CODES.has(code) ? end() : again());
  }

  onPhase("connecting");
  void connect();
  return () => {
    stopped = true;
    clearTimeout(timer);
    socket?.close();
  };
}
