import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { keys } from "@/api/query";
import { getBodyClip, startBodyFit } from "@/api/scans";
import type { Body, BodyGender } from "@/api/types";
import type { VideoClock } from "@/overlay/clock";
import { partAt, type Span } from "@/space/bodies";
import { isActive } from "./use-scan";
import { useScanProgress } from "./use-scan-progress";

const KEEP_MS = 60_000;

/** The part of a body's movement under the playhead; changes once a minute, not every frame. */
function usePart(body: Body | null, clock: VideoClock): Span | null {
  const [time, setTime] = useState(clock.time);
  const part = body && partAt(body, time);
  useEffect(() => {
    if (!body) return;
    let shown = partAt(body, clock.time);
    setTime(clock.time);
    return clock.subscribe((t) => {
      const next = partAt(body, t);
      if (next.from === shown.from) return;
      shown = next;
      setTime(t);
    });
  }, [body, clock]);
  return part;
}

/** The moving body of a person around the shown moment. */
export function useBodyClip(scanId: string, body: Body | null, clock: VideoClock) {
  const part = usePart(body, clock);
  return useQuery({
    queryKey: keys.bodyClip(scanId, body?.track_id ?? -1, part?.from ?? 0, part?.to ?? 0),
    queryFn: () => getBodyClip(scanId, body!.track_id, part!),
    enabled: part !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEEP_MS,
  });
}

export function useFitBody(scanId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ trackId, span, gender }: { trackId: number; span: Span; gender: BodyGender }) => startBodyFit(scanId, trackId, span, gender),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.scanResults(scanId) }),
  });
}

/** The state of a body fit by its own id; its end makes the session's results stale. */
export function useBodyProgress(scanId: string, jobId: string) {
  const client = useQueryClient();
  const progress = useScanProgress(jobId);
  const ended = progress.data !== undefined && !isActive(progress.data.status);
  useEffect(() => {
    if (ended) void client.invalidateQueries({ queryKey: keys.scanResults(scanId) });
  }, [client, scanId, ended]);
  return progress;
}
