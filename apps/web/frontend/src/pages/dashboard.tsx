import { Baby, ClipboardPlus, Upload } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import type { Overview } from "@/api/types";
import { ButtonLink } from "@/components/button";
import { Card, PageHeader } from "@/components/card";
import { EventsPanel } from "@/components/dashboard/events-panel";
import { LoadPanel } from "@/components/dashboard/load-panel";
import { QualityPanel } from "@/components/dashboard/quality-panel";
import { JobsPanel, RecentPanel } from "@/components/dashboard/sessions-panel";
import { Tiles } from "@/components/dashboard/tiles";
import { TrendPanel } from "@/components/dashboard/trend-panel";
import { SelectField } from "@/components/field";
import { EmptyState, ErrorState, Skeleton } from "@/components/states";
import { useCanEdit, useMe } from "@/hooks/use-account";
import { useOverview, useTimeZone } from "@/hooks/use-dashboard";
import { usePlayers } from "@/hooks/use-players";
import { useTitle } from "@/hooks/use-title";

/** So many events fit beside the other news. */
const UPCOMING = 5;

function Waiting() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("state.loading")} className="space-y-5">
      <div className="grid grid-cols-2 gap-3 sm:gap-5 xl:grid-cols-4">
        {[0, 1, 2, 3].map((n) => (
          <Skeleton key={n} className="h-32 rounded-card" />
        ))}
      </div>
      <Skeleton className="h-96 rounded-card" />
    </div>
  );
}

/** Nothing was filmed and nothing entered: what to do first is the news. */
function isNew({ recent_sessions: recent, jobs, load }: Overview): boolean {
  return recent.length === 0 && jobs.length === 0 && load.days === 0;
}

function Team({ teamId }: { teamId: string }) {
  const { t } = useTranslation();
  const overview = useOverview(teamId);
  const staff = useCanEdit(teamId);
  const timeZone = useTimeZone(overview.data?.team.time_zone);
  if (overview.isPending) return <Waiting />;
  if (overview.isError) return <ErrorState error={overview.error} retry={() => void overview.refetch()} />;
  const { data } = overview;
  if (isNew(data)) {
    return (
      <EmptyState
        icon={staff ? Upload : ClipboardPlus}
        title={t("dashboard.empty.title")}
        action={staff && <ButtonLink to="/scan/new" look="primary">{t("nav.scan")}</ButtonLink>}
      >
        {t(staff ? "dashboard.empty.text" : "dashboard.empty.readOnly")}
      </EmptyState>
    );
  }
  return (
    <div className="space-y-5">
      <Tiles overview={data} whole={staff} />
      <div className="grid items-start gap-5 xl:grid-cols-[minmax(0,1.75fr)_minmax(21rem,1fr)]">
        <div className="min-w-0 space-y-5">
          <LoadPanel load={data.load} showPlayers={staff} />
          <TrendPanel teamId={teamId} />
        </div>
        <div className="min-w-0 space-y-5">
          <JobsPanel jobs={data.jobs} />
          <RecentPanel sessions={data.recent_sessions} timeZone={timeZone} />
          <EventsPanel whose={{ team_id: teamId }} timeZone={timeZone} most={UPCOMING} isBeside />
          {staff && <QualityPanel quality={data.data_quality} days={data.period.days} />}
        </div>
      </div>
    </div>
  );
}

/** For parents and players: whose pages they may open. */
function Own() {
  const { t } = useTranslation();
  const players = usePlayers();
  if (players.isPending) return <Skeleton className="mb-5 h-24 rounded-card" />;
  if (players.isError) return <ErrorState error={players.error} retry={() => void players.refetch()} />;
  if (players.data.items.length === 0) {
    return <EmptyState icon={Baby} title={t("dashboard.nobody.title")}>{t("dashboard.nobody.text")}</EmptyState>;
  }
  return (
    <ul className="mb-5 grid gap-3 sm:grid-cols-2">
      {players.data.items.map(({ id, display_name, jersey_number }) => (
        <li key={id}>
          <Card className="relative flex items-center gap-4 p-4 transition-shadow hover:shadow-pop">
            <span className="figure grid size-12 shrink-0 place-items-center rounded-full bg-teal-soft text-lg font-semibold text-teal" aria-hidden="true">
              {jersey_number ?? display_name.slice(0, 1)}
            </span>
            <div className="min-w-0">
              <Link to={`/players/${id}`} className="block truncate font-semibold after:absolute after:inset-0 after:rounded-card">
                {display_name}
              </Link>
              <p className="text-sm text-muted">{t("dashboard.own")}</p>
            </div>
          </Card>
        </li>
      ))}
    </ul>
  );
}

export default function DashboardPage() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const [search, setSearch] = useSearchParams();
  useTitle(t("nav.dashboard"));
  const memberships = me?.memberships ?? [];
  const chosen = memberships.find(({ team }) => team.id === search.get("team")) ?? memberships[0];
  const staff = chosen !== undefined && chosen.role !== "player";
  return (
    <>
      <PageHeader
        title={t("nav.dashboard")}
        lead={chosen ? t(staff ? "dashboard.lead" : "dashboard.ownLead", { team: chosen.team.name }) : t("dashboard.familyLead")}
        actions={
          memberships.length > 1 && (
            <SelectField
              label={t("players.team")}
              className="w-52"
              value={chosen?.team.id}
              onChange={(event) => setSearch({ team: event.target.value }, { replace: true })}
              options={memberships.map(({ team }) => ({ value: team.id, label: team.name }))}
            />
          )
        }
      />
      {!staff && <Own />}
      {chosen && <Team key={chosen.team.id} teamId={chosen.team.id} />}
    </>
  );
}
