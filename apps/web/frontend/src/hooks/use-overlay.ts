import { useQueries } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { keys } from "@/api/query";
import { getScanWindow } from "@/api/scans";
import type { WatchableResults } from "@/api/types";
import type { VideoClock } from "@/overlay/clock";
import { momentAt } from "@/overlay/between";
import { frameTolerance } from "@/overlay/stepping";
import { buildWindow, windowBounds, windowIndex, windowsAround, type Frame, type TimeWindow } from "@/overlay/windows";

/** Windows fall out of memory this long after the playhead left them. */
const KEEP_MS = 60_000;

/**
 * So much is asked for at once [s], though the store's windows are longer: 20 s of a match's 22 players are 5 MB of
 * JSON and 40 ms of a fast computer's work (parse 26, sort 13), 5 s are 9 ms; above 50 ms a film that plays stumbles.
 */
const PART_S = 5;

/** Lets what waits (a frame, a click) happen first: parsing and sorting in one go would be one long task. */
const afterOthers = () => new Promise((resolve) => setTimeout(resolve));

export interface Overlay {
  frameAt: (t: number) => Frame | null;
  /** Loaded windows around the playhead, oldest first. */
  recent: readonly TimeWindow[];
  loading: boolean;
  failed: boolean;
}

/** The index of the window under the playhead; changes every few seconds, not every frame. */
export function useCurrentWindow(clock: VideoClock, windowSeconds: number): number {
  const [index, setIndex] = useState(() => windowIndex(clock.time, windowSeconds));
  useEffect(() => clock.subscribe((t) => setIndex(windowIndex(t, windowSeconds))), [clock, windowSeconds]);
  return index;
}

const partSeconds = ({ arrays }: WatchableResults) => Math.min(arrays.window_s, PART_S);

async function loadWindow(results: WatchableResults, index: number, include: string, camera: string | null): Promise<TimeWindow> {
  const [from, to] = windowBounds(index, partSeconds(results));
  const arrays = await getScanWindow(results.job_id, from, to, include, camera);
  await afterOthers();
  return buildWindow(arrays);
}

/**
 * The arrays around the playhead, loaded by time window: its own, the next, and the one before for trails. `camera`
 * names another than the first one; its boxes come at times of the first one's clock.
 */
export function useOverlay(scanId: string, results: WatchableResults, clock: VideoClock, camera: string | null): Overlay {
  const windowSeconds = partSeconds(results);
  const current = useCurrentWindow(clock, windowSeconds);
  const indices = windowsAround(current * windowSeconds, windowSeconds, results.video.duration_s);
  const include = camera !== null ? "tracks,poses" : results.calibration ? "tracks,poses,ball,world" : "tracks,poses,ball";
  const queries = useQueries({
    queries: indices.map((index) => ({
      // Below the scan's key: a finished correction makes the windows stale with everything else.
      queryKey: [...keys.scanWindow(scanId, index), include, camera],
      queryFn: () => loadWindow(results, index, include, camera),
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: KEEP_MS,
    })),
  });
  const [now, next, before] = [current, current + 1, current - 1].map((index) => queries[indices.indexOf(index)]);
  const windows = useMemo(
    () => [before?.data, now?.data, next?.data].filter((window): window is TimeWindow => window !== undefined),
    [before?.data, now?.data, next?.data],
  );
  const { fps } = results.video;
  return useMemo(
    () => ({
      frameAt: (t) => momentAt(windows, t, frameTolerance(fps)),
      recent: windows,
      loading: now?.isPending ?? false,
      failed: now?.isError ?? false,
    }),
    [windows, fps, now?.isPending, now?.isError],
  );
}
