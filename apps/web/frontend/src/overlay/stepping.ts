/**
 * Which time to seek to so that the browser shows the next or previous frame.
 *
 * A seek to exactly a frame's own time may show its neighbour (the time is rounded to the container's clock), so the
 * target is the middle of the wanted frame's interval.
 */
export function steppedTime(shown: number, frames: number, fps: number, duration: number): number {
  const target = shown + (frames + 0.5) / fps;
  return Math.min(Math.max(target, 0.5 / fps), Math.max(0, duration - 0.25 / fps));
}

/** Half a frame and a little: how far a frame's time may lie from the shown time and still be the same frame. */
export function frameTolerance(fps: number): number {
  return 0.6 / fps;
}
