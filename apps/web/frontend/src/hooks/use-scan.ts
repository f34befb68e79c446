import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "@/api/query";
import {
  cancelScan,
  getScanKpis,
  getScanResults,
  getScanStatus,
  getSpeedCurve,
  listKpiDefinitions,
  listPresets,
  retryScan,
  type VideoFacts,
} from "@/api/scans";
import type { JobStatus } from "@/api/types";

export const POLL_MS = 3000;

export function isActive(status: JobStatus | undefined): boolean {
  return status === "queued" || status === "running";
}

export function usePresets(video: VideoFacts, enabled: boolean) {
  return useQuery({ queryKey: keys.presets(video), queryFn: () => listPresets(video), enabled });
}

/** State of a scan; asks again every few seconds unless a socket keeps it fresh. */
export function useScanStatus(id: string, { live }: { live: boolean }) {
  return useQuery({
    queryKey: keys.scanStatus(id),
    queryFn: () => getScanStatus(id),
    refetchInterval: ({ state }) => (!live && isActive(state.data?.status) ? POLL_MS : false),
  });
}

/** Links in an answer die after 15 minutes; an open page asks for new ones before that. */
const RESULTS_STALE_MS = 12 * 60 * 1000;

/** A film's copy without faces takes minutes. */
const FACES_POLL_MS = 30_000;

export function useScanResults(id: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.scanResults(id),
    queryFn: () => getScanResults(id),
    enabled,
    refetchInterval: ({ state }) => (state.data?.video?.faces === "being_made" ? FACES_POLL_MS : false),
    staleTime: RESULTS_STALE_MS,
  });
}

export function useScanKpis(id: string, enabled: boolean) {
  return useQuery({ queryKey: keys.scanKpis(id), queryFn: () => getScanKpis(id), enabled });
}

/** A track's speed over time, kept until a rerun: 27,000 points of a match are not asked for again by the way. */
export function useSpeedCurve(id: string, trackId: number) {
  return useQuery({
    queryKey: keys.speedCurve(id, trackId),
    queryFn: () => getSpeedCurve(id, trackId),
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
}

export function useKpiCatalogue() {
  return useQuery({ queryKey: keys.kpiCatalogue, queryFn: listKpiDefinitions, staleTime: Number.POSITIVE_INFINITY });
}

interface Worded {
  key: string;
  name: string;
  definition: string;
}

/** A figure's name and definition as the catalogue tells them, in the language of the page. */
export function useMetricWords(): <Metric extends Worded>(metric: Metric) => Metric {
  const { data } = useKpiCatalogue();
  return (metric) => {
    const entry = data?.find(({ key }) => key === metric.key);
    return entry ? { ...metric, name: entry.name, definition: entry.definition } : metric;
  };
}

/** Cancel or retry; both answer with the new state or change it soon after. */
export function useScanAction(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (action: "cancel" | "retry") => (action === "cancel" ? cancelScan(id) : retryScan(id)),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.scan(id) });
      void client.invalidateQueries({ queryKey: keys.sessions });
    },
  });
}
