import { useEffect, useState } from "react";
import type { VideoClock } from "@/overlay/clock";

/** The shown time for text and charts, at most every `interval` milliseconds; exact as soon as the film rests. */
export function useClockTime(clock: VideoClock, interval = 100): number {
  const [time, setTime] = useState(clock.time);
  useEffect(() => {
    let last = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = clock.subscribe((t) => {
      clearTimeout(timer);
      const wait = last + interval - performance.now();
      if (wait <= 0) {
        last = performance.now();
        setTime(t);
      } else {
        timer = setTimeout(() => setTime(t), wait);
      }
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [clock, interval]);
  return time;
}
