import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { fetchMe } from "@/api/account";
import { forgetWords, keys } from "@/api/query";
import type { Me, SpeedUnit, Units, UnitSystem } from "@/api/types";
import { changeLanguage, detectLanguage, type Language } from "@/i18n";
import { SPEEDS, SYSTEMS, unitsOf } from "@/units/units";

export type Theme = "system" | "light" | "dark";

interface Preferences {
  theme: Theme;
  language: Language;
  system: UnitSystem;
  /** null: as usual with the system. */
  speed: SpeedUnit | null;
}

interface PreferencesContext extends Preferences {
  units: Units;
  /** Where times are told; undefined: where this device is. */
  timeZone: string | undefined;
  set: (change: Partial<Preferences>) => void;
}

const STORAGE_KEY = "axolotl.preferences";
const Context = createContext<PreferencesContext | null>(null);

function load(): Preferences {
  const defaults: Preferences = { theme: "system", language: detectLanguage(), system: "metric", speed: null };
  try {
    const stored = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}") as Partial<Preferences>;
    const system = SYSTEMS.find((known) => known === stored.system) ?? defaults.system;
    const speed = SPEEDS.find((known) => known === stored.speed) ?? defaults.speed;
    return { ...defaults, ...stored, system, speed };
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

/** One's own zone, else the one that all one's teams share. */
function zoneOf(me: Me | null | undefined): string | undefined {
  if (!me) return undefined;
  const zones = new Set(me.memberships.map(({ team }) => team.time_zone));
  return me.time_zone ?? (zones.size === 1 ? [...zones][0] : undefined);
}

/** Who is signed in, once the pages have asked: their units count, this device's only before. */
function useKnownMe(): Me | null | undefined {
  return useQuery({ queryKey: keys.me, queryFn: fetchMe, enabled: false }).data;
}

export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [chosen, setChosen] = useState(load);
  const me = useKnownMe();
  const client = useQueryClient();
  const { theme, language } = chosen;
  const system = me?.units ?? chosen.system;
  const speed = me ? me.speed_unit || null : chosen.speed;
  const timeZone = zoneOf(me);
  const spoken = useRef(language);
  // Before the pages below ask the server for anything: they ask in this language.
  useLayoutEffect(() => {
    void changeLanguage(language);
    if (spoken.current !== language) void forgetWords(client);
    spoken.current = language;
  }, [client, language]);
  useLayoutEffect(() => {
    applyTheme(theme);
    store({ theme, language, system, speed });
  }, [theme, language, system, speed]);
  const units = useMemo(() => unitsOf(system, speed), [system, speed]);
  const value = useMemo(
    () => ({
      ...{ theme, language, system, speed, units, timeZone },
      set: (change: Partial<Preferences>) => setChosen((now) => ({ ...now, ...change })),
    }),
    [theme, language, system, speed, units, timeZone],
  );
  return <Context value={value}>{children}</Context>;
}

export function usePreferences(): PreferencesContext {
  const value = useContext(Context);
  if (!value) throw new Error("usePreferences needs a PreferencesProvider above it");
  return value;
}
