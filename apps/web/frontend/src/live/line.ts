/**
 * The line of one live session: states come in, frames may go out. It comes back by itself; a state is whole, so nothing
 * is missed by a break but the pictures of that time.
 */
import { socketTicket } from "@/api/account";
import { listen, type SocketPhase } from "@/api/socket";
import type { LiveState } from "./messages";

export interface Joined {
  role: "sender" | "viewer";
  camera: string | null;
  frame_budget: { fps: number; max_bytes: number };
}

export interface LineError {
  code: string;
  message: string;
  /** The line was closed over it. */
  fatal: boolean;
}

type Message =
  | ({ type: "metrics_update" } & LiveState)
  | ({ type: "joined" } & Joined)
  | { type: "session_stopped" }
  | ({ type: "error" } & LineError)
  | { type: "connected" };

interface Handlers {
  onState: (state: LiveState) => void;
  onJoined: (joined: Joined) => void;
  /** Stopped by somebody, or being stored. */
  onStopped: () => void;
  onError: (error: LineError) => void;
  onPhase: (phase: SocketPhase) => void;
}

export interface LiveLine {
  /** The socket while frames may go out on it; null while the line is down or only watches. */
  socket: () => WebSocket | null;
  /** Give the line up and make a new one: the network is gone without having said so. */
  restart: () => void;
  stop: () => void;
}

/** What the page tells in numbers already. */
const TOLD_ELSEWHERE = new Set(["FRAMES_DROPPED", "FRAME_TWICE"]);
const OVER = "SESSION_STOPPING";

/** Open the line. `camera`: the name under which this page sends pictures; null: it only watches. */
export function openLine(sessionId: string, camera: string | null, handlers: Handlers): LiveLine {
  let sending: WebSocket | null = null;
  let open: WebSocket | null = null;
  let version = -1;
  let stopListening: () => void = () => undefined;

  function over(): void {
    stopListening();
    sending = null;
    handlers.onStopped();
  }

  function hear(message: Message): void {
    switch (message.type) {
      case "metrics_update":
        // After a reconnect the newest state may come twice, or overtaken by a newer one.
        if (message.version <= version) return;
        version = message.version;
        return handlers.onState(message);
      case "joined":
        // Frames sent before would be taken for those of the main camera.
        if (message.role === "sender") sending = open;
        return handlers.onJoined(message);
      case "session_stopped":
        return over();
      case "error":
        if (message.code === OVER) return over();
        return TOLD_ELSEWHERE.has(message.code) ? undefined : handlers.onError(message);
      case "connected":
        return;
    }
  }

  function start(): void {
    stopListening = listen<Message>({
      path: `live/${sessionId}`,
      ticket: () => socketTicket("live", sessionId),
      onMessage: hear,
      onPhase: (phase) => {
        if (phase !== "open") sending = null;
        handlers.onPhase(phase);
      },
      onOpen: (socket) => {
        open = socket;
        if (camera) socket.send(JSON.stringify({ type: "start_session", camera }));
        socket.send(JSON.stringify({ type: "join_session" }));
      },
    });
  }

  start();
  return {
    socket: () => (sending?.readyState === WebSocket.OPEN ? sending : null),
    restart: () => {
      stopListening();
      sending = null;
      start();
    },
    stop: () => stopListening(),
  };
}
