import { ArrowLeft, Sparkles, Users } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { ApiError } from "@/api/errors";
import { today } from "@/calendar/zones";
import { Banner } from "@/components/banner";
import { PageHeader } from "@/components/card";
import { PlanForm } from "@/components/calendar/plan-form";
import { ProposalCard } from "@/components/calendar/proposal-card";
import { EmptyState, ErrorState, Loading, Skeleton, useErrorText } from "@/components/states";
import { useCanEdit } from "@/hooks/use-account";
import { useProposals, useRecommend, useTeams, useZone } from "@/hooks/use-calendar";
import { usePlayers } from "@/hooks/use-players";
import { useTitle } from "@/hooks/use-title";

export default function ProposalsPage() {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const teams = useTeams();
  const team = teams.data?.items.find(({ id }) => id === search.get("team")) ?? teams.data?.items[0] ?? null;
  const zone = useZone(team);
  const canEdit = useCanEdit(team?.id);
  const players = usePlayers();
  const proposals = useProposals(canEdit ? (team?.id ?? null) : null);
  const ask = useRecommend();
  const errorText = useErrorText();
  const [now] = useState(() => new Date().toISOString());
  useTitle(t("proposals.title"));
  if (teams.isPending || players.isPending) return <Loading />;
  const broken = teams.error ?? players.error;
  if (broken) return <ErrorState error={broken} retry={() => void Promise.all([teams.refetch(), players.refetch()])} />;
  if (!canEdit) return <ErrorState error={new ApiError(403, "PERMISSION_DENIED", "")} />;
  const roster = (players.data?.items ?? []).filter(({ team_id }) => team_id === team?.id);
  const open = proposals.data?.items
    .filter(({ expires_at, event }) => expires_at > now && event.start > now)
    .sort((one, other) => one.event.start.localeCompare(other.event.start));
  return (
    <>
      <Link to={`/calendar${team ? `?team=${team.id}` : ""}`} className="mb-3 inline-flex min-h-11 items-center gap-2 font-semibold text-muted hover:text-ink">
        <ArrowLeft className="size-4" aria-hidden="true" />
        {t("proposals.back")}
      </Link>
      <PageHeader title={t("proposals.title")} lead={t("proposals.lead")} />
      {roster.length === 0 ? (
        <EmptyState icon={Users} title={t("proposals.noPlayers")} />
      ) : (
        <PlanForm key={team?.id} players={roster} firstDay={today(zone)} busy={ask.isPending} onAsk={(input) => ask.mutate(input)} />
      )}
      {ask.isError && <Banner tone="bad" className="mt-5">{errorText(ask.error)}</Banner>}
      {ask.data && (
        <Banner tone={ask.data.proposals.length ? "good" : "warn"} className="mt-5" title={t("proposals.found", { count: ask.data.proposals.length, days: ask.data.days_considered })}>
          {ask.data.reasons.length > 0 && (
            <ul className="list-disc space-y-1 pl-5">
              {ask.data.reasons.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
          )}
        </Banner>
      )}
      <h2 className="mt-8 mb-4 text-xl font-semibold">{t("proposals.open")}</h2>
      {proposals.isPending && <Skeleton className="h-48" />}
      {proposals.isError && <ErrorState error={proposals.error} retry={() => void proposals.refetch()} />}
      {open?.length === 0 && <EmptyState icon={Sparkles} title={t("proposals.none")} />}
      <ul className="grid gap-4 lg:grid-cols-2">
        {open?.map((proposal) => (
          <li key={proposal.id} className="[&>section]:h-full">
            <ProposalCard proposal={proposal} />
          </li>
        ))}
      </ul>
    </>
  );
}
