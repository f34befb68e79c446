import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { keys } from "@/api/query";
import { getScanWindow } from "@/api/scans";
import type { WatchableResults } from "@/api/types";
import type { VideoClock } from "@/overlay/clock";
import { windowBounds, windowsAround } from "@/overlay/windows";
import { spaceWindow, type SpaceWindow } from "@/space/skeletons";
import { useCurrentWindow } from "./use-overlay";

const KEEP_MS = 60_000;

async function load(results: WatchableResults, index: number): Promise<SpaceWindow> {
  const [from, to] = windowBounds(index, results.arrays.window_s);
  return spaceWindow((await getScanWindow(results.job_id, from, to, "points3d")).points3d);
}

/** Joints in space around the playhead, of a scan of several cameras; nothing for one camera. */
export function useSpace(scanId: string, results: WatchableResults, clock: VideoClock) {
  const { window_s: windowSeconds } = results.arrays;
  const current = useCurrentWindow(clock, windowSeconds);
  const indices = results.films.length > 1 ? windowsAround(current * windowSeconds, windowSeconds, results.video.duration_s) : [];
  const queries = useQueries({
    queries: indices.map((index) => ({
      queryKey: keys.points3d(scanId, index),
      queryFn: () => load(results, index),
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: KEEP_MS,
    })),
  });
  const [now, next, before] = [current, current + 1, current - 1].map((index) => queries[indices.indexOf(index)]);
  const windows = useMemo(
    () => [before?.data, now?.data, next?.data].filter((window): window is SpaceWindow => window !== undefined),
    [before?.data, now?.data, next?.data],
  );
  return { windows, loading: now?.isLoading ?? false, error: now?.error ?? null };
}
