import { useEffect, useRef, useState } from "react";
import { NOTHING_SENT, sendFrames, type SenderFacts } from "@/live/sender";
import type { LiveLine } from "@/live/line";

interface Sending {
  video: HTMLVideoElement | null;
  active: boolean;
  fps: number;
  line: React.RefObject<LiveLine | null>;
  offsetUs: number;
  onSent?: (takenUs: number, picture: Blob) => void;
}

/** So long a full socket may stand before the line counts as gone. */
const STALL_MS = 6000;

/** Send what a video element shows while `active`; what was sent, for the page. */
export function useLiveSender({ video, active, fps, line, offsetUs, onSent }: Sending): SenderFacts {
  const [facts, setFacts] = useState<SenderFacts>(NOTHING_SENT);
  const offset = useRef(offsetUs);
  offset.current = offsetUs;
  const sent = useRef(onSent);
  sent.current = onSent;
  useEffect(() => {
    if (!video || !active) return;
    let movedAt = performance.now();
    let waiting = 0;
    const stop = sendFrames({
      video,
      fps,
      socket: () => line.current?.socket() ?? null,
      offsetUs: () => offset.current,
      onSent: (takenUs, picture) => sent.current?.(takenUs, picture),
      onFacts: (next) => {
        setFacts(next);
        const now = line.current?.socket()?.bufferedAmount ?? 0;
        if (now === 0 || now < waiting) movedAt = performance.now();
        waiting = now;
        if (performance.now() - movedAt > STALL_MS) {
          movedAt = performance.now();
          line.current?.restart();
        }
      },
    });
    return () => {
      stop();
      setFacts(NOTHING_SENT);
    };
  }, [video, active, fps, line]);
  return facts;
}
