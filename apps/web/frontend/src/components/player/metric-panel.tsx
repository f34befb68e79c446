import { Trophy } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Grade, PlayerMetric, PlayerPage } from "@/api/types";
import { Tag } from "@/components/badge";
import { Chart } from "@/components/chart/chart";
import type { Series } from "@/components/chart/series";
import { Panel } from "@/components/dashboard/panel";
import { FigureText, Hint, NotAssessed, useFigure } from "@/components/figure";
import { GradeBadge } from "@/components/grade";
import { useMetricWords } from "@/hooks/use-scan";
import { usePreferences } from "@/hooks/use-preferences";
import { withUnit } from "@/units/figures";
import { formatDate } from "@/units/format";
import { toldIn } from "@/units/measures";
import { scaleOf } from "@/units/units";

type Target = PlayerPage["targets"][number];

function Fact({ figure, id, name }: { figure: PlayerMetric["latest"]; id: string; name: string }) {
  const shown = useFigure()(figure, id);
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="text-lg">
        <FigureText figure={figure} id={id} name={name} />
        {shown?.interval && <span className="block text-xs text-muted">{shown.interval}</span>}
      </dd>
    </div>
  );
}

/** `linked`: a team's session opens for its staff only. */
function Best({ one, linked }: { one: PlayerMetric; linked: boolean }) {
  const { t } = useTranslation();
  const { units, language, timeZone } = usePreferences();
  const { best, best_absent: absent, metric } = one;
  if (!best) {
    return absent ? (
      <div>
        <dt className="text-xs text-muted">{t("player.best")}</dt>
        <dd><NotAssessed reason={absent} name={t("player.best")} /></dd>
      </div>
    ) : null;
  }
  const when = formatDate(best.start, language, timeZone);
  return (
    <div>
      <dt className="flex items-center gap-1 text-xs text-muted">
        <Trophy className="size-3.5" aria-hidden="true" />
        {t("player.best")}
      </dt>
      <dd className="text-lg">
        <span className="figure font-semibold">{withUnit(best.value, scaleOf(metric.key, best.unit, units), language)}</span>
        {linked ? (
          <Link to={`/sessions/${best.session_id}`} className="flex min-h-6 items-center text-xs text-muted underline">
            {when}
          </Link>
        ) : (
          <span className="block text-xs text-muted">{when}</span>
        )}
        {best.clear === false && <span className="block text-xs text-muted">{t("player.bestClose")}</span>}
      </dd>
    </div>
  );
}

function seriesOf({ points }: PlayerMetric, factor: number, names: { used: string; other: string }): Series[] {
  const of = (comparable: boolean, pick: (point: PlayerMetric["points"][number]) => number | null) =>
    points.map((point) => {
      const value = point.comparable === comparable ? pick(point) : null;
      return value === null ? null : value * factor;
    });
  const series = (comparable: boolean): Series => ({
    key: String(comparable),
    label: comparable ? names.used : names.other,
    kind: "dots",
    color: comparable ? "--c-accent" : "--c-line-strong",
    values: of(comparable, ({ value }) => value),
    low: of(comparable, ({ low }) => low),
    high: of(comparable, ({ high }) => high),
  });
  const left = points.some(({ comparable }) => !comparable);
  return left ? [series(true), series(false)] : [series(true)];
}

function Points({ one, name, timeZone }: { one: PlayerMetric; name: string; timeZone: string }) {
  const { t } = useTranslation();
  const { units } = usePreferences();
  const { points } = one;
  const metric = useMetricWords()(one.metric);
  const { factor, unit } = scaleOf(metric.key, metric.unit, units);
  const x = useMemo(() => points.map(({ start }) => Date.parse(start) / 1000), [points]);
  const series = useMemo(() => seriesOf(one, factor, { used: t("player.points"), other: t("player.pointsLeftOut") }), [one, factor, t]);
  return <Chart x={x} series={series} unit={unit} height={170} timeZone={timeZone} label={t("trend.chart", { metric: metric.name, name })} />;
}

function Facts({ one, linked }: { one: PlayerMetric; linked: boolean }) {
  const { t } = useTranslation();
  const { metric, latest, mean } = one;
  return (
    <dl className="mb-3 flex flex-wrap gap-x-8 gap-y-3">
      <Fact figure={latest} id={metric.key} name={t("player.latest")} />
      <Fact figure={mean} id={metric.key} name={t("player.mean", { count: mean.n })} />
      <Best one={one} linked={linked} />
    </dl>
  );
}

interface MetricPanelProps {
  one: PlayerMetric;
  name: string;
  timeZone: string;
  targets: readonly Target[];
  /** Whether sessions may be opened from here. */
  linked: boolean;
}

/** One figure of a player over time: newest, mean, best, every session with its interval, and what was left out. */
export function MetricPanel({ one, name, timeZone, targets, linked }: MetricPanelProps) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  const { comparable, points, latest, best } = one;
  const metric = useMetricWords()(one.metric);
  const empty = latest.value === null && points.length === 0 && best === null;
  const aims = targets.filter(({ metrics }) => metrics.includes(metric.key));
  return (
    <Panel
      title={metric.name}
      hint={
        <Hint label={t("kpi.define", { name: metric.name })}>
          <p className="font-display text-base font-semibold">{metric.name}</p>
          <p className="mt-1">{toldIn(metric.definition, units, language)}</p>
          <p className="mt-2 text-muted">{t("player.ranges")}</p>
          {metric.remark && <p className="mt-2 text-muted">{metric.remark}</p>}
          {metric.catalogue_version && <p className="mt-3 text-xs text-muted">{t("kpi.version", { version: metric.catalogue_version })}</p>}
        </Hint>
      }
      action={
        <span className="flex items-center gap-2">
          {comparable.synthetic && <Tag>{t("sessions.synthetic")}</Tag>}
          {metric.experimental && <Tag>{t("kpi.experimental")}</Tag>}
          {comparable.grade && <GradeBadge grade={comparable.grade as Grade} />}
        </span>
      }
    >
      {empty && (
        <p className="text-muted">
          {t("figure.notAssessed")}. {latest.absent}
        </p>
      )}
      {!empty && <Facts one={one} linked={linked} />}
      {points.length > 0 && <Points one={one} name={name} timeZone={timeZone} />}
      <ul className="space-y-1 text-sm text-muted">
        {comparable.left_out.map(({ n, reason }) => (
          <li key={reason}>{t("trend.leftOut", { count: n, reason })}</li>
        ))}
        {aims.map(({ event_id, title, start }) => (
          <li key={event_id}>{t("player.target", { title, when: formatDate(start, language, timeZone) })}</li>
        ))}
      </ul>
    </Panel>
  );
}
