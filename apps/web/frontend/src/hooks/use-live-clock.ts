import { useEffect, useState } from "react";
import { askServerTime } from "@/api/pairing";
import { measureClock, type ClockOffset } from "@/live/clock-sync";

const EXCHANGES = 8;
/** Clocks of phones drift by some milliseconds in this time. */
const AGAIN_MS = 5 * 60_000;
const RETRY_MS = 10_000;

/** How far this device's clock is from the server's; null until it is known. Measured again while the page is open. */
export function useLiveClock(active: boolean): ClockOffset | null {
  const [offset, setOffset] = useState<ClockOffset | null>(null);
  useEffect(() => {
    if (!active) return;
    let timer: ReturnType<typeof setTimeout>;
    let stopped = false;
    const measure = async () => {
      const found = await measureClock(askServerTime, EXCHANGES).catch(() => null);
      if (stopped) return;
      if (found) setOffset(found);
      timer = setTimeout(() => void measure(), found ? AGAIN_MS : RETRY_MS);
    };
    void measure();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [active]);
  return offset;
}
