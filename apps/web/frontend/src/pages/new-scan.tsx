import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { ApiError } from "@/api/errors";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { PageHeader } from "@/components/card";
import { DropZone } from "@/components/drop-zone";
import { ScanDetails, ScanPresets, useScanChoices } from "@/components/scan-details";
import { ErrorState, Skeleton } from "@/components/states";
import { Tabs } from "@/components/tabs";
import { UploadFailure } from "@/components/upload-failure";
import { UploadProgress } from "@/components/upload-progress";
import { useCanEdit } from "@/hooks/use-account";
import { useTitle } from "@/hooks/use-title";
import { useFileProblem, useUpload } from "@/hooks/use-upload";
import { useVideoFacts } from "@/hooks/use-video-facts";
import { withTexts } from "@/i18n";
import { checkFile } from "@/upload/checks";
import { clearUpload, isBusy, startUpload } from "@/upload/manager";

const RigForm = lazy(() => withTexts("rig", import("@/components/rig/rig-form").then(({ RigForm: Form }) => ({ default: Form }))));

function FilmForm() {
  const { t } = useTranslation();
  const problemText = useFileProblem();
  const [file, setFile] = useState<File | null>(null);
  const { state, facts } = useVideoFacts(file);
  const problem = file ? checkFile(file) : null;
  const { details, input, isReady } = useScanChoices(file ? [file] : []);
  const submit = () => {
    if (file && !problem) void startUpload(file, input);
  };
  return (
    <div className="grid max-w-4xl gap-8">
      <UploadFailure />
      <DropZone
        file={file}
        facts={facts}
        problem={problem && problemText(problem)}
        onFile={(chosen) => {
          clearUpload();
          setFile(chosen);
        }}
      />
      {state === "unreadable" && !problem && <Banner tone="info">{t("newScan.unreadable")}</Banner>}
      <ScanDetails {...details} />
      <ScanPresets facts={facts} {...details} />
      <div className="flex flex-wrap items-center gap-4">
        <Button look="primary" className="px-6" disabled={!file || problem !== null || !isReady} onClick={submit}>
          {t("newScan.start")}
        </Button>
        <p className="text-sm text-muted">{t(file ? "newScan.resume" : "newScan.first")}</p>
      </div>
    </div>
  );
}

function useCameras() {
  const [asked, ask] = useSearchParams();
  const cameras = asked.get("cameras") === "several" ? "several" : "one";
  return { cameras, choose: (value: string) => ask(value === "several" ? { cameras: value } : {}, { replace: true }) } as const;
}

function ScanForm() {
  const { t } = useTranslation();
  const { cameras, choose } = useCameras();
  const rig = (
    <Suspense fallback={<Skeleton className="h-60" />}>
      <RigForm />
    </Suspense>
  );
  return (
    <Tabs
      label={t("newScan.cameras.label")}
      tabs={[
        { value: "one", label: t("newScan.cameras.one"), content: <FilmForm /> },
        { value: "several", label: t("newScan.cameras.several"), content: rig },
      ]}
      value={cameras}
      onChange={(value) => {
        clearUpload();
        choose(value);
      }}
    />
  );
}

/** A finished upload leads to its session, where the scan's progress is shown. */
function useGoToSession() {
  const upload = useUpload();
  const navigate = useNavigate();
  const sessionId = upload.phase === "done" ? upload.answer?.session_id : undefined;
  useEffect(() => {
    if (!sessionId) return;
    clearUpload();
    void navigate(`/sessions/${sessionId}`);
  }, [sessionId, navigate]);
}

export default function NewScanPage() {
  const { t } = useTranslation();
  const upload = useUpload();
  const canEdit = useCanEdit();
  const { cameras } = useCameras();
  useTitle(t("newScan.heading"));
  useGoToSession();
  if (!canEdit) return <ErrorState error={new ApiError(403, "PERMISSION_DENIED", "")} />;
  return (
    <>
      <PageHeader title={t("newScan.heading")} lead={t(cameras === "one" ? "newScan.lead" : "newScan.leadSeveral")} />
      {isBusy(upload) || upload.phase === "done" ? <UploadProgress /> : <ScanForm />}
    </>
  );
}
