import { LoaderCircle } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import type { ScanResults, ScanStatus, WatchableResults } from "@/api/types";
import { Banner } from "@/components/banner";
import { Analysis } from "@/components/session/analysis";
import { SessionHeader } from "@/components/session/session-header";
import { ErrorState, Loading } from "@/components/states";
import { useCanEdit } from "@/hooks/use-account";
import { isActive, useScanKpis, useScanResults } from "@/hooks/use-scan";
import { useScanProgress } from "@/hooks/use-scan-progress";
import { useSession } from "@/hooks/use-sessions";
import { useTitle } from "@/hooks/use-title";

const ScanProgress = lazy(() => import("@/components/scan-progress").then(({ ScanProgress: Progress }) => ({ default: Progress })));
const ScanActions = lazy(() => import("@/components/scan-progress").then(({ ScanActions: Actions }) => ({ default: Actions })));
const ScaleBanner = lazy(() => import("@/components/session/scale-banner").then(({ ScaleBanner: Scale }) => ({ default: Scale })));
const FiguresOnly = lazy(() => import("@/components/session/figures-only").then(({ FiguresOnly: Figures }) => ({ default: Figures })));
const Records = lazy(() => import("@/components/session/records/records"));

/** From `link` on there are tracks to look at; corrections and calibrations start again there or later. */
function mayBeReadable({ status, steps }: ScanStatus): boolean {
  return status === "completed" || steps.find(({ name }) => name === "pose")?.status === "done";
}

/** Results worth a page: there is a film, and either tracks or the certainty that there will be none. */
function watchable(results: ScanResults | undefined): WatchableResults | null {
  if (!results?.video) return null;
  const ready = results.tracks.length > 0 || results.status === "completed";
  return ready ? { ...results, video: results.video } : null;
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

/** What stands above an analysis that is not (or no longer) complete. */
function Unfinished({ id, status, canEdit }: { id: string; status: ScanStatus; canEdit: boolean }) {
  const { t } = useTranslation();
  if (isActive(status.status)) return <Rerunning status={status} />;
  if (status.status === "completed") return null;
  const failed = status.status === "failed";
  return (
    <Banner
      tone={failed ? "bad" : "info"}
      title={failed ? t("scan.failed") : undefined}
      action={
        <Suspense>
          <ScanActions id={id} status={status} canEdit={canEdit} />
        </Suspense>
      }
    >
      {failed ? status.error?.message : t("scan.cancelled")}
    </Banner>
  );
}

function Scan({ sessionId, canEdit }: { sessionId: string; canEdit: boolean }) {
  const progress = useScanProgress(sessionId);
  const status = progress.data;
  const readable = status !== undefined && mayBeReadable(status);
  const results = useScanResults(sessionId, readable);
  const kpis = useScanKpis(sessionId, readable);
  if (progress.isPending) return <Loading />;
  if (progress.isError) return <ErrorState error={progress.error} retry={() => void progress.refetch()} />;
  const shown = watchable(results.data);
  if (!shown && status!.status !== "completed") {
    return <ScanProgress id={sessionId} status={status!} connectionLost={progress.connectionLost} canEdit={canEdit} />;
  }
  if (!shown && results.isError) return <ErrorState error={results.error} retry={() => void results.refetch()} />;
  if (!shown) return <Loading />;
  return (
    <div className="space-y-5">
      <Unfinished id={sessionId} status={status!} canEdit={canEdit} />
      <Suspense>
        <ScaleBanner results={shown} sessionId={sessionId} canEdit={canEdit} />
      </Suspense>
      <Analysis scanId={sessionId} results={shown} kpis={kpis.data} canEdit={canEdit} onLinkDead={() => void results.refetch()} />
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
      <Suspense fallback={<Loading />}>
        {session.data.job ? <Scan sessionId={id} canEdit={canEdit} /> : <FiguresOnly session={session.data} />}
      </Suspense>
      <Suspense>
        <Records session={session.data} canEdit={canEdit} />
      </Suspense>
    </>
  );
}
