import { useCallback, useMemo, useRef, useState } from "react";
import { getPicture } from "@/api/live";
import { localUs } from "@/live/clock-sync";
import type { LiveState } from "@/live/messages";
import { Playout, SentFrames, seenBy, type Seen } from "@/live/playout";
import { RemoteFilm } from "@/live/remote-film";
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

/** One camera's film on this page. */
export interface Film {
  playout: Playout;
  pictures: SentFrames<Blob>;
  add: (seen: Seen) => void;
}

/** Everything a running session's page has in hand: line, clock, what is sent, and each camera's film. */
export function useLiveShow({ sessionId, camera, stream, fps }: Show) {
  const clock = useLiveClock(true);
  const offsetUs = clock?.offsetUs ?? 0;
  const offset = useRef(offsetUs);
  offset.current = offsetUs;
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const delayS = useRef<number | null>(null);
  const films = useMemo(() => new Map<string, Film>(), [sessionId, camera]);
  const sending = camera !== null && stream !== null;

  const filmOf = useCallback(
    (name: string): Film => {
      const known = films.get(name);
      if (known) return known;
      const playout = new Playout();
      const pictures = new SentFrames<Blob>();
      const remote = new RemoteFilm(name, playout, pictures, (from, seq, signal) => getPicture(sessionId, from, seq, signal));
      const made = { playout, pictures, add: (seen: Seen) => (name === camera ? playout.add(seen) : remote.add(seen)) };
      films.set(name, made);
      return made;
    },
    [films, sessionId, camera],
  );
  const onState = useCallback(
    (state: LiveState) => {
      const nowUs = localUs() + offset.current;
      const taken = Object.values(state.metrics.frame).map(({ t_us }) => t_us);
      delayS.current = taken.length > 0 ? (nowUs - Math.max(...taken)) / 1e6 : null;
      for (const name of Object.keys(state.metrics.frame)) {
        const seen = seenBy(state, name);
        if (seen) filmOf(name).add(seen);
      }
    },
    [filmOf],
  );
  const feed = useLiveLine(sessionId, sending ? camera : null, onState);
  const sender = useLiveSender({
    video,
    // Pictures with a wrong time would be refused, or matched wrongly.
    active: sending && clock !== null && !feed.stopped,
    fps: feed.joined?.frame_budget.fps ?? fps,
    line: feed.line,
    offsetUs,
    onSent: (takenUs, picture) => camera !== null && filmOf(camera).pictures.push(takenUs, picture),
  });
  return { feed, sender: sending ? sender : null, filmOf, setVideo, offsetUs, delayS: delayS.current };
}
