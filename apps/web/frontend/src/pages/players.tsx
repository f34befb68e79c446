import { Columns2, Pencil, ShieldCheck, ShieldQuestion, UserPlus, Users } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Player } from "@/api/types";
import { Button, ButtonLink } from "@/components/button";
import { Card, PageHeader } from "@/components/card";
import { PlayerDialog } from "@/components/player-dialog";
import { EmptyState, ErrorState, Skeleton } from "@/components/states";
import { useCanEdit, useMe } from "@/hooks/use-account";
import { usePlayers } from "@/hooks/use-players";
import { usePreferences } from "@/hooks/use-preferences";
import { useTitle } from "@/hooks/use-title";
import { formatMeasure } from "@/units/measures";

function PlayerCard({ player, onEdit }: { player: Player; onEdit: (() => void) | null }) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const { units, language } = usePreferences();
  const { display_name, jersey_number, age_years, position, height_cm, consent, team_id } = player;
  const team = me?.memberships.find((membership) => membership.team.id === team_id)?.team.name;
  const facts = [
    team,
    age_years !== null && t("players.age", { age: Math.floor(age_years) }),
    position && t(`players.positions.${position}`),
    height_cm !== null && formatMeasure(height_cm, "height_cm", units, language),
  ].filter(Boolean);
  const Shield = consent.given ? ShieldCheck : ShieldQuestion;
  return (
    <Card className="relative flex items-center gap-4 p-4 transition-shadow hover:shadow-pop">
      <span className="figure grid size-12 shrink-0 place-items-center rounded-full bg-teal-soft text-lg font-semibold text-teal">
        {jersey_number ?? display_name.slice(0, 1)}
      </span>
      <div className="min-w-0 flex-1">
        <h2 className="truncate font-sans font-semibold">
          <Link to={`/players/${player.id}`} className="after:absolute after:inset-0 after:rounded-card">
            {display_name}
          </Link>
        </h2>
        <p className="line-clamp-2 text-sm text-muted">{facts.join(" · ")}</p>
        <p className={`mt-0.5 flex items-center gap-1 text-xs ${consent.given ? "text-good" : "text-warn"}`}>
          <Shield className="size-3.5" aria-hidden="true" />
          {t(consent.given ? "players.consent" : "players.noConsent")}
        </p>
      </div>
      {onEdit && (
        <Button look="quiet" size="icon" className="relative" aria-label={t("players.edit", { name: display_name })} onClick={onEdit}>
          <Pencil className="size-4.5" aria-hidden="true" />
        </Button>
      )}
    </Card>
  );
}

export default function PlayersPage() {
  const { t } = useTranslation();
  const players = usePlayers();
  const canEdit = useCanEdit();
  const [edited, setEdited] = useState<Player | "new" | null>(null);
  useTitle(t("players.title"));
  const add = canEdit && (
    <Button look="primary" onClick={() => setEdited("new")}>
      <UserPlus className="size-4" aria-hidden="true" />
      {t("players.add")}
    </Button>
  );
  const actions = players.data && players.data.items.length > 0 && (
    <>
      {players.data.items.length > 1 && (
        <ButtonLink to="/players/compare">
          <Columns2 className="size-4" aria-hidden="true" />
          {t("action.compare")}
        </ButtonLink>
      )}
      {add}
    </>
  );
  return (
    <>
      <PageHeader title={t("players.title")} lead={canEdit && t("players.lead")} actions={actions} />
      {players.isPending && <Skeleton className="h-60" />}
      {players.isError && <ErrorState error={players.error} retry={() => void players.refetch()} />}
      {players.data?.items.length === 0 && (
        <EmptyState icon={Users} title={t("players.empty.title")} action={add}>
          {t("players.empty.text")}
        </EmptyState>
      )}
      <ul className="grid grid-cols-1 gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {players.data?.items.map((player) => (
          <li key={player.id}>
            <PlayerCard player={player} onEdit={canEdit ? () => setEdited(player) : null} />
          </li>
        ))}
      </ul>
      {edited && <PlayerDialog player={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
    </>
  );
}
