import { LoaderCircle } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import type { ScanStatus } from "@/api/types";
import { Banner } from "@/components/banner";
import { ScanProgress } from "@/components/scan-progress";
import { Analysis } from "@/components/session/analysis";
import { ScaleBanner } from "@/components/session/scale-banner";
import { SessionHeader } from "@/components/session/session-header";
import { ErrorState, Loading } from "@/components/states";
import { useCanEdit } from "@/hooks/use-account";
import { isActive, useScanKpis, useScanResults } from "@/hooks/use-scan";
import { useScanProgress } from "@/hooks/use-scan-progress";
import { useSession } from "@/hooks/use-sessions";
import { useTitle } from "@/hooks/use-title";

/** Identities are settled in `link`; when the steps before it stand, a running scan is a correction being worked in. */
function isRerun({ status, steps }: ScanStatus): boolean {
  return isActive(status) && steps.find(({ name }) => name === "track")?.status === "completed";
}

function Rerunning({ status }: { status: ScanStatus }) {
  const { t } = useTranslation();
  const step = status.steps.find(({ status: state }) => state === "running")?.label ?? t("session.rerunStart");
  return (
    <p role="status" className="flex items-center gap-2.5 rounded-field bg-accent-soft px-4 py-3 font-medium text-accent-ink">
      <LoaderCircle className="size-5 shrink-0 animate-spin" aria-hidden="true" />
      {t("session.rerun", { step })}
    </p>
  );
}

function Scan({ sessionId, canEdit }: { sessionId: string; canEdit: boolean }) {
  const progress = useScanProgress(sessionId);
  const status = progress.data;
  const readable = status !== undefined && (status.status === "completed" || isRerun(status));
  const results = useScanResults(sessionId, readable);
  const kpis = useScanKpis(sessionId, readable);
  if (progress.isPending) return <Loading />;
  if (progress.isError) return <ErrorState error={progress.error} retry={() => void progress.refetch()} />;
  const shown = results.data;
  if (!shown?.video && (status!.status !== "completed" || shown)) {
    return <ScanProgress id={sessionId} status={status!} connectionLost={progress.connectionLost} canEdit={canEdit} />;
  }
  if (results.isError && !shown) return <ErrorState error={results.error} retry={() => void results.refetch()} />;
  if (!shown) return <Loading />;
  return (
    <div className="space-y-5">
      {isRerun(status!) && <Rerunning status={status!} />}
      <ScaleBanner results={shown} sessionId={sessionId} canEdit={canEdit} />
      <Analysis scanId={sessionId} results={shown} kpis={kpis.data} canEdit={canEdit} />
    </div>
  );
}

export default function SessionPage() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const session = useSession(id);
  const canEdit = useCanEdit(session.data?.team_id);
  useTitle(session.data?.title || t("sessions.untitled"));
  if (session.isPending) return <Loading />;
  if (session.isError) return <ErrorState error={session.error} retry={() => void session.refetch()} />;
  return (
    <>
      <SessionHeader session={session.data} canEdit={canEdit} />
      {session.data.job ? <Scan sessionId={id} canEdit={canEdit} /> : <Banner tone="info">{t("session.noFilm")}</Banner>}
    </>
  );
}
