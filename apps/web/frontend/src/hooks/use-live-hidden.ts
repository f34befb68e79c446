import { useEffect, useState } from "react";

/** Shorter than this nobody notices. */
const WORTH_TELLING_MS = 1500;

/** How long the page was last in the background while `active` [s]; null if it was not. */
export function useLiveHidden(active: boolean): number | null {
  const [seconds, setSeconds] = useState<number | null>(null);
  useEffect(() => {
    if (!active) return;
    setSeconds(null);
    let since = document.hidden ? Date.now() : 0;
    const change = () => {
      if (document.hidden) {
        since = Date.now();
        return;
      }
      const away = since ? Date.now() - since : 0;
      if (away > WORTH_TELLING_MS) setSeconds(Math.round(away / 1000));
    };
    document.addEventListener("visibilitychange", change);
    return () => document.removeEventListener("visibilitychange", change);
  }, [active]);
  return seconds;
}
