/**
 * The one upload of this browser tab, outside React: it goes on while the coach looks at other pages.
 *
 * idle → uploading ⇄ waiting (no network; retried by itself) → starting (the scan is being created) → done | failed
 */
import type { Upload } from "tus-js-client";
import { ApiError, errorFrom } from "@/api/errors";
import { startQuickScan } from "@/api/scans";
import { currentAccessToken } from "@/api/token";
import type { QuickScanAnswer, QuickScanInput } from "@/api/types";
import { addSample, bytesPerSecond, secondsLeft, type RateSample } from "./rate";

export type ScanChoice = Omit<QuickScanInput, "upload_id">;

export interface UploadState {
  phase: "idle" | "uploading" | "waiting" | "starting" | "done" | "failed";
  fileName: string;
  sent: number;
  total: number;
  bytesPerSecond: number | null;
  secondsLeft: number | null;
  answer: QuickScanAnswer | null;
  error: unknown;
}

/** The server takes pieces of at most 8 MB (design: tus uploads), so that its memory stays flat. */
const CHUNK_BYTES = 8 * 1024 * 1024;
const RETRY_DELAYS_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000, 60_000];
const FINAL_REFUSALS = new Set([400, 403, 404, 410, 413, 415, 422]);

const IDLE: UploadState = {
  phase: "idle",
  fileName: "",
  sent: 0,
  total: 0,
  bytesPerSecond: null,
  secondsLeft: null,
  answer: null,
  error: null,
};

let state: UploadState = IDLE;
let running: Upload | null = null;
let samples: RateSample[] = [];
const listeners = new Set<() => void>();

function change(next: Partial<UploadState>): void {
  state = { ...state, ...next };
  listeners.forEach((listener) => listener());
}

export function subscribeUpload(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function uploadState(): UploadState {
  return state;
}

export function isBusy({ phase }: UploadState): boolean {
  return phase === "uploading" || phase === "waiting" || phase === "starting";
}

function warnBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function onProgress(sent: number, total: number): void {
  samples = addSample(samples, { at: performance.now(), bytes: sent });
  change({
    phase: "uploading",
    sent,
    total,
    bytesPerSecond: bytesPerSecond(samples),
    secondsLeft: secondsLeft(samples, total),
  });
}

/** The server's own error out of what the upload library reports. */
function toApiError(cause: unknown): unknown {
  const response = (cause as { originalResponse?: { getStatus(): number; getBody(): string } | null }).originalResponse;
  if (!response) return new ApiError(0, "UNREACHABLE", "");
  try {
    return errorFrom(response.getStatus(), JSON.parse(response.getBody()), null);
  } catch {
    return errorFrom(response.getStatus(), null, null);
  }
}

function fail(error: unknown): void {
  removeEventListener("beforeunload", warnBeforeLeaving);
  running = null;
  change({ phase: "failed", error });
}

async function startScan(uploadUrl: string, choice: ScanChoice): Promise<void> {
  change({ phase: "starting" });
  const uploadId = new URL(uploadUrl, location.origin).pathname.split("/").filter(Boolean).at(-1)!;
  try {
    const answer = await startQuickScan({ ...choice, upload_id: uploadId });
    removeEventListener("beforeunload", warnBeforeLeaving);
    running = null;
    change({ phase: "done", answer });
  } catch (error) {
    fail(error);
  }
}

function shouldRetry(cause: unknown): boolean {
  const status = (cause as { originalResponse?: { getStatus(): number } | null }).originalResponse?.getStatus() ?? 0;
  if (FINAL_REFUSALS.has(status)) return false;
  change({ phase: "waiting", bytesPerSecond: null, secondsLeft: null });
  samples = [];
  return true;
}

/** Send a film and start its scan. The same file sent again goes on where it stopped, also after a reload. */
export async function startUpload(file: File, choice: ScanChoice): Promise<void> {
  const tus = await import("tus-js-client");
  samples = [];
  change({ ...IDLE, phase: "uploading", fileName: file.name, total: file.size });
  addEventListener("beforeunload", warnBeforeLeaving);
  const upload = new tus.Upload(file, {
    endpoint: `${location.origin}/api/scan/uploads`,
    chunkSize: CHUNK_BYTES,
    retryDelays: RETRY_DELAYS_MS,
    removeFingerprintOnSuccess: true,
    metadata: { filename: file.name, filetype: file.type },
    onBeforeRequest: async (request) => {
      const token = await currentAccessToken();
      if (token) request.setHeader("Authorization", `Bearer ${token}`);
    },
    onShouldRetry: shouldRetry,
    onProgress,
    onError: (cause) => fail(toApiError(cause)),
    onSuccess: () => void startScan(upload.url!, choice),
  });
  running = upload;
  const [previous] = await upload.findPreviousUploads();
  if (previous) upload.resumeFromPreviousUpload(previous);
  upload.start();
}

/** Stop, and throw away what the server holds of it. */
export async function cancelUpload(): Promise<void> {
  const upload = running;
  running = null;
  removeEventListener("beforeunload", warnBeforeLeaving);
  change(IDLE);
  await upload?.abort(true).catch(() => undefined);
}

/** Forget a finished or failed upload. */
export function clearUpload(): void {
  if (!isBusy(state)) change(IDLE);
}
