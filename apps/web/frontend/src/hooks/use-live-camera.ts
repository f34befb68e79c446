import { useCallback, useEffect, useRef, useState } from "react";
import { captureProblem, closeCapture, missingCapture, openCapture, type CaptureProblem, type CaptureSource } from "@/live/capture";

export interface LiveCamera {
  stream: MediaStream | null;
  asking: boolean;
  problem: CaptureProblem | null;
  /** The system took the camera (a call, another app, a locked screen), or sharing was ended. */
  ended: boolean;
  open: (source: CaptureSource) => Promise<void>;
  close: () => void;
}

/** One camera or shared screen, from asking for it to giving it back. */
export function useLiveCamera(): LiveCamera {
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<CaptureProblem | null>(null);
  const [ended, setEnded] = useState(false);
  const held = useRef<MediaStream | null>(null);
  const turn = useRef(0);

  const close = useCallback(() => {
    turn.current += 1;
    closeCapture(held.current);
    held.current = null;
    setStream(null);
    setAsking(false);
    setEnded(false);
  }, []);

  const open = useCallback(async (source: CaptureSource) => {
    const mine = ++turn.current;
    setProblem(null);
    const missing = missingCapture(source.kind);
    if (missing) return setProblem(missing);
    // Phones give one camera at a time: the old one goes first.
    closeCapture(held.current);
    held.current = null;
    setAsking(true);
    try {
      const next = await openCapture(source);
      if (mine !== turn.current) return closeCapture(next);
      held.current = next;
      next.getVideoTracks()[0]?.addEventListener("ended", () => mine === turn.current && setEnded(true));
      setEnded(false);
      setStream(next);
    } catch (error) {
      if (mine !== turn.current) return;
      setStream(null);
      setProblem(captureProblem(error));
    }
    setAsking(false);
  }, []);

  useEffect(() => close, [close]);
  return { stream, asking, problem, ended, open, close };
}
