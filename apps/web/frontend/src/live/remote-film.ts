/**
 * The film of a camera that films elsewhere: for each state its picture is fetched, one at a time. A state waits for its
 * picture, so that both meet; states that come meanwhile overtake each other, and the newest is next. A line that swallows
 * a request does not stop the film: after a while the boxes go on without that picture.
 */
import type { Playout, Seen, SentFrames } from "./playout";

type Fetch = (camera: string, seq: number, signal: AbortSignal) => Promise<Blob>;

const PATIENCE_MS = 2000;

export class RemoteFilm {
  private waiting: Seen | null = null;
  private busy = false;

  constructor(
    private readonly camera: string,
    private readonly playout: Playout,
    private readonly pictures: SentFrames<Blob>,
    private readonly fetch: Fetch,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  add(seen: Seen): void {
    this.waiting = seen;
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    while (this.waiting) {
      const seen = this.waiting;
      this.waiting = null;
      try {
        this.pictures.push(seen.takenUs, await this.fetch(this.camera, seen.frame.frame, AbortSignal.timeout(this.patienceMs)));
      } catch {
        // Gone already, too late, or no network: the boxes are shown without it.
      }
      this.playout.add(seen);
    }
    this.busy = false;
  }
}
