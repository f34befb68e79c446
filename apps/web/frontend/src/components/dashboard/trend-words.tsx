import { useTranslation } from "react-i18next";
import type { Trend } from "@/api/types";
import { usePreferences } from "@/hooks/use-preferences";
import { formatSlope, withUnit } from "@/units/figures";
import { formatDay } from "@/units/format";
import { scaleOf } from "@/units/units";

/** What the line amounts to: direction only where it is beyond chance and beyond the figure's own uncertainty. */
export function TrendWords({ trend }: { trend: Trend }) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  const { metric, slope_per_week: slope, change, change_points: steps, comparable, remarks } = trend;
  const scale = scaleOf(metric.key, metric.unit, units);
  const number = (value: number | null) => (value === null ? "" : formatSlope(value, scale, language));
  const known = slope.value !== null && change.direction !== "not_assessed";
  return (
    <div className="space-y-1.5 text-sm">
      {known ? (
        <p>
          <span className="font-semibold">{t(`trend.direction.${change.direction as "up" | "down" | "no_clear_change"}`)}</span>{" "}
          {t("trend.slope", { slope: number(slope.value), unit: scale.unit, low: number(slope.low), high: number(slope.high), n: slope.n })}
        </p>
      ) : (
        <p className="text-muted">{slope.absent ?? change.text}</p>
      )}
      {steps.points.map(({ start, before, after }) => (
        <p key={start}>
          {t("trend.step", { day: formatDay(start, language), before: withUnit(before, scale, language), after: withUnit(after, scale, language) })}
        </p>
      ))}
      {[metric.remark, ...remarks, ...comparable.left_out.map(({ n, reason }) => t("trend.leftOut", { count: n, reason }))]
        .filter(Boolean)
        .map((remark) => (
          <p key={remark} className="text-muted">{remark}</p>
        ))}
    </div>
  );
}
