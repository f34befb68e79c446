import { CircleHelp } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Figure } from "@/api/types";
import { usePreferences } from "@/hooks/use-preferences";
import { formatRange, formatShown } from "@/units/figures";
import { toldIn } from "@/units/measures";
import { scaleOf } from "@/units/units";
import { Popover } from "./popover";

/** A question mark that tells more. */
export function Hint({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Popover
      label={label}
      trigger={
        <button
          type="button"
          aria-label={label}
          className="relative -m-1.5 inline-grid size-8 shrink-0 place-items-center rounded-full align-middle text-muted hover:bg-sunken hover:text-ink"
        >
          <CircleHelp className="size-4" aria-hidden="true" />
        </button>
      }
    >
      {children}
    </Popover>
  );
}

/** Why there is no number, one click away. */
export function NotAssessed({ reason, name }: { reason: string; name: string }) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  return (
    <span className="inline-flex items-center gap-1 text-muted">
      {t("figure.notAssessed")}
      <Hint label={t("figure.why", { name })}>{toldIn(reason, units, language)}</Hint>
    </span>
  );
}

/** A figure in the reader's units, its interval in words; null where it is not assessed. */
export function useFigure(): (figure: Figure, key: string) => { text: string; unit: string; interval: string | null } | null {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  return ({ value, unit, low, high }, key) => {
    if (value === null) return null;
    const scale = scaleOf(key, unit, units);
    const ends = low === null || high === null ? null : formatRange(low * scale.factor, high * scale.factor, scale.unit, language);
    const interval = ends && ends[0] !== ends[1] ? t("kpi.interval", { low: ends[0], high: `${ends[1]} ${scale.unit}`.trim() }) : null;
    return { text: formatShown(value * scale.factor, scale.unit, language), unit: scale.unit, interval };
  };
}

interface FigureTextProps {
  figure: Figure;
  /** As in the catalogue; decides about units. */
  id: string;
  name: string;
  large?: boolean;
}

/** A figure as a number with its unit, or why there is none. */
export function FigureText({ figure, id, name, large = false }: FigureTextProps) {
  const shown = useFigure()(figure, id);
  if (!shown) return <NotAssessed reason={figure.absent ?? ""} name={name} />;
  return (
    <span className={large ? "figure text-3xl leading-none font-semibold" : "figure font-semibold"}>
      {shown.text}
      {shown.unit && <span className={large ? "ml-1 text-base font-medium text-muted" : "ml-0.5 text-sm font-medium text-muted"}>{shown.unit}</span>}
    </span>
  );
}
