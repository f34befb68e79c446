import clsx from "clsx";
import { Ban, Check, CircleDashed, LoaderCircle, X, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { StepState, StepStatus } from "@/api/types";
import { usePreferences } from "@/hooks/use-preferences";
import { formatWait } from "@/units/format";
import { ProgressBar } from "./progress";

const LOOKS: Record<StepStatus, { icon: LucideIcon; dot: string }> = {
  pending: { icon: CircleDashed, dot: "bg-sunken text-muted" },
  running: { icon: LoaderCircle, dot: "bg-accent text-on-accent [&>svg]:animate-spin" },
  done: { icon: Check, dot: "bg-good-soft text-good" },
  failed: { icon: X, dot: "bg-bad-soft text-bad" },
  cancelled: { icon: Ban, dot: "bg-sunken text-muted" },
};

function Detail({ step }: { step: StepState }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (step.status === "running" && step.windows_total > 1) {
    return <>{t("scan.windows", { done: step.windows_done, total: step.windows_total })}</>;
  }
  if (step.status === "done" && step.duration_s !== null) return <>{formatWait(step.duration_s, language)}</>;
  return <>{t(`step.${step.status}`)}</>;
}

/** The steps of a scan, one under the other, as they happen. */
export function StepList({ steps }: { steps: readonly StepState[] }) {
  const { t } = useTranslation();
  return (
    <ol className="relative space-y-1">
      {steps.map((step) => {
        const { icon: Icon, dot } = LOOKS[step.status];
        return (
          <li
            key={step.name}
            aria-current={step.status === "running" ? "step" : undefined}
            className={clsx("flex items-center gap-3.5 rounded-field px-2 py-2", step.status === "running" && "bg-accent-soft")}
          >
            <span className={clsx("grid size-7 shrink-0 place-items-center rounded-full", dot)}>
              <Icon className="size-4" aria-hidden="true" />
            </span>
            <div className="min-w-0 flex-1">
              <div className="flex flex-wrap items-baseline justify-between gap-x-3">
                <span className={clsx("font-medium", step.status === "pending" && "text-muted")}>{step.label}</span>
                <span className="text-sm text-muted">
                  <Detail step={step} />
                </span>
              </div>
              {step.status === "running" && (
                <ProgressBar value={step.progress} label={t("scan.stepProgress", { step: step.label })} className="mt-1.5 h-1.5 bg-surface" />
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
