/**
 * Film kept on this phone while the network is away: pieces in the browser's database, so that neither a reload nor a
 * locked screen loses them. Bounded: what does not fit any more is not filmed, and the page says so.
 */
export const MAX_CLIP_BYTES = 200 * 1024 * 1024;

export interface Clip {
  id: string;
  startedAt: number;
  endedAt: number;
  bytes: number;
  mimeType: string;
  title: string;
  /** The store was full before the network came back. */
  full: boolean;
}

const DATABASE = "axolotl-clips";
const CLIPS = "clips";
const PIECES = "pieces";
const BY_CLIP = "clip";

function asked<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function database(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(CLIPS, { keyPath: "id" });
    request.result.createObjectStore(PIECES, { autoIncrement: true }).createIndex(BY_CLIP, "clip");
  };
  return asked(request);
}

async function within<Result>(mode: IDBTransactionMode, work: (clips: IDBObjectStore, pieces: IDBObjectStore) => Promise<Result>): Promise<Result> {
  const db = await database();
  try {
    const transaction = db.transaction([CLIPS, PIECES], mode);
    return await work(transaction.objectStore(CLIPS), transaction.objectStore(PIECES));
  } finally {
    db.close();
  }
}

/** All clips of this phone, oldest first; none where the browser keeps nothing (a private window). */
export async function listClips(): Promise<Clip[]> {
  try {
    const clips = (await within("readonly", (store) => asked(store.getAll()))) as Clip[];
    return clips.sort((a, b) => a.startedAt - b.startedAt);
  } catch {
    return [];
  }
}

/** Add a piece to a clip, or open it with its first. */
export function addPiece(clip: Clip, piece: Blob): Promise<void> {
  return within("readwrite", async (clips, pieces) => {
    await asked(clips.put(clip));
    await asked(pieces.add({ clip: clip.id, piece }));
  });
}

export function markClip(clip: Clip): Promise<void> {
  return within("readwrite", async (clips) => void (await asked(clips.put(clip))));
}

/** `.mkv`: the server takes no name ending in `.webm`, which is the same container under a narrower name. */
export function clipName({ startedAt, mimeType }: Pick<Clip, "startedAt" | "mimeType">): string {
  const stamp = new Date(startedAt).toISOString().slice(0, 19).replaceAll(":", "-");
  return `live-${stamp}.${mimeType.includes("mp4") ? "mp4" : "mkv"}`;
}

/** A clip as a film to be sent. */
export async function readClip(clip: Clip): Promise<File> {
  const found = (await within("readonly", (_clips, pieces) => asked(pieces.index(BY_CLIP).getAll(clip.id)))) as { piece: Blob }[];
  return new File(found.map(({ piece }) => piece), clipName(clip), { type: clip.mimeType, lastModified: clip.endedAt });
}

export function removeClip(id: string): Promise<void> {
  return within("readwrite", async (clips, pieces) => {
    await asked(clips.delete(id));
    for (const key of await asked(pieces.index(BY_CLIP).getAllKeys(id))) await asked(pieces.delete(key));
  });
}
