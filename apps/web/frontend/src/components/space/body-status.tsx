import { LoaderCircle, PersonStanding } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Body, BodyGender, BodyJob } from "@/api/types";
import { Tag } from "@/components/badge";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { SelectField } from "@/components/field";
import { ProgressBar } from "@/components/progress";
import { ScanActions } from "@/components/scan-progress";
import { EmptyState, useErrorText } from "@/components/states";
import { useBodyProgress, useFitBody } from "@/hooks/use-body";
import { usePreferences } from "@/hooks/use-preferences";
import { useClockTime } from "@/hooks/use-clock";
import type { VideoClock } from "@/overlay/clock";
import { fitSpan, MAX_FIT_S, type BodyState } from "@/space/bodies";
import { formatClock, formatNumber, formatWait } from "@/units/format";
import { formatMeasure } from "@/units/measures";

const GENDERS = ["neutral", "female", "male"] as const satisfies readonly BodyGender[];

interface FitProps {
  scanId: string;
  trackId: number;
  clock: VideoClock;
  again?: boolean;
}

/** Ask for a body; of a long film for the minute around the shown moment. */
function FitButton({ scanId, trackId, clock, again = false }: FitProps) {
  const { t } = useTranslation();
  const fit = useFitBody(scanId);
  const errorText = useErrorText();
  const [gender, setGender] = useState<BodyGender>("neutral");
  const label = clock.duration > MAX_FIT_S ? "space.fitHere" : again ? "space.fitAgain" : "space.fit";
  return (
    <div className="flex flex-col items-start gap-3 text-left">
      <SelectField
        label={t("space.gender.label")}
        hint={t("space.gender.hint")}
        value={gender}
        options={GENDERS.map((value) => ({ value, label: t(`space.gender.${value}`) }))}
        onChange={(event) => setGender(event.target.value as BodyGender)}
      />
      <Button look="primary" busy={fit.isPending} onClick={() => fit.mutate({ trackId, span: fitSpan(clock.duration, clock.time), gender })}>
        {t(label)}
      </Button>
      {fit.isError && <Banner tone="bad">{errorText(fit.error)}</Banner>}
    </div>
  );
}

function Fitting({ scanId, job, canEdit }: { scanId: string; job: BodyJob; canEdit: boolean }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { data: status } = useBodyProgress(scanId, job.job_id);
  const percent = status?.progress ?? job.progress;
  const queued = (status?.status ?? job.status) === "queued";
  const left = status?.eta_s ? t("scan.timeLeft", { time: formatWait(status.eta_s, language) }) : null;
  return (
    <section className="space-y-3 rounded-card bg-sunken p-4" aria-label={t("space.fitting")}>
      <p role="status" className="flex items-center gap-2.5 font-semibold">
        <LoaderCircle className="size-5 shrink-0 animate-spin text-accent" aria-hidden="true" />
        {t(queued ? "space.queued" : "space.fitting")}
      </p>
      <div className="flex items-center gap-3">
        <ProgressBar value={percent} label={t("space.fitting")} className="h-2 flex-1 bg-surface" />
        <span className="figure text-sm font-semibold">{Math.floor(percent)}%</span>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-3 text-sm text-muted">
        <span>{left ?? t("space.leave")}</span>
        {status && <ScanActions id={job.job_id} status={status} canEdit={canEdit} />}
      </div>
    </section>
  );
}

/** What one decimal can say. */
const LEAST_ERROR_CM = 0.1;

/** How far a body can be trusted, and which part of the film it covers. */
function Facts({ body, ...fit }: { body: Body; canEdit: boolean } & FitProps) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  const time = useClockTime(fit.clock, 500);
  const percent = new Intl.NumberFormat(language, { style: "percent" }).format(body.coverage);
  const error =
    body.error_m !== null
      ? t("space.errorLength", { error: formatMeasure(Math.max(body.error_m * 100, LEAST_ERROR_CM), "gap_cm", units, language) })
      : body.error_px !== null && t("space.errorPx", { error: formatNumber(body.error_px, language, 1) });
  const facts = [
    body.gender !== "neutral" && t("space.gender.fitted", { kind: t(`space.gender.${body.gender}`).toLocaleLowerCase(language) }),
    t("space.part", { from: formatClock(body.from_s), to: formatClock(body.to_s) }),
    t("space.coverage", { share: percent }),
    error,
  ];
  const outside = time < body.from_s - 0.5 || time > body.to_s + 0.5;
  return (
    <div className="space-y-3 text-sm">
      <p className="flex flex-wrap items-center gap-2 text-muted">
        {body.estimated && <Tag>{t("space.estimated")}</Tag>}
        {facts.filter(Boolean).join(" · ")}
      </p>
      {body.estimated && <p className="text-muted">{t(body.source === "one_camera" ? "space.oneCamera" : "space.estimatedWhy")}</p>}
      {body.frame === "camera" && <p className="text-muted">{t("space.noGround")}</p>}
      {body.warnings.map((warning) => (
        <p key={warning} className="text-warn">
          {warning}
        </p>
      ))}
      {outside && fit.canEdit && fit.clock.duration > MAX_FIT_S && <FitButton {...fit} again />}
    </div>
  );
}

interface BodyStatusProps {
  state: BodyState;
  scanId: string;
  trackId: number;
  name: string;
  clock: VideoClock;
  canEdit: boolean;
  /** There is a picture already: say it in fewer words. */
  brief: boolean;
}

/** What there is to say of a person's 3D body, and what can be done. */
export function BodyStatus({ state, name, canEdit, brief, ...fit }: BodyStatusProps) {
  const { t } = useTranslation();
  const button = canEdit && <FitButton {...fit} again={state.kind !== "none"} />;
  switch (state.kind) {
    case "ready":
      return <Facts body={state.body} canEdit={canEdit} {...fit} />;
    case "fitting":
      return <Fitting scanId={fit.scanId} job={state.job} canEdit={canEdit} />;
    case "none":
      return brief ? (
        <div className="flex flex-wrap items-center justify-between gap-3 rounded-card bg-sunken p-4">
          <p className="text-sm text-muted">{t("space.none", { name })}</p>
          {button}
        </div>
      ) : (
        <EmptyState icon={PersonStanding} title={t("space.none", { name })} action={button}>
          {t(canEdit ? (fit.clock.duration > MAX_FIT_S ? "space.noneLong" : "space.noneText") : "space.noneReader")}
        </EmptyState>
      );
    default:
      return (
        <Banner tone={state.kind === "failed" ? "bad" : "warn"} title={t(`space.${state.kind}`, { name })} action={button}>
          {state.kind === "outdated" ? t("space.outdatedText") : state.reason}
        </Banner>
      );
  }
}
