/** Progress of a scan over `/ws/scan/<job>`: a message carries the whole state; the page polls while the socket is away. */
import { socketTicket } from "./account";
import { listen, type SocketPhase } from "./socket";
import type { ScanStatus } from "./types";

interface Handlers {
  onState: (state: ScanStatus) => void;
  onPhase: (phase: SocketPhase) => void;
}

/** Follow a job until `stop` is called or the server says it is over. Returns `stop`. */
export function followScan(jobId: string, { onState, onPhase }: Handlers): () => void {
  return listen<ScanStatus>({ path: `scan/${jobId}`, ticket: () => socketTicket("scan", jobId), onMessage: onState, onPhase });
}
