import clsx from "clsx";
import { ArrowLeft, Columns2, Users } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import type { ComparedSessions } from "@/api/types";
import { Banner } from "@/components/banner";
import { PageHeader } from "@/components/card";
import { SessionChoice } from "@/components/compare/session-choice";
import { SessionTable } from "@/components/compare/session-table";
import { EmptyState, ErrorState, Skeleton } from "@/components/states";
import { useSessionsCompared } from "@/hooks/use-dashboard";
import { useTitle } from "@/hooks/use-title";

const MOST = 4;
/** Tables of more sessions need the whole width. */
const BESIDE = 2;

function Tables({ sessions, tables, remarks }: ComparedSessions) {
  const { t } = useTranslation();
  if (tables.every(({ players }) => players.length === 0)) {
    return <EmptyState icon={Users} title={t("compareSessions.nobody.title")}>{t("compareSessions.nobody.text")}</EmptyState>;
  }
  return (
    <>
      {remarks.map((remark) => (
        <Banner key={remark} tone="info" className="mb-5">{remark}</Banner>
      ))}
      <div className={clsx("grid items-start gap-5", sessions.length <= BESIDE && "xl:grid-cols-2")}>
        {tables.filter(({ players }) => players.length > 0).map((table) => (
          <SessionTable key={table.metric.key} table={table} sessions={sessions} />
        ))}
      </div>
    </>
  );
}

export default function CompareSessionsPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const chosen = [...new Set((search.get("ids") ?? "").split(",").filter(Boolean))].slice(0, MOST);
  const compared = useSessionsCompared(chosen);
  const isAsked = chosen.length > 1;
  useTitle(t("compareSessions.title"));
  return (
    <>
      <Link to="/sessions" className="mb-2 inline-flex min-h-9 items-center gap-1.5 text-sm font-semibold text-muted hover:text-ink">
        <ArrowLeft className="size-4" aria-hidden="true" />
        {t("sessions.title")}
      </Link>
      <PageHeader title={t("compareSessions.title")} lead={t("compareSessions.lead")} />
      <SessionChoice
        chosen={chosen}
        most={MOST}
        known={compared.data?.sessions ?? []}
        hasFailed={isAsked && compared.isError}
        choose={(ids) => setSearch(ids.length > 0 ? { ids: ids.join(",") } : {}, { replace: true })}
      />
      {!isAsked && <EmptyState icon={Columns2} title={t("compareSessions.empty.title")}>{t("compareSessions.empty.text")}</EmptyState>}
      {isAsked && compared.isPending && <Skeleton className="h-96 rounded-card" />}
      {isAsked && compared.isError && <ErrorState error={compared.error} retry={() => void compared.refetch()} />}
      {isAsked && compared.data && <Tables {...compared.data} />}
    </>
  );
}
