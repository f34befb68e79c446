import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { fetchMe } from "@/api/account";
import { forgetWords, keys } from "@/api/query";
import type { Me, Units } from "@/api/types";
import { changeLanguage } from "@/i18n";
import { unitsOf } from "@/units/units";
import { applyTheme, loadLooks, looksOf, storeLooks, usualLooks, type Looks } from "./looks";

interface PreferencesContext extends Looks {
  units: Units;
  /** Where times are told; undefined: where this device is. */
  timeZone: string | undefined;
}

const Context = createContext<PreferencesContext | null>(null);

/** One's own zone, else the one that all one's teams share. */
function zoneOf(me: Me | null | undefined): string | undefined {
  if (!me) return undefined;
  const zones = new Set(me.memberships.map(({ team }) => team.time_zone));
  return me.time_zone ?? (zones.size === 1 ? [...zones][0] : undefined);
}

/** Who is signed in, once the pages have asked: their account counts, this browser only before. */
function useKnownMe(): Me | null | undefined {
  return useQuery({ queryKey: keys.me, queryFn: fetchMe, enabled: false }).data;
}

/** What this browser shows without an account: what it showed last, from a sign-out on what it prefers. */
function useDeviceLooks(me: Me | null | undefined): Looks {
  const [looks, setLooks] = useState(loadLooks);
  const [signedIn, setSignedIn] = useState(false);
  if (me && !signedIn) setSignedIn(true);
  if (me === null && signedIn) {
    setSignedIn(false);
    setLooks(usualLooks());
  }
  return looks;
}

export function PreferencesProvider({ children }: { children: ReactNode }) {
  const me = useKnownMe();
  const { theme, language, system, speed } = looksOf(me, useDeviceLooks(me));
  const client = useQueryClient();
  const timeZone = zoneOf(me);
  const spoken = useRef(language);
  // Before the pages below ask the server for anything: they ask in this language.
  useLayoutEffect(() => {
    void changeLanguage(language);
    if (spoken.current !== language) void forgetWords(client);
    spoken.current = language;
  }, [client, language]);
  useLayoutEffect(() => applyTheme(theme), [theme]);
  const known = me && true;
  const wasKnown = useRef(known);
  useLayoutEffect(() => {
    if (known) storeLooks({ theme, language, system, speed });
    // The next person at this computer does not see how the last one likes it.
    else if (known === null && wasKnown.current) storeLooks(null);
    wasKnown.current = known;
  }, [known, theme, language, system, speed]);
  const units = useMemo(() => unitsOf(system, speed), [system, speed]);
  const value = useMemo(() => ({ theme, language, system, speed, units, timeZone }), [theme, language, system, speed, units, timeZone]);
  return <Context value={value}>{children}</Context>;
}

export function usePreferences(): PreferencesContext {
  const value = useContext(Context);
  if (!value) throw new Error("usePreferences needs a PreferencesProvider above it");
  return value;
}
