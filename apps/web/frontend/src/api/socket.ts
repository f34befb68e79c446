/**
 * One socket of the server, kept open: a single-use ticket for each try, and growing pauses after a loss. A message is a
 * hint; whoever missed one asks the API again when the phase is `open` once more.
 */
import { ApiError } from "./errors";

export type SocketPhase = "connecting" | "open" | "lost" | "closed";

interface Line<Message> {
  /** Below `/ws/`. */
  path: string;
  ticket: () => Promise<string>;
  onMessage: (message: Message) => void;
  onPhase: (phase: SocketPhase) => void;
  /** For a line on which this side speaks too: the socket, each time it is open. */
  onOpen?: (socket: WebSocket) => void;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** 4401 not signed in, 4403 not allowed, 4404 no such object, 4409 gone: but for 4401 asking again would not help. */
const FINAL_CODES = new Set([4403, 4404, 4409]);

export function nextPause(pause: number): number {
  return Math.min(pause * 2, LONGEST_PAUSE_MS);
}

/** Is asking for another ticket of any use after this? */
export function isFinalRefusal(error: unknown): boolean {
  return error instanceof ApiError && !error.unreachable && error.status < 500 && error.status !== 429;
}

/** Listen until `stop` is called or the server says it is over. Returns `stop`. */
export function listen<Message>({ path, ticket, onMessage, onPhase, onOpen }: Line<Message>): () => void {
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
    let pass: string;
    try {
      pass = await ticket();
    } catch (error) {
      return isFinalRefusal(error) ? end() : again();
    }
    if (stopped) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/ws/${path}?ticket=${encodeURIComponent(pass)}`);
    const opened = socket;
    socket.onopen = () => {
      pause = FIRST_PAUSE_MS;
      onOpen?.(opened);
      onPhase("open");
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => onMessage(JSON.parse(data) as Message);
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
