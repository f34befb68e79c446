/**
 * The one upload of this browser tab, of one film or of several cameras', outside React: it goes on while the coach
 * looks at other pages.
 *
 * idle → uploading ⇄ waiting (no network; retried by itself) → starting (the scan is being created) → done | failed
 */
import type { Upload } from "tus-js-client";
import { ApiError, errorFrom } from "@/api/errors";
import { startMultiviewScan, startQuickScan } from "@/api/scans";
import { currentAccessToken } from "@/api/token";
import type { MultiviewScanInput, QuickScanAnswer, QuickScanInput } from "@/api/types";
import { addSample, bytesPerSecond, secondsLeft, type RateSample } from "./rate";

export type ScanChoice = Omit<QuickScanInput, "upload_id">;
export type RigChoice = Omit<MultiviewScanInput, "uploads">;

/** One film of several, by its camera. */
export interface UploadPart {
  camera: string;
  sent: number;
  total: number;
}

export interface UploadState {
  phase: "idle" | "uploading" | "waiting" | "starting" | "done" | "failed";
  fileName: string;
  /** Of a scan of several cameras; empty for one film. */
  parts: readonly UploadPart[];
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
  parts: [],
  sent: 0,
  total: 0,
  bytesPerSecond: null,
  secondsLeft: null,
  answer: null,
  error: null,
};

let state: UploadState = IDLE;
/** What this try has sent or sends; several only for several cameras. */
let running: Upload[] = [];
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

/** `sent` of film `index` and everything of those before it has travelled. */
function onProgress(index: number, sent: number): void {
  const parts = state.parts.map((part, i) => (i === index ? { ...part, sent } : part));
  const all = parts.length > 0 ? parts.reduce((sum, part) => sum + part.sent, 0) : sent;
  samples = addSample(samples, { at: performance.now(), bytes: all });
  change({
    phase: "uploading",
    parts,
    sent: all,
    bytesPerSecond: bytesPerSecond(samples),
    secondsLeft: secondsLeft(samples, state.total),
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

function leave(next: Partial<UploadState>): void {
  removeEventListener("beforeunload", warnBeforeLeaving);
  running = [];
  change(next);
}

function shouldRetry(cause: unknown): boolean {
  const status = (cause as { originalResponse?: { getStatus(): number } | null }).originalResponse?.getStatus() ?? 0;
  if (FINAL_REFUSALS.has(status)) return false;
  change({ phase: "waiting", bytesPerSecond: null, secondsLeft: null });
  samples = [];
  return true;
}

/**
 * Send one file; resolves with the upload's id. The same file sent again goes on where it stopped, also after a reload;
 * `keep` remembers a finished one too, so that a refused request costs no second journey.
 */
async function send(file: File, index: number, { mine, keep }: { mine: Upload[]; keep: boolean }): Promise<string> {
  const tus = await import("tus-js-client");
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const upload = new tus.Upload(file, {
    endpoint: `${location.origin}/api/scan/uploads`,
    chunkSize: CHUNK_BYTES,
    retryDelays: RETRY_DELAYS_MS,
    removeFingerprintOnSuccess: !keep,
    metadata: { filename: file.name, filetype: file.type },
    onBeforeRequest: async (request) => {
      const token = await currentAccessToken();
      if (token) request.setHeader("Authorization", `Bearer ${token}`);
    },
    onShouldRetry: shouldRetry,
    onProgress: (sent) => onProgress(index, sent),
    onError: (cause) => reject(toApiError(cause)),
    onSuccess: () => resolve(new URL(upload.url!, location.origin).pathname.split("/").filter(Boolean).at(-1)!),
  });
  mine.push(upload);
  const [previous] = await upload.findPreviousUploads();
  if (previous) upload.resumeFromPreviousUpload(previous);
  // Cancelled meanwhile: nobody waits for it any more.
  if (running === mine) upload.start();
  return promise;
}

/** What became a scan is no longer there to go on with. */
async function forget(uploads: readonly Upload[]): Promise<void> {
  const { defaultOptions } = await import("tus-js-client");
  for (const upload of uploads) {
    for (const { urlStorageKey } of await upload.findPreviousUploads()) await defaultOptions.urlStorage.removeUpload(urlStorageKey);
  }
}

interface Sending {
  fileName: string;
  files: readonly File[];
  cameras?: readonly string[];
  /** Create the scan once everything is there. */
  begin: (uploadIds: string[]) => Promise<QuickScanAnswer>;
}

/** Resolves with whether a scan began. */
async function sendAll({ fileName, files, cameras, begin }: Sending): Promise<boolean> {
  samples = [];
  const mine: Upload[] = [];
  running = mine;
  const parts = cameras?.map((camera, i) => ({ camera, sent: 0, total: files[i]!.size })) ?? [];
  change({ ...IDLE, phase: "uploading", fileName, parts, total: files.reduce((sum, { size }) => sum + size, 0) });
  addEventListener("beforeunload", warnBeforeLeaving);
  try {
    const ids: string[] = [];
    for (const [index, file] of files.entries()) ids.push(await send(file, index, { mine, keep: files.length > 1 }));
    change({ phase: "starting" });
    const answer = await begin(ids);
    leave({ phase: "done", answer });
    await forget(mine).catch(() => undefined);
    return true;
  } catch (error) {
    // A cancelled try may still hear of its end; the next one is no longer its business.
    if (running === mine) leave({ phase: "failed", error });
    return false;
  }
}

/** Send a film and start its scan. */
export function startUpload(file: File, choice: ScanChoice): Promise<boolean> {
  return sendAll({
    fileName: file.name,
    files: [file],
    begin: ([id]) => startQuickScan({ ...choice, upload_id: id! }),
  });
}

/** Send the films of several cameras, one after the other, and start their one scan. */
export function startRigUpload(films: readonly { camera: string; file: File }[], choice: RigChoice): Promise<boolean> {
  const cameras = films.map(({ camera }) => camera);
  return sendAll({
    fileName: films.map(({ file }) => file.name).join(", "),
    files: films.map(({ file }) => file),
    cameras,
    begin: (ids) =>
      startMultiviewScan({ ...choice, uploads: ids.map((upload_id, i) => ({ camera: cameras[i]!, upload_id })) }),
  });
}

/** Stop, and throw away what the server holds of it. */
export async function cancelUpload(): Promise<void> {
  const uploads = running;
  leave(IDLE);
  await Promise.all(uploads.map((upload) => upload.abort(true).catch(() => undefined)));
}

/** Forget a finished or failed upload. */
export function clearUpload(): void {
  if (!isBusy(state)) change(IDLE);
}
