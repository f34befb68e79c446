import { CircleHelp, Flag } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { KpiDefinition, KpiPresent } from "@/api/types";
import { Popover } from "@/components/popover";
import { usePreferences } from "@/hooks/use-preferences";
import { formatQuantity } from "@/units/format";
import { toldIn } from "@/units/measures";

/** What a figure means, from the catalogue, one click away. */
function Definition({ definition }: { definition: KpiDefinition }) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  return (
    <Popover
      label={definition.name}
      trigger={
        <button
          type="button"
          aria-label={t("kpi.define", { name: definition.name })}
          className="-m-1.5 grid size-8 shrink-0 place-items-center rounded-full text-muted hover:bg-sunken hover:text-ink"
        >
          <CircleHelp className="size-4" aria-hidden="true" />
        </button>
      }
    >
      <p className="font-display text-base font-semibold">{definition.name}</p>
      <p className="mt-1">{toldIn(definition.definition, units, language)}</p>
      <dl className="mt-3 space-y-2 text-muted">
        <div>
          <dt className="font-semibold text-ink">{t("kpi.formula")}</dt>
          <dd className="break-words">{definition.formula}</dd>
        </div>
        <div>
          <dt className="font-semibold text-ink">{t("kpi.smoothing")}</dt>
          <dd>{definition.smoothing}</dd>
        </div>
        {definition.sources.length > 0 && (
          <div>
            <dt className="font-semibold text-ink">{t("kpi.sources")}</dt>
            <dd>{definition.sources.join("; ")}</dd>
          </div>
        )}
      </dl>
      <p className="mt-3 text-muted">{t("kpi.range")}</p>
      <p className="mt-3 text-xs text-muted">{t("kpi.version", { version: definition.version })}</p>
    </Popover>
  );
}

function Experimental({ definition }: { definition: KpiDefinition | undefined }) {
  const { t } = useTranslation();
  if (!definition?.experimental) return null;
  return <span className="rounded-full bg-warn-soft px-1.5 py-0.5 text-[0.7rem] font-semibold text-warn">{t("kpi.experimental")}</span>;
}

/** Where a coach should look, said in words: no diagnosis. */
function Flagged({ kpi }: { kpi: KpiPresent }) {
  const { t } = useTranslation();
  if (!kpi.flagged) return null;
  return (
    <span className="mt-1.5 flex items-start gap-1.5 text-xs font-medium text-warn">
      <Flag className="mt-px size-3.5 shrink-0" aria-hidden="true" />
      {t("kpi.flagged")}
    </span>
  );
}

function useFormatted(id: string, { value, unit, low, high }: KpiPresent) {
  const { units, language } = usePreferences();
  const shown = formatQuantity(value, unit, units, language, id);
  const ends = [low, high].map((end) => (end === null ? null : formatQuantity(end, unit, units, language, id)));
  const [from, to] = ends;
  return { shown, interval: from && to && from.text !== to.text ? { low: from.text, high: `${to.text} ${to.unit}`.trim() } : null };
}

interface KpiProps {
  id: string;
  name: string;
  kpi: KpiPresent;
  definition: KpiDefinition | undefined;
}

/** One figure, large. */
export function KpiCard({ id, name, kpi, definition }: KpiProps) {
  const { t } = useTranslation();
  const { shown, interval } = useFormatted(id, kpi);
  return (
    <div className="rounded-card border border-line bg-surface p-4">
      <div className="flex items-start justify-between gap-2">
        <p className="text-sm leading-snug font-medium text-muted">
          {name} <Experimental definition={definition} />
        </p>
        {definition && <Definition definition={definition} />}
      </div>
      <p className="figure mt-1 text-3xl leading-none font-semibold">
        {shown.text}
        {shown.unit && <span className="ml-1 text-base font-medium text-muted">{shown.unit}</span>}
      </p>
      {interval && (
        <p className="mt-2 text-xs text-muted" title={t("kpi.intervalHint")}>
          <span className="sr-only">{t("kpi.intervalHint")}: </span>
          {t("kpi.interval", interval)}
        </p>
      )}
      <Flagged kpi={kpi} />
    </div>
  );
}

/** One figure as a line of a list. */
export function KpiRow({ id, name, kpi, definition }: KpiProps) {
  const { t } = useTranslation();
  const { shown, interval } = useFormatted(id, kpi);
  return (
    <div className="flex min-h-11 items-center gap-3 py-1.5">
      <p className="min-w-0 flex-1 text-sm">
        {name} <Experimental definition={definition} />
        <Flagged kpi={kpi} />
      </p>
      <p className="text-right">
        <span className="figure font-semibold">
          {shown.text} <span className="text-sm font-medium text-muted">{shown.unit}</span>
        </span>
        {interval && (
          <span className="block text-xs text-muted" title={t("kpi.intervalHint")}>
            {t("kpi.interval", interval)}
          </span>
        )}
      </p>
      {definition ? <Definition definition={definition} /> : <span className="w-5" />}
    </div>
  );
}
