/** Pictures of a camera or a shared screen, and why there are none, in kinds that a page can explain. */
import type { Quality } from "./quality";
import { sentSize } from "./quality";

export type CaptureSource = { kind: "camera"; deviceId?: string; facing?: Facing } | { kind: "screen" };
export type Facing = "user" | "environment";
export type CaptureProblem = "denied" | "none" | "busy" | "insecure" | "unsupported" | "broken";

/** As large as a session ever sends; a camera that cannot do it gives what it has. */
const WISHED = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } } as const;

const PROBLEMS: Record<string, CaptureProblem> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};

export function captureProblem(error: unknown): CaptureProblem {
  return PROBLEMS[(error as { name?: string } | null)?.name ?? ""] ?? "broken";
}

/** What stands in the way before anybody is asked: browsers give cameras to pages on https or localhost only. */
export function missingCapture(kind: CaptureSource["kind"]): CaptureProblem | null {
  if (!isSecureContext) return "insecure";
  const needed = kind === "camera" ? "getUserMedia" : "getDisplayMedia";
  return navigator.mediaDevices && needed in navigator.mediaDevices ? null : "unsupported";
}

export function openCapture(source: CaptureSource): Promise<MediaStream> {
  if (source.kind === "screen") return navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 30 } }, audio: false });
  const which = source.deviceId ? { deviceId: { exact: source.deviceId } } : source.facing ? { facingMode: source.facing } : {};
  return navigator.mediaDevices.getUserMedia({ video: { ...WISHED, ...which }, audio: false });
}

export function closeCapture(stream: MediaStream | null): void {
  stream?.getTracks().forEach((track) => track.stop());
}

export interface Taken {
  picture: Blob;
  width: number;
  height: number;
}

/** Makes JPEGs of what a video element shows; one at a time. */
export class Shutter {
  private readonly canvas = document.createElement("canvas");

  /** The picture now; null before the camera gives any. */
  async take(video: HTMLVideoElement, quality: Quality): Promise<Taken | null> {
    if (video.videoWidth === 0) return null;
    const { width, height } = sentSize({ width: video.videoWidth, height: video.videoHeight }, quality);
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    this.canvas.getContext("2d", { alpha: false })!.drawImage(video, 0, 0, width, height);
    const picture = await new Promise<Blob | null>((done) => this.canvas.toBlob(done, "image/jpeg", quality.jpeg));
    return picture && { picture, width, height };
  }
}

/** A hidden page gets no frame callbacks; a timer still comes about once a second. */
const HIDDEN_PAUSE_MS = 250;

/** Call `onPicture` for each new picture, with when it was taken on this page's clock [ms]. Returns `stop`. */
export function watchPictures(video: HTMLVideoElement, onPicture: (takenMs: number) => void): () => void {
  let stopped = false;
  let heard = 0;
  let handle = video.requestVideoFrameCallback(function onFrame(now, { captureTime }) {
    if (stopped) return;
    heard = performance.now();
    handle = video.requestVideoFrameCallback(onFrame);
    onPicture(captureTime ?? now);
  });
  const timer = setInterval(() => {
    const track = (video.srcObject as MediaStream | null)?.getVideoTracks()[0];
    const alive = track?.readyState === "live" && !track.muted;
    if (document.hidden && alive && performance.now() - heard > HIDDEN_PAUSE_MS) onPicture(performance.now());
  }, HIDDEN_PAUSE_MS);
  return () => {
    stopped = true;
    clearInterval(timer);
    video.cancelVideoFrameCallback(handle);
  };
}
