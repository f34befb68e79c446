import { useCallback, useMemo, useRef, useState } from "react";
import { localUs } from "@/live/clock-sync";
import type { LiveState } from "@/live/messages";
import { Playout, SentFrames, seenBy } from "@/live/playout";
import { useLiveClock } from "./use-live-clock";
import { useLiveLine } from "./use-live-line";
import { useLiveSender } from "./use-live-sender";

interface Show {
  sessionId: string;
  /** The name under which this page sends; null: it watches. */
  camera: string | null;
  stream: MediaStream | null;
  fps: number;
}

/** Everything a running session's page has in hand: line, clock, what is sent, and each camera's film. */
export function useLiveShow({ sessionId, camera, stream, fps }: Show) {
  const clock = useLiveClock(true);
  const offsetUs = clock?.offsetUs ?? 0;
  const offset = useRef(offsetUs);
  offset.current = offsetUs;
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const [delayS, setDelayS] = useState<number | null>(null);
  const playouts = useMemo(() => new Map<string, Playout>(), [sessionId]);
  const sent = useMemo(() => new SentFrames<Blob>(), [sessionId, camera]);
  const sending = camera !== null && stream !== null;

  const playoutOf = useCallback(
    (name: string) => {
      const known = playouts.get(name) ?? new Playout();
      playouts.set(name, known);
      return known;
    },
    [playouts],
  );
  const onState = useCallback(
    (state: LiveState) => {
      for (const [name, { t_us }] of Object.entries(state.metrics.frame)) {
        const seen = seenBy(state, name);
        if (seen) playoutOf(name).add(seen);
        setDelayS((localUs() + offset.current - t_us) / 1e6);
      }
    },
    [playoutOf],
  );
  const feed = useLiveLine(sessionId, sending ? camera : null, onState);
  const sender = useLiveSender({
    video,
    // Pictures with a wrong time would be refused, or matched wrongly.
    active: sending && clock !== null && !feed.stopped,
    fps: feed.joined?.frame_budget.fps ?? fps,
    line: feed.line,
    offsetUs,
    onSent: (takenUs, picture) => sent.push(takenUs, picture),
  });
  return { feed, sender: sending ? sender : null, sent, playoutOf, setVideo, offsetUs, delayS };
}
