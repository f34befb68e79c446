import { useEffect } from "react";
import type { VideoClock } from "@/overlay/clock";

const OWN_KEYS = "input, select, textarea, [role=slider], [role=radio], [role=tab], [role=dialog], [role=application], [contenteditable]";

/** Space plays and pauses, arrows step; not while a control that has its own use for these keys is focused. */
export function useVideoKeys(clock: VideoClock): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || target.closest(OWN_KEYS)) return;
      if (event.key === " " && !target.closest("button, a")) clock.toggle();
      else if (event.key === "ArrowLeft") move(-1, event.shiftKey);
      else if (event.key === "ArrowRight") move(1, event.shiftKey);
      else return;
      event.preventDefault();
    };
    const move = (direction: number, second: boolean) =>
      second ? clock.seek(clock.time + direction) : clock.step(direction);
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [clock]);
}
