import { useTranslation } from "react-i18next";
import type { Metric } from "@/api/types";
import { Hint } from "@/components/figure";
import { usePreferences } from "@/hooks/use-preferences";
import { toldIn } from "@/units/measures";

/** What a compared figure is, what is shown of it (`what`), and what to mind. */
export function MetricHint({ metric, what }: { metric: Metric; what: string }) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  return (
    <Hint label={t("kpi.define", { name: metric.name })}>
      <p>{toldIn(metric.definition, units, language)}</p>
      <p className="mt-2 text-muted">{what}</p>
      {metric.remark && <p className="mt-2 text-muted">{metric.remark}</p>}
    </Hint>
  );
}
