import { useEffect, useRef, useState } from "react";
import type { SocketPhase } from "@/api/socket";
import { openLine, type Joined, type LineError, type LiveLine } from "@/live/line";
import type { LiveState } from "@/live/messages";
import { useOnline } from "./use-online";

/** A complaint that is not repeated for so long is over. */
const ERROR_SHOWN_MS = 6000;
/** Numbers on the page change no faster than they can be read; the picture follows every state. */
const READ_PAUSE_MS = 250;

export interface LiveFeed {
  phase: SocketPhase;
  /** The newest state, for numbers. */
  state: LiveState | null;
  joined: Joined | null;
  stopped: boolean;
  error: LineError | null;
  line: React.RefObject<LiveLine | null>;
}

/** Follow a session; with a `camera` this page may send pictures under that name. `onState` hears every state. */
export function useLiveLine(sessionId: string | null, camera: string | null, onState?: (state: LiveState) => void): LiveFeed {
  const [phase, setPhase] = useState<SocketPhase>("connecting");
  const [state, setState] = useState<LiveState | null>(null);
  const [joined, setJoined] = useState<Joined | null>(null);
  const [stopped, setStopped] = useState(false);
  const [error, setError] = useState<LineError | null>(null);
  const line = useRef<LiveLine | null>(null);
  const hear = useRef(onState);
  hear.current = onState;
  const online = useOnline();

  useEffect(() => {
    if (!sessionId) return;
    let shownAt = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let errorTimer: ReturnType<typeof setTimeout> | undefined;
    setStopped(false);
    setError(null);
    line.current = openLine(sessionId, camera, {
      onPhase: setPhase,
      onJoined: (next) => {
        if (next.role === "sender" || !camera) setJoined(next);
      },
      onStopped: () => setStopped(true),
      onError: (next) => {
        setError(next);
        clearTimeout(errorTimer);
        if (!next.fatal) errorTimer = setTimeout(() => setError(null), ERROR_SHOWN_MS);
      },
      onState: (next) => {
        hear.current?.(next);
        clearTimeout(timer);
        const show = () => {
          shownAt = performance.now();
          setState(next);
        };
        timer = setTimeout(show, Math.max(0, shownAt + READ_PAUSE_MS - performance.now()));
      },
    });
    return () => {
      clearTimeout(timer);
      clearTimeout(errorTimer);
      line.current?.stop();
      line.current = null;
      setState(null);
      setJoined(null);
    };
  }, [sessionId, camera]);

  const wasOnline = useRef(online);
  useEffect(() => {
    // A line over a network that is gone says nothing for minutes: a new one is tried now and when the network is back.
    if (wasOnline.current !== online) line.current?.restart();
    wasOnline.current = online;
  }, [online]);

  return { phase: online ? phase : "lost", state, joined, stopped, error, line };
}
