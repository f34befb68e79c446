import clsx from "clsx";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Skeleton } from "@/components/states";
import { usePreferences } from "@/hooks/use-preferences";
import { formatShown } from "@/units/figures";
import type { ChartData, Series } from "./series";

const Plot = lazy(() => import("./plot"));
const HEIGHT = 220;

interface ChartProps extends ChartData {
  label: string;
  unit: string;
  height?: number;
  /** Where a moment is shown with its time of day; days of the calendar are the same everywhere. */
  timeZone?: string;
}

function Mark({ kind, color }: Pick<Series, "kind" | "color">) {
  const look = {
    line: "h-0.5 w-5",
    dashed: "h-0 w-5 border-t-2 border-dashed",
    dots: "size-2.5 rounded-full",
    bars: "h-3 w-2.5 rounded-sm opacity-45",
  }[kind];
  const paint = kind === "dashed" ? { borderColor: `var(${color})` } : { background: `var(${color})` };
  return <span className={clsx("inline-block shrink-0", look)} style={paint} aria-hidden="true" />;
}

function useWords({ unit, timeZone = "UTC" }: Pick<ChartProps, "unit" | "timeZone">) {
  const { language } = usePreferences();
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone });
  const fullDay = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone });
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  return {
    formatX: (x: number) => day.format(new Date(x * 1000)),
    formatMoment: (x: number) => fullDay.format(new Date(x * 1000)),
    formatTick: (value: number) => number.format(value),
    formatValue: (value: number | null | undefined) => (value == null ? "–" : `${formatShown(value, unit, language)} ${unit}`.trim()),
  };
}

type Words = ReturnType<typeof useWords>;

function Legend({ data, index, words }: { data: ChartData; index: number | null; words: Words }) {
  const { x, series } = data;
  const moment = index === null ? undefined : x[index];
  return (
    <figcaption className="mb-1 flex min-h-6 flex-wrap items-center gap-x-4 gap-y-1 text-xs text-muted">
      {series.map(({ key, label, kind, color, values }) => (
        <span key={key} className="inline-flex items-center gap-1.5">
          <Mark kind={kind} color={color} />
          {label}
          {moment !== undefined && <span className="figure font-semibold text-ink">{words.formatValue(values[index!])}</span>}
        </span>
      ))}
      {moment !== undefined && <span className="ml-auto font-medium text-ink">{words.formatMoment(moment)}</span>}
    </figcaption>
  );
}

function Numbers({ data, label, words }: { data: ChartData; label: string; words: Words }) {
  const { t } = useTranslation();
  const { x, series } = data;
  const value = ({ values, low, high }: Series, i: number) => {
    const [from, to] = [low?.[i], high?.[i]];
    const interval = from != null && to != null ? ` (${words.formatValue(from)} – ${words.formatValue(to)})` : "";
    return words.formatValue(values[i]) + interval;
  };
  return (
    <details className="text-sm">
      <summary className="inline-flex min-h-9 cursor-pointer items-center text-xs font-semibold text-muted hover:text-ink">
        {t("chart.numbers")}
      </summary>
      <div className="max-h-72 overflow-auto rounded-field border border-line" tabIndex={0} role="region" aria-label={label}>
        <table className="w-full text-left">
          <thead className="sticky top-0 bg-sunken text-xs text-muted">
            <tr>
              <th scope="col" className="px-3 py-2 font-semibold">{t("chart.day")}</th>
              {series.map(({ key, label: name }) => (
                <th key={key} scope="col" className="px-3 py-2 text-right font-semibold">{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {x.map((moment, i) => (
              <tr key={moment} className="border-t border-line">
                <th scope="row" className="px-3 py-1.5 font-medium whitespace-nowrap">{words.formatMoment(moment)}</th>
                {series.map((one) => (
                  <td key={one.key} className="figure px-3 py-1.5 text-right whitespace-nowrap">{value(one, i)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

/** Values over days: drawn, told at the pointer, and as a table for whoever cannot see the drawing. */
export function Chart({ x, series, label, unit, height = HEIGHT, timeZone }: ChartProps) {
  const [index, setIndex] = useState<number | null>(null);
  const words = useWords({ unit, timeZone });
  const data = { x, series };
  return (
    <figure>
      <Legend data={data} index={index} words={words} />
      {unit && <p className="text-xs text-muted" aria-hidden="true">{unit}</p>}
      <div role="img" aria-label={label}>
        <Suspense fallback={<Skeleton className="h-55" />}>
          <Plot {...data} height={height} formatX={words.formatX} formatY={words.formatTick} onPoint={setIndex} />
        </Suspense>
      </div>
      <Numbers data={data} label={label} words={words} />
    </figure>
  );
}
