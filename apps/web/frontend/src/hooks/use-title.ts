import { useEffect } from "react";

/** The browser tab's title, which screen readers announce on a page change. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title ? `${title} · Axolotl` : "Axolotl";
  }, [title]);
}
