import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { SessionListItem } from "@/api/types";
import { useTeamName } from "@/hooks/use-account";
import { usePreferences } from "@/hooks/use-preferences";
import { formatDate, formatQuantity } from "@/units/format";
import { StatusBadge, Tag } from "./badge";
import { Definitions } from "./definitions";
import { Hint } from "./figure";
import { GradeBadge } from "./grade";
import { PitchArt } from "./pitch-art";
import { ProgressBar } from "./progress";

function Thumbnail({ url }: { url: string | null }) {
  return (
    <div className="relative aspect-video overflow-hidden bg-pond">
      {url ? (
        <img src={url} alt="" loading="lazy" className="size-full object-cover transition-transform duration-300 group-hover:scale-[1.03]" />
      ) : (
        <PitchArt className="size-full" />
      )}
    </div>
  );
}

interface FigureProps {
  /** As in the catalogue. */
  id: string;
  label: string;
  value: number;
  unit: string;
  /** Of one player, or the highest of all that were followed. */
  ofOne: boolean;
}

function Figure({ id, label, value, unit, ofOne }: FigureProps) {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  const quantity = formatQuantity(value, unit, units, language);
  return (
    <div>
      <dt className="flex items-center gap-1 text-xs text-muted">
        {label}
        <Hint label={t("kpi.define", { name: label })}>
          <Definitions keys={[id]} />
          {!ofOne && <p className="mt-2 text-muted">{t("sessions.ofBest")}</p>}
        </Hint>
      </dt>
      <dd className="figure text-lg leading-tight font-semibold">
        {quantity.text} <span className="text-sm font-medium text-muted">{quantity.unit}</span>
      </dd>
    </div>
  );
}

function Figures({ kpis, ofOne }: { kpis: NonNullable<SessionListItem["kpis"]>; ofOne: boolean }) {
  const { t } = useTranslation();
  const { max_speed_mps: speed, total_distance_m: distance, grade } = kpis;
  if (speed === null && distance === null) return <p className="text-sm text-muted">{t("sessions.noScale")}</p>;
  return (
    <div className="flex items-end justify-between gap-3">
      <dl className="flex gap-6">
        {speed !== null && <Figure id="max_speed_mps" label={t("sessions.maxSpeed")} value={speed} unit="m/s" ofOne={ofOne} />}
        {distance !== null && <Figure id="total_distance_m" label={t("sessions.distance")} value={distance} unit="m" ofOne={ofOne} />}
      </dl>
      {grade && <GradeBadge grade={grade} />}
    </div>
  );
}

function Job({ job }: { job: NonNullable<SessionListItem["job"]> }) {
  const { t } = useTranslation();
  if (job.status === "completed") return null;
  return (
    <div className="space-y-2">
      <StatusBadge status={job.status} />
      {job.status === "running" && (
        <div className="flex items-center gap-3">
          <ProgressBar value={job.progress} label={t("scan.progress")} className="flex-1" />
          <span className="figure text-sm font-semibold">{Math.round(job.progress)}%</span>
        </div>
      )}
    </div>
  );
}

export function SessionCard({ session }: { session: SessionListItem }) {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  const team = useTeamName(session.team_id);
  const { id, title, thumbnail_url, session_type, start, created_at, player, job, kpis, synthetic } = session;
  return (
    <article className="group relative flex flex-col overflow-hidden rounded-card border border-line bg-surface shadow-card transition-shadow hover:shadow-pop">
      <Thumbnail url={thumbnail_url} />
      <div className="flex flex-1 flex-col gap-3 p-5">
        <div>
          <p className="text-sm text-muted">
            {t(`sessionType.${session_type}`)} · {formatDate(start ?? created_at, language, timeZone)}
          </p>
          <h2 className="mt-0.5 text-lg leading-snug font-semibold">
            <Link to={`/sessions/${id}`} className="after:absolute after:inset-0 after:rounded-card">
              {title || t("sessions.untitled")}
            </Link>
          </h2>
          <p className="text-sm text-muted">{[player?.display_name, team].filter(Boolean).join(" · ")}</p>
        </div>
        <div className="mt-auto space-y-3">
          {job && <Job job={job} />}
          {kpis && <Figures kpis={kpis} ofOne={player !== null} />}
          {synthetic && <Tag>{t("sessions.synthetic")}</Tag>}
        </div>
      </div>
    </article>
  );
}
