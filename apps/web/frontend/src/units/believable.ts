import type { KpiGroup, KpiValue, PlayerKpis } from "@/api/types";

type Groups = PlayerKpis["groups"];

/** The figures with those no human can reach replaced by `reason`: the page never shows them as if they were measured. */
export function believable(groups: Groups, reason: string): Groups {
  const shown = ([key, kpi]: [string, KpiValue]): [string, KpiValue] =>
    "value" in kpi && kpi.implausible ? [key, { absent: reason }] : [key, kpi];
  const entries = Object.entries(groups) as [KpiGroup, Record<string, KpiValue>][];
  return Object.fromEntries(
    entries.map(([group, kpis]) => [group, Object.fromEntries(Object.entries(kpis).map(shown))]),
  );
}
