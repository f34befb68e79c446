import { ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { KpiDefinition, KpiGroup, KpiPresent, KpiValue, PlayerKpis } from "@/api/types";
import { Banner } from "@/components/banner";
import { GradeBadge } from "@/components/grade";
import { IdentityDoubt } from "@/components/identity-doubt";
import { Skeleton } from "@/components/states";
import { usePreferences } from "@/hooks/use-preferences";
import { useKpiCatalogue } from "@/hooks/use-scan";
import { believable } from "@/units/believable";
import { toldIn } from "@/units/measures";
import { KpiCard, KpiRow } from "./kpi-card";
import { ZoneBar, type Zone } from "./zone-bar";

const GROUPS: readonly KpiGroup[] = ["speed", "distance", "technical", "physical"];

/** So many figures of a group are shown large; the catalogue lists the telling ones first. */
const LARGE = 3;

const ZONE_KEY = /_zone_(\d)_/;

type Catalogue = ReadonlyMap<string, KpiDefinition>;
type Entry = [key: string, kpi: KpiPresent];

function isPresent(entry: [string, KpiValue]): entry is Entry {
  return "value" in entry[1];
}

/** A key as words, for a figure that is newer than this page's catalogue. */
function nameOf(key: string, catalogue: Catalogue): string {
  return catalogue.get(key)?.name ?? key.replaceAll("_", " ");
}

function zonesOf(present: readonly Entry[], catalogue: Catalogue): Zone[] {
  return present
    .filter(([key]) => ZONE_KEY.test(key))
    .map(([key, { value, unit }]) => ({ key, name: nameOf(key, catalogue), value, unit }));
}

type AbsentEntry = [key: string, kpi: { absent: string }];

function absentOf(kpis: Record<string, KpiValue>): AbsentEntry[] {
  return Object.entries(kpis).filter((entry): entry is AbsentEntry => !isPresent(entry));
}

function Absent({ absent, catalogue }: { absent: readonly AbsentEntry[]; catalogue: Catalogue }) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  if (absent.length === 0) return null;
  const byReason = Map.groupBy(absent, ([, kpi]) => kpi.absent);
  return (
    <details className="group rounded-field bg-sunken px-4 text-sm">
      <summary className="flex min-h-11 cursor-pointer list-none items-center gap-2 font-medium text-muted">
        <ChevronRight className="size-4 transition-transform group-open:rotate-90" aria-hidden="true" />
        {t("kpi.absentCount", { count: absent.length })}
      </summary>
      <dl className="space-y-3 pt-1 pb-4">
        {[...byReason].map(([reason, kpis]) => (
          <div key={reason}>
            <dt className="font-medium">{toldIn(reason, units, language)}</dt>
            <dd className="mt-0.5 text-muted">{kpis.map(([key]) => nameOf(key, catalogue)).join(", ")}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function hasFigures(kpis: Record<string, KpiValue> | undefined): boolean {
  return Object.entries(kpis ?? {}).some(isPresent);
}

/** When most figures are missing for one reason, that reason is the news. */
function mainReason(groups: PlayerKpis["groups"]): string | null {
  const all = GROUPS.flatMap((group) => Object.values(groups[group] ?? {}));
  const byReason = Map.groupBy(all, (kpi) => ("absent" in kpi ? kpi.absent : ""));
  const [reason, kpis] = [...byReason].sort(([, a], [, b]) => b.length - a.length)[0] ?? ["", []];
  return reason && kpis.length > all.length / 2 ? reason : null;
}

function Group({ group, kpis, catalogue }: { group: KpiGroup; kpis: Record<string, KpiValue>; catalogue: Catalogue }) {
  const { t } = useTranslation();
  const order = [...catalogue.keys()];
  const entries = Object.entries(kpis).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  const present = entries.filter(isPresent);
  const absent = absentOf(kpis);
  const plain = present.filter(([key]) => !ZONE_KEY.test(key));
  const zones = zonesOf(present, catalogue);
  return (
    <section className="space-y-3">
      <h3 className="text-lg font-semibold">{t(`kpi.groups.${group}`)}</h3>
      <div className="flex flex-wrap gap-3 *:min-w-38 *:flex-1">
        {plain.slice(0, LARGE).map(([key, kpi]) => (
          <KpiCard key={key} id={key} name={nameOf(key, catalogue)} kpi={kpi} definition={catalogue.get(key)} />
        ))}
      </div>
      <ZoneBar zones={zones} label={t("kpi.zones")} />
      {plain.length > LARGE && (
        <div className="divide-y divide-line">
          {plain.slice(LARGE).map(([key, kpi]) => (
            <KpiRow key={key} id={key} name={nameOf(key, catalogue)} kpi={kpi} definition={catalogue.get(key)} />
          ))}
        </div>
      )}
      <Absent absent={absent} catalogue={catalogue} />
    </section>
  );
}

/** All figures of one player, with how far they can be trusted. `known`: what the page says already. */
export function KpiPanel({ player, known = [] }: { player: PlayerKpis; known?: readonly string[] }) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  const definitions = useKpiCatalogue();
  const catalogue: Catalogue = new Map((definitions.data ?? []).map((definition) => [definition.key, definition]));
  const { grade_reason: gradeReason } = player.quality;
  const groups = believable(player.groups, t("kpi.implausible"));
  const reason = mainReason(groups);
  const missing = reason && !known.includes(reason) ? reason : null;
  // Without the catalogue figures have no names, only keys.
  if (definitions.isPending) return <Skeleton className="h-60" />;
  return (
    <div className="space-y-7">
      {player.grade && (
        <div className="flex items-center gap-3 rounded-card bg-sunken p-3">
          <GradeBadge grade={player.grade} large />
          <div className="min-w-0 text-sm">
            <p className="font-semibold">{t(`grade.${player.grade}`)}</p>
            {gradeReason && <p className="text-muted">{toldIn(gradeReason, units, language)}</p>}
          </div>
        </div>
      )}
      <IdentityDoubt player={player} />
      {missing && (
        <Banner tone="info" title={t("kpi.missing")}>
          {toldIn(missing, units, language)}
        </Banner>
      )}
      {GROUPS.filter((group) => hasFigures(groups[group])).map((group) => (
        <Group key={group} group={group} kpis={groups[group]!} catalogue={catalogue} />
      ))}
      <Absent
        absent={GROUPS.filter((group) => !hasFigures(groups[group])).flatMap((group) => absentOf(groups[group] ?? {}))}
        catalogue={catalogue}
      />
    </div>
  );
}
