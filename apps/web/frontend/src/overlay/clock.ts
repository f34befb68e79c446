/**
 * The time of the frame on screen, shared by the overlay, the timeline and the pitch map without a React render per
 * frame. The browser reports it exactly (`requestVideoFrameCallback`); without a playable film it is where one sought.
 */
import { steppedTime } from "./stepping";

type Listener = (t: number) => void;

export class VideoClock {
  time = 0;
  private video: HTMLVideoElement | null = null;
  /** How far the shown film's own clock is ahead of this one [s]; another camera's began earlier or later. */
  private ahead = 0;
  private readonly listeners = new Set<Listener>();

  constructor(
    readonly fps: number,
    readonly duration: number,
  ) {}

  subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Follow a video element whose clock is `ahead` seconds ahead; returns the way to let go of it. */
  attach(video: HTMLVideoElement, ahead = 0): () => void {
    this.video = video;
    this.ahead = ahead;
    let handle = 0;
    const onFrame: VideoFrameRequestCallback = (_now, { mediaTime }) => {
      this.publish(mediaTime - ahead);
      handle = video.requestVideoFrameCallback(onFrame);
    };
    handle = video.requestVideoFrameCallback(onFrame);
    // A film that is being loaded may tell of its first frame, and of no other, after another was sought.
    const onSeeked = () => {
      const shown = video.currentTime - ahead;
      if (Math.abs(shown - this.time) > 1 / this.fps) this.publish(shown);
    };
    video.addEventListener("seeked", onSeeked);
    return () => {
      video.removeEventListener("seeked", onSeeked);
      video.cancelVideoFrameCallback(handle);
      if (this.video === video) this.video = null;
    };
  }

  seek(t: number): void {
    const target = Math.min(Math.max(t, 0), this.duration);
    if (this.video) this.video.currentTime = target + this.ahead;
    else this.publish(target);
  }

  /** Move by whole frames; the film pauses. */
  step(frames: number): void {
    this.video?.pause();
    this.seek(steppedTime(this.time, frames, this.fps, this.duration));
  }

  pause(): void {
    this.video?.pause();
  }

  toggle(): void {
    if (!this.video) return;
    // A play() interrupted by a pause is not an error anybody can act on.
    if (this.video.paused) void this.video.play().catch(() => undefined);
    else this.video.pause();
  }

  private publish(t: number): void {
    this.time = t;
    this.listeners.forEach((listener) => listener(t));
  }
}
