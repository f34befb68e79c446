import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { forgetWords } from "@/api/query";
import type { Units } from "@/api/types";
import { changeLanguage, detectLanguage, type Language } from "@/i18n";
import { UNITS } from "@/units/format";

export type Theme = "system" | "light" | "dark";

interface Preferences {
  theme: Theme;
  units: Units;
  language: Language;
}

interface PreferencesContext extends Preferences {
  set: (change: Partial<Preferences>) => void;
}

const STORAGE_KEY = "axolotl.preferences";
const Context = createContext<PreferencesContext | null>(null);

function load(): Preferences {
  const defaults: Preferences = { theme: "system", units: "km/h", language: detectLanguage() };
  try {
    const stored = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}") as Partial<Preferences>;
    const units = UNITS.includes(stored.units as Units) ? stored.units! : defaults.units;
    return { ...defaults, ...stored, units };
  } catch {
    // Private windows may refuse storage; the defaults do.
    return defaults;
  }
}

function store(preferences: Preferences): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(preferences));
  } catch {
    // Kept for this visit only.
  }
}

function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [preferences, setPreferences] = useState(load);
  const client = useQueryClient();
  const { language } = preferences;
  const spoken = useRef(language);
  // Before the pages below ask the server for anything: they ask in this language.
  useLayoutEffect(() => {
    void changeLanguage(language);
    if (spoken.current !== language) void forgetWords(client);
    spoken.current = language;
  }, [client, language]);
  useLayoutEffect(() => {
    applyTheme(preferences.theme);
    store(preferences);
  }, [preferences]);
  const value = useMemo(
    () => ({
      ...preferences,
      set: (change: Partial<Preferences>) => setPreferences((now) => ({ ...now, ...change })),
    }),
    [preferences],
  );
  return <Context value={value}>{children}</Context>;
}

export function usePreferences(): PreferencesContext {
  const value = useContext(Context);
  if (!value) throw new Error("usePreferences needs a PreferencesProvider above it");
  return value;
}
