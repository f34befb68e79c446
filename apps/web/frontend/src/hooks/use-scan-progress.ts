import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { followScan } from "@/api/progress-socket";
import { keys } from "@/api/query";
import type { SocketPhase } from "@/api/socket";
import type { ScanStatus } from "@/api/types";
import { isActive, useScanStatus } from "./use-scan";

/** A message older than what is shown (they may overtake each other after a reconnect) is dropped. */
function newer(shown: ScanStatus | undefined, arrived: ScanStatus): boolean {
  return arrived.version >= (shown?.version ?? 0);
}

/** A scan's state by id (session or job): by socket while it runs, by polling when the socket is away. */
export function useScanProgress(id: string) {
  const client = useQueryClient();
  const [phase, setPhase] = useState<SocketPhase>("closed");
  const status = useScanStatus(id, { live: phase === "open" });
  const { data } = status;
  const jobId = data?.job_id;
  const active = isActive(data?.status);

  useEffect(() => {
    if (!jobId || !active) return;
    const stop = followScan(jobId, {
      onPhase: setPhase,
      onState: (arrived) => {
        client.setQueryData<ScanStatus>(keys.scanStatus(id), (shown) =>
          newer(shown, arrived) ? { ...shown, ...arrived } : shown,
        );
      },
    });
    return () => {
      stop();
      setPhase("closed");
    };
  }, [client, id, jobId, active]);

  const end = data && (active ? "" : `${data.status} ${data.ended_at}`);
  const lastEnd = useRef(end);
  useEffect(() => {
    // The end of a scan, however it was heard of, makes all that was read of it before stale; a short rerun may have
    // ended before anybody saw it run.
    if (lastEnd.current !== undefined && end && end !== lastEnd.current) {
      void client.invalidateQueries({ queryKey: keys.scan(id) });
      void client.invalidateQueries({ queryKey: keys.sessions });
      void client.invalidateQueries({ queryKey: keys.dashboard });
    }
    if (end !== undefined) lastEnd.current = end;
  }, [client, id, end]);

  return { ...status, connectionLost: active && phase === "lost" };
}
