import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { PERIODS, type Period } from "@/api/dashboard";
import type { Grade, Trend } from "@/api/types";
import { Tag } from "@/components/badge";
import { Chart } from "@/components/chart/chart";
import { dayStart, type Series } from "@/components/chart/series";
import { SelectField } from "@/components/field";
import { Hint } from "@/components/figure";
import { GradeBadge } from "@/components/grade";
import { ErrorState, Skeleton } from "@/components/states";
import { useTrend } from "@/hooks/use-dashboard";
import { usePreferences } from "@/hooks/use-preferences";
import { useKpiCatalogue } from "@/hooks/use-scan";
import { toldIn } from "@/units/measures";
import { scaleOf } from "@/units/units";
import { Panel } from "./panel";
import { TrendWords } from "./trend-words";

const FIRST_METRIC = "max_speed_mps";
const LOAD_METRIC = "srpe_load_au";

/** Short periods by day: a month has only four weeks to draw a line through. */
const bucketOf = (period: Period) => (period === "28d" ? "day" : "week");

/** From the first bucket with a figure on: before it there is nothing to see. */
function filmed({ points }: Trend): Trend["points"] {
  const first = points.findIndex(({ n }) => n > 0);
  return first < 0 ? [] : points.slice(first);
}

function seriesOf(trend: Trend, factor: number, names: { value: string; average: string }): Series[] {
  const scaled = (values: readonly (number | null)[]) => values.map((value) => (value === null ? null : value * factor));
  const points = filmed(trend);
  return [
    { key: "average", label: names.average, kind: "line", color: "--c-teal", values: scaled(points.map((point) => point.moving_average)) },
    {
      key: "value",
      label: names.value,
      kind: "dots",
      color: "--c-accent",
      values: scaled(points.map((point) => point.adjusted)),
      low: scaled(points.map(({ low, value, adjusted }) => (low === null || value === null || adjusted === null ? null : adjusted - (value - low)))),
      high: scaled(points.map(({ high, value, adjusted }) => (high === null || value === null || adjusted === null ? null : adjusted + (high - value)))),
    },
  ];
}

function Drawing({ trend }: { trend: Trend }) {
  const { t } = useTranslation();
  const { units } = usePreferences();
  const { metric, bucket, comparable } = trend;
  const { factor, unit } = scaleOf(metric.key, metric.unit, units);
  const x = useMemo(() => filmed(trend).map(({ start }) => dayStart(start)), [trend]);
  const series = useMemo(
    () =>
      seriesOf(trend, factor, {
        value: t(bucket === "day" ? "trend.byDay" : "trend.byWeek"),
        average: t("trend.average", { count: trend.moving_average_span }),
      }),
    [trend, factor, bucket, t],
  );
  if (comparable.n === 0) return <p className="py-8 text-center text-muted">{t("trend.empty")}</p>;
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-2">
        {comparable.grade && <GradeBadge grade={comparable.grade as Grade} />}
        <Tag>{t("trend.figures", { count: comparable.n })}</Tag>
        {comparable.synthetic && <Tag>{t("sessions.synthetic")}</Tag>}
        {metric.experimental && <Tag>{t("kpi.experimental")}</Tag>}
      </div>
      <Chart x={x} series={series} unit={unit} label={t("trend.chart", { metric: metric.name, name: trend.subject.name })} />
      <TrendWords trend={trend} />
    </div>
  );
}

interface TrendPanelProps {
  teamId?: string;
  playerId?: string;
}

/** One chosen figure over time, with its interval, and its slope in words. */
export function TrendPanel({ teamId, playerId }: TrendPanelProps) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  const [metric, setMetric] = useState(FIRST_METRIC);
  const [period, setPeriod] = useState<Period>("180d");
  const catalogue = useKpiCatalogue();
  const trend = useTrend({ metric, period, bucket: bucketOf(period), team_id: teamId, player_id: playerId });
  const metrics = [
    ...(catalogue.data ?? []).map(({ key, name }) => ({ value: key, label: name })),
    { value: LOAD_METRIC, label: t("trend.load") },
  ];
  return (
    <Panel
      title={t("trend.title")}
      hint={trend.data && <Hint label={t("kpi.define", { name: trend.data.metric.name })}>
        <p className="font-display text-base font-semibold">{trend.data.metric.name}</p>
        <p className="mt-1">{toldIn(trend.data.metric.definition, units, language)}</p>
        <p className="mt-2 text-muted">{t("trend.what")}</p>
        <p className="mt-3 text-xs text-muted">{trend.data.slope_method} {trend.data.slope_source}</p>
      </Hint>}
    >
      <div className="mb-4 grid gap-3 sm:grid-cols-[minmax(0,1fr)_11rem]">
        <SelectField label={t("trend.metric")} value={metric} onChange={(event) => setMetric(event.target.value)} options={metrics} />
        <SelectField
          label={t("trend.period")}
          value={period}
          onChange={(event) => setPeriod(event.target.value as Period)}
          options={PERIODS.map((value) => ({ value, label: t(`trend.periods.${value}`) }))}
        />
      </div>
      {trend.isPending && <Skeleton className="h-60" />}
      {trend.isError && <ErrorState error={trend.error} retry={() => void trend.refetch()} />}
      {trend.data && <Drawing trend={trend.data} />}
    </Panel>
  );
}
