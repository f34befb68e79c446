import { useTranslation } from "react-i18next";
import { Definitions } from "@/components/definitions";
import { Hint } from "@/components/figure";
import { usePreferences } from "@/hooks/use-preferences";
import { formatQuantity } from "@/units/format";

export interface Zone {
  key: string;
  name: string;
  value: number;
  unit: string;
}

/** Calm to hot, from walking to sprinting; light enough that the zone's number stays readable on it. */
const SHADES = ["bg-[#bfe3dd]", "bg-[#84cfc4]", "bg-[#ffd1df]", "bg-[#ff9dbd]", "bg-[#f0588c]"] as const;

/** How time or distance divides over the speed zones: a bar, and the numbers below it. */
export function ZoneBar({ zones, label }: { zones: readonly Zone[]; label: string }) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  const total = zones.reduce((sum, { value }) => sum + value, 0);
  if (total <= 0) return null;
  return (
    <figure className="rounded-card border border-line p-4">
      <figcaption className="mb-3 flex items-center justify-between gap-2 text-sm font-medium text-muted">
        {label}
        <Hint label={t("kpi.zonesWhat")}>
          <Definitions keys={zones.map(({ key }) => key)} />
        </Hint>
      </figcaption>
      <div className="flex h-3 gap-0.5 overflow-hidden rounded-full" aria-hidden="true">
        {zones.map(({ key, value }, i) => value > 0 && <div key={key} className={SHADES[i]} style={{ width: `${(value / total) * 100}%` }} />)}
      </div>
      <dl className="mt-3 grid grid-cols-5 gap-2 text-center">
        {zones.map(({ key, value, unit, name }, i) => {
          const shown = formatQuantity(value, unit, units, language);
          return (
            <div key={key} title={name}>
              <dt className="flex items-center justify-center gap-1 text-[0.7rem] whitespace-nowrap text-muted">
                <span className={`size-2 rounded-full ${SHADES[i]}`} aria-hidden="true" />
                {t("kpi.zone", { zone: i + 1 })}
              </dt>
              <dd className="figure text-sm font-semibold">
                {shown.text} <span className="text-xs font-medium text-muted">{shown.unit}</span>
              </dd>
            </div>
          );
        })}
      </dl>
    </figure>
  );
}
