/** Films into the phone's own store from when the line was lost until it is back. */
import { randomKey } from "@/api/random-key";
import { addPiece, listClips, markClip, MAX_CLIP_BYTES, type Clip } from "./clip-store";

const PIECE_MS = 2000;
const BITS_PER_S = 4_000_000;
/** What the server reads best first. */
const KINDS = ["video/mp4;codecs=avc1", "video/x-matroska;codecs=avc1", "video/webm;codecs=vp8", "video/webm", "video/mp4"] as const;

export function filmKind(supported: (kind: string) => boolean): string | null {
  return KINDS.find(supported) ?? null;
}

/** Whether this browser can keep film at all. */
export function canKeepFilm(): boolean {
  return typeof MediaRecorder !== "undefined" && "indexedDB" in globalThis && filmKind((kind) => MediaRecorder.isTypeSupported(kind)) !== null;
}

export interface Keeping {
  clip: Clip;
  /** End the clip; resolves when its last piece is kept. */
  stop: () => Promise<void>;
}

/** Start filming into the store; null when it is full or the browser cannot. `onClip` hears of each piece kept. */
export async function keepFilm(stream: MediaStream, title: string, onClip: (clip: Clip) => void): Promise<Keeping | null> {
  if (!canKeepFilm()) return null;
  const used = (await listClips()).reduce((sum, { bytes }) => sum + bytes, 0);
  const room = MAX_CLIP_BYTES - used;
  if (room <= 0 || !stream.active) return null;
  const mimeType = filmKind((kind) => MediaRecorder.isTypeSupported(kind))!;
  const recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: BITS_PER_S });
  const now = Date.now();
  let clip: Clip = { id: randomKey(), startedAt: now, endedAt: now, bytes: 0, mimeType, title, full: false };
  let kept = Promise.resolve();
  recorder.ondataavailable = ({ data }) => {
    if (data.size === 0) return;
    const full = clip.bytes + data.size > room;
    clip = full ? { ...clip, full } : { ...clip, bytes: clip.bytes + data.size, endedAt: Date.now() };
    const state = clip;
    if (full && recorder.state === "recording") recorder.stop();
    kept = kept
      .then(() => (full ? markClip(state) : addPiece(state, data)))
      .then(() => onClip(state))
      // The disk is full: what is kept so far stays a film.
      .catch(() => {
        if (recorder.state === "recording") recorder.stop();
      });
  };
  const ended = new Promise<void>((resolve) => {
    recorder.onstop = () => resolve();
  });
  recorder.start(PIECE_MS);
  return {
    clip,
    stop: async () => {
      if (recorder.state !== "inactive") recorder.stop();
      await ended;
      await kept;
    },
  };
}
