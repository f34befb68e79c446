import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Grade, JobStatus, RecentSession, RunningJob, SessionType } from "@/api/types";
import { StatusBadge } from "@/components/badge";
import { GradeBadge } from "@/components/grade";
import { PitchArt } from "@/components/pitch-art";
import { ProgressBar } from "@/components/progress";
import { usePreferences } from "@/hooks/use-preferences";
import { useScanProgress } from "@/hooks/use-scan-progress";
import { formatDate, formatWait } from "@/units/format";
import { Panel } from "./panel";

function Job({ job }: { job: RunningJob }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { data: live, connectionLost } = useScanProgress(job.session_id);
  const progress = live?.progress ?? job.progress;
  const status = live?.status ?? (job.status as JobStatus);
  const step = live?.steps.find((one) => one.status === "running")?.label;
  return (
    <li className="space-y-2 py-3 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Link to={`/sessions/${job.session_id}`} className="min-w-0 truncate font-semibold hover:underline">
          {job.title || t("sessions.untitled")}
        </Link>
        <StatusBadge status={status} />
      </div>
      <div className="flex items-center gap-3">
        <ProgressBar value={progress} label={t("scan.progress")} className="flex-1" />
        <span className="figure text-sm font-semibold">{Math.floor(progress)}%</span>
      </div>
      <p className="text-sm text-muted">
        {[
          step,
          live?.eta_s != null && t("scan.timeLeft", { time: formatWait(live.eta_s, language) }),
          connectionLost && t("scan.connectionLost"),
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
    </li>
  );
}

/** Scans that wait or run, told live. */
export function JobsPanel({ jobs }: { jobs: readonly RunningJob[] }) {
  const { t } = useTranslation();
  if (jobs.length === 0) return null;
  return (
    <Panel title={t("dashboard.jobs.title")}>
      <ul className="divide-y divide-line">
        {jobs.map((job) => (
          <Job key={job.job_id} job={job} />
        ))}
      </ul>
    </Panel>
  );
}

function Row({ session, timeZone }: { session: RecentSession; timeZone?: string }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { id, title, session_type, start, player, grade, thumbnail_url, synthetic } = session;
  return (
    <li className="relative flex items-center gap-3 py-2.5 first:pt-0 last:pb-0">
      <div className="h-12 w-20 shrink-0 overflow-hidden rounded-field bg-pond">
        {thumbnail_url ? <img src={thumbnail_url} alt="" loading="lazy" className="size-full object-cover" /> : <PitchArt className="size-full" />}
      </div>
      <div className="min-w-0 flex-1">
        <Link to={`/sessions/${id}`} className="line-clamp-2 font-semibold after:absolute after:inset-0 hover:underline">
          {title || t("sessions.untitled")}
        </Link>
        <p className="text-sm text-muted">
          {[t(`sessionType.${session_type as SessionType}`), formatDate(start, language, timeZone), player?.display_name, synthetic && t("sessions.synthetic")].filter(Boolean).join(" · ")}
        </p>
      </div>
      {grade && <GradeBadge grade={grade as Grade} />}
    </li>
  );
}

export function RecentPanel({ sessions, timeZone }: { sessions: readonly RecentSession[]; timeZone?: string }) {
  const { t } = useTranslation();
  return (
    <Panel
      title={t("dashboard.recent.title")}
      action={
        <Link to="/sessions" className="inline-flex min-h-6 items-center text-sm font-semibold text-accent-ink hover:underline">
          {t("dashboard.recent.all")}
        </Link>
      }
    >
      {sessions.length === 0 ? (
        <p className="text-muted">{t("dashboard.recent.none")}</p>
      ) : (
        <ul className="divide-y divide-line">
          {sessions.map((session) => (
            <Row key={session.id} session={session} timeZone={timeZone} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
