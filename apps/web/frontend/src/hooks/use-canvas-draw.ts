import { useEffect, type RefObject } from "react";
import type { VideoClock } from "@/overlay/clock";

/** Draw at every shown frame, when there is something else to draw, and when the canvas changes its size. */
export function useCanvasDraw(canvas: RefObject<HTMLCanvasElement | null>, clock: VideoClock, draw: (t: number) => void): void {
  useEffect(() => {
    draw(clock.time);
    return clock.subscribe(draw);
  }, [clock, draw]);
  useEffect(() => {
    const observer = new ResizeObserver(() => draw(clock.time));
    if (canvas.current) observer.observe(canvas.current);
    return () => observer.disconnect();
  }, [canvas, clock, draw]);
}
