import { useTranslation } from "react-i18next";
import type { ScanResults } from "@/api/types";
import { Banner } from "@/components/banner";
import { ButtonLink } from "@/components/button";
import { MIN_MARKS } from "@/hooks/use-calibration";
import { usePreferences } from "@/hooks/use-preferences";
import { formatError, tellableError } from "@/units/format";

const NO_SCALE = "none";

/** Says where the metres come from, or that there are none. */
export function ScaleBanner({ results, sessionId, canEdit }: { results: ScanResults; sessionId: string; canEdit: boolean }) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  const { calibration, scale_source: source } = results;
  if (results.films.length > 1) {
    return <p className="text-sm text-muted">{t("session.severalCameras", { count: results.films.length, name: calibration?.name ?? "" })}</p>;
  }
  const link = (label: string, look: "primary" | "secondary") =>
    canEdit && (
      <ButtonLink size="sm" look={look} to={`/sessions/${sessionId}/calibration`}>
        {label}
      </ButtonLink>
    );
  // Marks that make giants of the people in the film are kept, but give no metres.
  if (calibration && source !== NO_SCALE) {
    const error = calibration.error_m;
    const shown = error === null ? null : formatError(error, units, language);
    return (
      <div className="flex flex-wrap items-center justify-between gap-3 text-sm text-muted">
        {error !== null && (
          <span>
            {t(calibration.points > MIN_MARKS ? "session.calibrated" : "session.calibratedUnchecked", {
              name: calibration.name,
              error: shown ?? t("calibration.errorTiny", { least: tellableError(units) }),
            })}
          </span>
        )}
        {link(t("session.recalibrate"), "secondary")}
      </div>
    );
  }
  const kind = source && source !== NO_SCALE ? "estimated" : "noScale";
  return (
    <Banner tone="warn" title={t(`session.${kind}.title`)} action={link(t(`session.${kind}.action`), "secondary")}>
      {results.warnings.length > 0 ? results.warnings.join(" ") : t(`session.${kind}.text`)}
    </Banner>
  );
}
