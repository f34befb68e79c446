import { useTranslation } from "react-i18next";
import type { Grade, Overview } from "@/api/types";
import { Hint } from "@/components/figure";
import { GradeBadge } from "@/components/grade";
import { usePreferences } from "@/hooks/use-preferences";
import { Panel } from "./panel";

/** How far the films of the period can be trusted. */
export function QualityPanel({ quality, days }: { quality: Overview["data_quality"]; days: number }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { sessions, by_grade: grades, no_metres: noMetres, not_assessed: notAssessed, synthetic } = quality;
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  const remarks = [
    noMetres > 0 && t("dashboard.quality.noMetres", { count: noMetres }),
    notAssessed > 0 && t("dashboard.quality.notAssessed", { count: notAssessed }),
    synthetic > 0 && t("dashboard.quality.synthetic", { count: synthetic }),
  ].filter((text): text is string => Boolean(text));
  return (
    <Panel title={t("dashboard.quality.title")} hint={<Hint label={t("dashboard.quality.how")}>{t("dashboard.quality.rule")}</Hint>}>
      {sessions === 0 ? (
        <p className="text-muted">{t("dashboard.quality.none", { days })}</p>
      ) : (
        <>
          <ul className="space-y-2.5">
            {grades.map(({ grade, sessions: count, share }) => (
              <li key={grade} className="flex items-center gap-3">
                <GradeBadge grade={grade as Grade} />
                <span className="h-2 flex-1 overflow-hidden rounded-full bg-sunken" aria-hidden="true">
                  <span className="block h-full rounded-full bg-teal" style={{ width: `${share * 100}%` }} />
                </span>
                <span className="figure w-24 text-right text-sm font-semibold">
                  {count} <span className="font-medium text-muted">({percent.format(share)})</span>
                </span>
              </li>
            ))}
          </ul>
          {remarks.length > 0 && (
            <ul className="mt-4 space-y-1 text-sm text-muted">
              {remarks.map((remark) => (
                <li key={remark}>{remark}</li>
              ))}
            </ul>
          )}
        </>
      )}
    </Panel>
  );
}
