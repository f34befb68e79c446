import { ArrowLeft, Columns2, Users } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { PERIODS, type Period } from "@/api/dashboard";
import type { Player } from "@/api/types";
import { ButtonLink } from "@/components/button";
import { PageHeader } from "@/components/card";
import { ChoiceChip } from "@/components/compare/choice-chip";
import { ComparisonPanel } from "@/components/compare/comparison-panel";
import { SelectField } from "@/components/field";
import { EmptyState, ErrorState, Skeleton } from "@/components/states";
import { useComparison } from "@/hooks/use-dashboard";
import { usePlayers } from "@/hooks/use-players";
import { useTitle } from "@/hooks/use-title";

const MOST = 4;

/** Players of one team only: the first chosen decides which. */
function candidates(players: readonly Player[], chosen: readonly string[]): readonly Player[] {
  const team = players.find(({ id }) => id === chosen[0])?.team_id;
  return team ? players.filter(({ team_id }) => team_id === team) : players;
}

function Choice({ players, chosen, choose }: { players: readonly Player[]; chosen: readonly string[]; choose: (ids: string[]) => void }) {
  const { t } = useTranslation();
  return (
    <fieldset className="mb-5">
      <legend className="mb-2 text-sm font-semibold">{t("compare.who", { most: MOST })}</legend>
      <div className="flex flex-wrap gap-2">
        {candidates(players, chosen).map(({ id, display_name }) => {
          const checked = chosen.includes(id);
          return (
            <ChoiceChip
              key={id}
              checked={checked}
              disabled={!checked && chosen.length >= MOST}
              onChange={() => choose(checked ? chosen.filter((one) => one !== id) : [...chosen, id])}
            >
              {display_name}
            </ChoiceChip>
          );
        })}
      </div>
    </fieldset>
  );
}

function Results({ chosen, period }: { chosen: readonly string[]; period: Period }) {
  const { t } = useTranslation();
  const comparison = useComparison({ player_ids: chosen.join(","), metrics: "", period }, chosen.length > 0);
  const names = useMemo(() => new Map(comparison.data?.subjects.map(({ id, name }) => [id, name])), [comparison.data]);
  if (chosen.length === 0) {
    return <EmptyState icon={Columns2} title={t("compare.empty.title")}>{t("compare.empty.text")}</EmptyState>;
  }
  if (comparison.isPending) return <Skeleton className="h-96 rounded-card" />;
  if (comparison.isError) return <ErrorState error={comparison.error} retry={() => void comparison.refetch()} />;
  return (
    <div className="grid items-start gap-5 xl:grid-cols-2">
      {comparison.data.metrics.map((one) => (
        <ComparisonPanel key={one.metric.key} one={one} names={names} />
      ))}
    </div>
  );
}

export default function ComparePage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const [period, setPeriod] = useState<Period>("180d");
  const players = usePlayers();
  const chosen = (search.get("ids") ?? "").split(",").filter(Boolean).slice(0, MOST);
  const nobody = players.data?.items.length === 0;
  useTitle(t("compare.title"));
  return (
    <>
      <Link to="/players" className="mb-2 inline-flex min-h-9 items-center gap-1.5 text-sm font-semibold text-muted hover:text-ink">
        <ArrowLeft className="size-4" aria-hidden="true" />
        {t("players.title")}
      </Link>
      <PageHeader
        title={t("compare.title")}
        lead={t("compare.lead")}
        actions={
          <SelectField
            label={t("trend.period")}
            className="w-44"
            value={period}
            onChange={(event) => setPeriod(event.target.value as Period)}
            options={PERIODS.map((value) => ({ value, label: t(`trend.periods.${value}`) }))}
          />
        }
      />
      {players.isPending && <Skeleton className="mb-5 h-20" />}
      {players.isError && <ErrorState error={players.error} retry={() => void players.refetch()} />}
      {nobody && (
        <EmptyState icon={Users} title={t("players.empty.title")} action={<ButtonLink to="/players">{t("players.title")}</ButtonLink>}>
          {t("players.empty.text")}
        </EmptyState>
      )}
      {players.data && !nobody && (
        <Choice players={players.data.items} chosen={chosen} choose={(ids) => setSearch(ids.length > 0 ? { ids: ids.join(",") } : {}, { replace: true })} />
      )}
      {!nobody && <Results chosen={chosen} period={period} />}
    </>
  );
}
