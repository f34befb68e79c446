import { Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { CalibrationFit } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { MIN_MARKS } from "@/hooks/use-calibration";
import { usePreferences } from "@/hooks/use-preferences";
import { formatError, tellableError } from "@/units/format";
import type { PlacedMark } from "./frame-editor";

/**
 * Overall error [m] up to which a fit is called good, and up to which usable. Source: design/kpis.md §4, position noise
 * of 0.1 m still allows the full filter, above 0.2 m maxima and counts are left out; a fit may take half of either.
 */
const GOOD_M = 0.15;
const FAIR_M = 0.4;

type Verdict = "good" | "fair" | "poor" | "unchecked";

/** Four marks fit any plane exactly, also a wrong one: their error says nothing. */
export function verdictOf(errorM: number, marks: number): Verdict {
  if (marks <= MIN_MARKS) return "unchecked";
  if (errorM <= GOOD_M) return "good";
  return errorM <= FAIR_M ? "fair" : "poor";
}

const TONES = { good: "good", fair: "info", poor: "warn", unchecked: "info" } as const;

function Metres({ value }: { value: number }) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  const shown = formatError(value, units, language);
  return <span className="figure font-semibold">{shown ?? t("calibration.errorTiny", { least: tellableError(units) })}</span>;
}

interface FitReportProps {
  marks: readonly PlacedMark[];
  fit: CalibrationFit | undefined;
  onRemove: (key: string) => void;
}

/** How well the marks agree with the pitch, each and together, in metres. */
export function FitReport({ marks, fit, onRemove }: FitReportProps) {
  const { t } = useTranslation();
  const verdict = fit && verdictOf(fit.error_m, marks.length);
  return (
    <div className="space-y-4">
      {fit && verdict && (
        <>
          <Banner tone={TONES[verdict]}>
            <span className="font-semibold">
              {t("calibration.error")}: <Metres value={fit.error_m} />
            </span>
            <br />
            {t(`calibration.verdict.${verdict}`)}
          </Banner>
          {fit.warnings.map((warning) => (
            <Banner key={warning} tone="warn">
              {warning}
            </Banner>
          ))}
        </>
      )}
      <div>
        <h3 className="mb-1 text-sm font-semibold">{t("calibration.points")}</h3>
        {marks.length === 0 && <p className="text-sm text-muted">{t("calibration.noPoints")}</p>}
        <ul className="divide-y divide-line">
          {marks.map(({ mark, residual }) => (
            <li key={mark.key} className="flex items-center gap-3 text-sm">
              <span className="min-w-0 flex-1 truncate py-2">{mark.name}</span>
              {residual !== null && <Metres value={residual} />}
              <Button look="quiet" size="icon" aria-label={t("calibration.remove", { mark: mark.name })} onClick={() => onRemove(mark.key)}>
                <Trash2 className="size-4" aria-hidden="true" />
              </Button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
