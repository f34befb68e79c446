/** How the app looks and counts for somebody: what the account says, what this browser showed last, what it prefers. */
import type { Me, SpeedUnit, UnitSystem } from "@/api/types";
import { detectLanguage, isLanguage, type Language } from "@/i18n";
import { SPEEDS, SYSTEMS } from "@/units/units";

export type Theme = "system" | "light" | "dark";
export const THEMES: readonly Theme[] = ["system", "light", "dark"];

export interface Looks {
  theme: Theme;
  language: Language;
  system: UnitSystem;
  /** null: as usual with the system. */
  speed: SpeedUnit | null;
}

/** `public/looks.js` reads it before the first picture. */
const STORAGE_KEY = "axolotl.preferences";

/** As the browser prefers. */
export function usualLooks(): Looks {
  return { theme: "system", language: detectLanguage(), system: "metric", speed: null };
}

/** What this browser showed last, as far as it makes sense; else as it prefers. */
export function keptLooks(kept: string | null): Looks {
  const usual = usualLooks();
  const found = readLooks(kept);
  return {
    theme: THEMES.find((known) => known === found.theme) ?? usual.theme,
    language: typeof found.language === "string" && isLanguage(found.language) ? found.language : usual.language,
    system: SYSTEMS.find((known) => known === found.system) ?? usual.system,
    speed: SPEEDS.find((known) => known === found.speed) ?? usual.speed,
  };
}

function readLooks(kept: string | null): Partial<Record<keyof Looks, unknown>> {
  try {
    return (JSON.parse(kept ?? "{}") as Partial<Looks> | null) ?? {};
  } catch {
    return {};
  }
}

/** The account counts wherever it says something; its language may be one that we do not speak. What this browser showed
 * last does not count then: it was the account's, too. */
export function looksOf(me: Me | null | undefined, device: Looks): Looks {
  if (!me) return device;
  return {
    theme: me.theme,
    language: chosenLanguage(me) ?? detectLanguage(),
    system: me.units,
    speed: me.speed_unit || null,
  };
}

/** The account's language, if we speak it; null where each device has its own. */
export function chosenLanguage({ language }: Pick<Me, "language">): Language | null {
  const code = (language ?? "").slice(0, 2);
  return isLanguage(code) ? code : null;
}

export function loadLooks(): Looks {
  try {
    return keptLooks(localStorage.getItem(STORAGE_KEY));
  } catch {
    // Private windows may refuse storage.
    return usualLooks();
  }
}

/** Keep for the next visit; null: nobody's any more. */
export function storeLooks(looks: Looks | null): void {
  try {
    if (looks) localStorage.setItem(STORAGE_KEY, JSON.stringify(looks));
    else localStorage.removeItem(STORAGE_KEY);
  } catch {
    // Kept for this visit only.
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
