import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { ApiError } from "@/api/errors";
import { CalibrationEditor } from "@/components/calibration/editor";
import { Banner } from "@/components/banner";
import { PageHeader } from "@/components/card";
import { ErrorState, Loading } from "@/components/states";
import { useCanEdit } from "@/hooks/use-account";
import { useScanResults } from "@/hooks/use-scan";
import { useSession } from "@/hooks/use-sessions";
import { useTitle } from "@/hooks/use-title";

export default function CalibrationPage() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const session = useSession(id);
  const results = useScanResults(id, true);
  const canEdit = useCanEdit(session.data?.team_id);
  useTitle(t("calibration.title"));
  if (session.isPending || results.isPending) return <Loading />;
  if (session.isError || results.isError) {
    return (
      <ErrorState
        error={session.error ?? results.error}
        retry={() => {
          void session.refetch();
          void results.refetch();
        }}
      />
    );
  }
  if (!results.data.video) return <Banner tone="info">{t("calibration.tooEarly")}</Banner>;
  if (!canEdit) return <ErrorState error={new ApiError(403, "PERMISSION_DENIED", "")} />;
  return (
    <>
      <Link to={`/sessions/${id}`} className="mb-2 inline-flex min-h-9 items-center gap-1.5 text-sm font-semibold text-muted hover:text-ink">
        <ArrowLeft className="size-4" aria-hidden="true" />
        {t("calibration.back")}
      </Link>
      <PageHeader title={t("calibration.title")} lead={t("calibration.lead")} />
      <CalibrationEditor session={session.data} video={results.data.video} />
    </>
  );
}
