import { ArrowLeft, Columns2, Pencil } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import type { Player } from "@/api/types";
import { Button, ButtonLink } from "@/components/button";
import { EventsPanel } from "@/components/dashboard/events-panel";
import { BodyTab } from "@/components/player/body-tab";
import { FamilyTab } from "@/components/player/family-tab";
import { FiguresTab, LoadTab } from "@/components/player/figures-tab";
import { usePlayerRights } from "@/components/player/rights";
import { WellnessTab } from "@/components/player/wellness-tab";
import { ErrorState, Loading } from "@/components/states";
import { Tabs } from "@/components/tabs";
import { useTeams } from "@/hooks/use-calendar";
import { useTimeZone } from "@/hooks/use-dashboard";
import { usePlayer } from "@/hooks/use-players";
import { useTitle } from "@/hooks/use-title";
import { withTexts } from "@/i18n";

const PlayerDialog = lazy(() => import("@/components/player-dialog").then(({ PlayerDialog: Dialog }) => ({ default: Dialog })));

const FeedbackTab = lazy(() => withTexts("feedback", import("@/components/player/feedback-tab")));

const TABS = ["figures", "load", "feedback", "calendar", "wellness", "body", "family"] as const;
type Tab = (typeof TABS)[number];

function Header({ player }: { player: Player }) {
  const { t } = useTranslation();
  const { coach, family } = usePlayerRights(player);
  const [editing, setEditing] = useState(false);
  const { display_name: name, jersey_number: number, age_years: age, position } = player;
  const facts = [age !== null && t("players.age", { age: Math.floor(age) }), position && t(`players.positions.${position}`)];
  return (
    <header className="mb-5">
      <Link to={family ? "/" : "/players"} className="mb-2 inline-flex min-h-9 items-center gap-1.5 text-sm font-semibold text-muted hover:text-ink">
        <ArrowLeft className="size-4" aria-hidden="true" />
        {t(family ? "nav.dashboard" : "players.title")}
      </Link>
      <div className="flex flex-wrap items-center gap-4">
        <span className="figure grid size-14 shrink-0 place-items-center rounded-full bg-teal-soft text-xl font-semibold text-teal" aria-hidden="true">
          {number ?? name.slice(0, 1)}
        </span>
        <div className="min-w-0 flex-1">
          <h1 className="text-2xl font-semibold break-words md:text-3xl">{name}</h1>
          <p className="text-muted">{facts.filter(Boolean).join(" · ")}</p>
        </div>
        <div className="flex gap-2">
          {!family && (
            <ButtonLink to={`/players/compare?ids=${player.id}`} size="sm">
              <Columns2 className="size-4" aria-hidden="true" />
              {t("action.compare")}
            </ButtonLink>
          )}
          {coach && (
            <Button look="quiet" size="icon" aria-label={t("players.edit", { name })} onClick={() => setEditing(true)}>
              <Pencil className="size-4.5" aria-hidden="true" />
            </Button>
          )}
        </div>
      </div>
      <Suspense>{editing && <PlayerDialog player={player} onClose={() => setEditing(false)} />}</Suspense>
    </header>
  );
}

/** A month of training, about. */
const UPCOMING = 15;

/** What the player is to do next. */
function CalendarTab({ player }: { player: Player }) {
  const timeZone = useTimeZone(useTeams().data?.items.find(({ id }) => id === player.team_id)?.time_zone);
  return <EventsPanel whose={{ player_id: player.id }} timeZone={timeZone} most={UPCOMING} />;
}

function content(tab: Tab, player: Player) {
  switch (tab) {
    case "figures":
      return <FiguresTab player={player} />;
    case "load":
      return <LoadTab player={player} />;
    case "feedback":
      return (
        <Suspense fallback={<Loading />}>
          <FeedbackTab player={player} />
        </Suspense>
      );
    case "calendar":
      return <CalendarTab player={player} />;
    case "wellness":
      return <WellnessTab player={player} />;
    case "body":
      return <BodyTab player={player} />;
    case "family":
      return <FamilyTab player={player} />;
  }
}

export default function PlayerPage() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const player = usePlayer(id);
  const [search, setSearch] = useSearchParams();
  const tab = TABS.find((name) => name === search.get("tab")) ?? "figures";
  useTitle(player.data?.display_name ?? t("players.title"));
  if (player.isPending) return <Loading />;
  if (player.isError) return <ErrorState error={player.error} retry={() => void player.refetch()} />;
  return (
    <>
      <Header player={player.data} />
      <Tabs
        label={t("player.tabs.label")}
        value={tab}
        onChange={(value) => setSearch(value === "figures" ? {} : { tab: value }, { replace: true })}
        tabs={TABS.map((value) => ({ value, label: t(value === "feedback" || value === "calendar" ? `nav.${value}` : `player.tabs.${value}`), content: content(value, player.data) }))}
      />
    </>
  );
}
