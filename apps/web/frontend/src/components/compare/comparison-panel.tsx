import { useTranslation } from "react-i18next";
import type { Comparisons, Grade } from "@/api/types";
import { Tag } from "@/components/badge";
import { Panel } from "@/components/dashboard/panel";
import { FigureText, useFigure } from "@/components/figure";
import { GradeBadge } from "@/components/grade";
import { useMetricWords } from "@/hooks/use-scan";
import { usePreferences } from "@/hooks/use-preferences";
import { formatRange, withUnit } from "@/units/figures";
import { scaleOf } from "@/units/units";
import { IntervalStrip, placed } from "./interval-strip";
import { MetricHint } from "./metric-hint";

type One = Comparisons["metrics"][number];
type Names = ReadonlyMap<string, string>;

function Values({ one, names }: { one: One; names: Names }) {
  const { t } = useTranslation();
  const figure = useFigure();
  const { language } = usePreferences();
  const { key } = one.metric;
  const spans = placed(one.values.map(({ value }) => (value.value === null ? null : { value: value.value, low: value.low, high: value.high })));
  const rank = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  return (
    <ul className="space-y-4">
      {one.values.map(({ id, value, percentile }, i) => (
        <li key={id} className="grid gap-x-4 gap-y-1 sm:grid-cols-[9rem_minmax(0,1fr)_8rem] sm:items-center">
          <span className="min-w-0">
            <span className="block truncate font-semibold">{names.get(id)}</span>
            <span className="block text-xs text-muted">
              {[value.value !== null && t("compare.sessions", { count: value.n }), percentile.value !== null && t("compare.percentile", { share: rank.format(percentile.value) })]
                .filter(Boolean)
                .join(" · ")}
            </span>
          </span>
          {spans[i] ? <IntervalStrip span={spans[i]} /> : <span className="hidden sm:block" />}
          <span className="sm:text-right">
            <FigureText figure={value} id={key} name={names.get(id) ?? ""} />
            <span className="block text-xs text-muted">{figure(value, key)?.interval}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

const flipped = (value: number | null) => (value === null ? null : -value);

/** What may be said of each two; a difference within the uncertainty is no difference. */
function Pairs({ one, names }: { one: One; names: Names }) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  const scale = scaleOf(one.metric.key, one.metric.unit, units);
  const ends = (low: number, high: number) => {
    const [from, to] = formatRange(low * scale.factor, high * scale.factor, scale.unit, language);
    return t("compare.interval", { low: from, high: `${to} ${scale.unit}`.trim() });
  };
  const told = one.pairs.filter(({ difference }) => difference.value !== null);
  const missing = [...new Set(one.pairs.flatMap(({ difference }) => difference.absent ?? []))];
  return (
    <div className="mt-4 space-y-1.5 border-t border-line pt-4 text-sm">
      {told.map(({ first, second, difference, distinguishable }) => {
        const [higher, lower] = difference.value! > 0 ? [second, first] : [first, second];
        // Told as "higher less lower", and so is its interval.
        const [low, high] = higher === second ? [difference.low, difference.high] : [flipped(difference.high), flipped(difference.low)];
        return (
          <p key={first + second}>
            {distinguishable
              ? t("compare.differs", { higher: names.get(higher), lower: names.get(lower), difference: withUnit(Math.abs(difference.value!), scale, language) })
              : t("compare.alike", { first: names.get(first), second: names.get(second) })}{" "}
            {low !== null && high !== null && <span className="text-muted">{ends(low, high)}</span>}
          </p>
        );
      })}
      {missing.map((reason) => (
        <p key={reason} className="text-muted">{reason}</p>
      ))}
    </div>
  );
}

/** One figure of several players. */
export function ComparisonPanel({ one, names }: { one: One; names: Names }) {
  const { t } = useTranslation();
  const { comparable } = one;
  const metric = useMetricWords()(one.metric);
  return (
    <Panel
      title={metric.name}
      hint={<MetricHint metric={metric} what={t("compare.what")} />}
      action={
        <span className="flex items-center gap-2">
          {comparable.synthetic && <Tag>{t("sessions.synthetic")}</Tag>}
          {comparable.grade && <GradeBadge grade={comparable.grade as Grade} />}
        </span>
      }
    >
      <Values one={one} names={names} />
      {one.pairs.length > 0 && <Pairs one={one} names={names} />}
      {comparable.left_out.map(({ n, reason }) => (
        <p key={reason} className="mt-2 text-sm text-muted">{t("trend.leftOut", { count: n, reason })}</p>
      ))}
    </Panel>
  );
}
