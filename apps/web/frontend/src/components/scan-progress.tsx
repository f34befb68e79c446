import { Ban, RotateCcw, WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ScanStatus } from "@/api/types";
import { useScanAction, isActive } from "@/hooks/use-scan";
import { usePreferences } from "@/hooks/use-preferences";
import { formatWait } from "@/units/format";
import { StatusBadge } from "./badge";
import { Banner } from "./banner";
import { Button } from "./button";
import { Card } from "./card";
import { ProgressBar } from "./progress";
import { useErrorText } from "./states";
import { StepList } from "./step-list";
import { useNotify } from "./toast";

/** Cancel what runs, or try again what did not end well. */
export function ScanActions({ id, status, canEdit }: { id: string; status: ScanStatus; canEdit: boolean }) {
  const { t } = useTranslation();
  const act = useScanAction(id);
  const notify = useNotify();
  const errorText = useErrorText();
  if (!canEdit) return null;
  const run = (action: "cancel" | "retry") => act.mutate(action, { onError: (error) => notify("bad", errorText(error)) });
  if (isActive(status.status)) {
    return (
      <Button size="sm" look="danger" busy={act.isPending} onClick={() => run("cancel")}>
        <Ban className="size-4" aria-hidden="true" />
        {t("scan.cancel")}
      </Button>
    );
  }
  if (status.status === "completed") return null;
  return (
    <Button size="sm" look="primary" busy={act.isPending} onClick={() => run("retry")}>
      <RotateCcw className="size-4" aria-hidden="true" />
      {t("scan.retry")}
    </Button>
  );
}

function Overall({ status }: { status: ScanStatus }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (
    <div>
      <div className="mb-2 flex items-baseline justify-between gap-4">
        <span className="figure text-4xl font-semibold">
          {Math.floor(status.progress)}
          <span className="text-xl text-muted">%</span>
        </span>
        {status.eta_s !== null && (
          <span className="text-sm text-muted">{t("scan.timeLeft", { time: formatWait(status.eta_s, language) })}</span>
        )}
      </div>
      <ProgressBar value={status.progress} label={t("scan.progress")} className="h-2.5" />
    </div>
  );
}

interface ScanProgressProps {
  id: string;
  status: ScanStatus;
  connectionLost: boolean;
  canEdit: boolean;
}

/** A scan that has not finished well: running, waiting, failed or cancelled. */
export function ScanProgress({ id, status, connectionLost, canEdit }: ScanProgressProps) {
  const { t } = useTranslation();
  return (
    <Card className="mx-auto max-w-2xl space-y-6 p-6 sm:p-8" aria-label={t("scan.progress")}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <StatusBadge status={status.status} />
        <ScanActions id={id} status={status} canEdit={canEdit} />
      </div>
      {status.status === "failed" && <Banner tone="bad" title={t("scan.failed")}>{status.error?.message}</Banner>}
      {status.status === "cancelled" && <Banner tone="info">{t("scan.cancelled")}</Banner>}
      {status.status === "queued" && <Banner tone="info">{t("scan.queued")}</Banner>}
      {connectionLost && (
        <p role="status" className="flex items-center gap-2 text-sm text-muted">
          <WifiOff className="size-4" aria-hidden="true" />
          {t("scan.connectionLost")}
        </p>
      )}
      {isActive(status.status) && <Overall status={status} />}
      <StepList steps={status.steps} />
      {isActive(status.status) && <p className="text-sm text-muted">{t("scan.leave")}</p>}
    </Card>
  );
}
