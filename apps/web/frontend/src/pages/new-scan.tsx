import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import type { PresetKey, QuickScanInput } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { PageHeader } from "@/components/card";
import { DropZone } from "@/components/drop-zone";
import { SelectField, TextField } from "@/components/field";
import { PresetChoice } from "@/components/preset-choice";
import { ErrorState, Skeleton, useErrorText } from "@/components/states";
import { UploadProgress } from "@/components/upload-progress";
import { useCanEdit } from "@/hooks/use-account";
import { usePlayers } from "@/hooks/use-players";
import { usePresets } from "@/hooks/use-scan";
import { useTitle } from "@/hooks/use-title";
import { useUpload } from "@/hooks/use-upload";
import { useVideoFacts } from "@/hooks/use-video-facts";
import { ApiError } from "@/api/errors";
import { checkFile } from "@/upload/checks";
import { clearUpload, isBusy, startUpload } from "@/upload/manager";

type FilmType = NonNullable<QuickScanInput["session_type"]>;

const TYPES: readonly FilmType[] = ["training", "match", "analysis"];
const DEFAULT_PRESET: PresetKey = "standard";

interface Choices {
  title: string;
  player_id: string;
  session_type: FilmType;
  preset: PresetKey;
}

const START: Choices = { title: "", player_id: "", session_type: "training", preset: DEFAULT_PRESET };

function Details({ choices, change }: { choices: Choices; change: (next: Partial<Choices>) => void }) {
  const { t } = useTranslation();
  const players = usePlayers();
  return (
    <div className="grid gap-5 sm:grid-cols-3">
      <TextField
        label={t("newScan.title")}
        placeholder={t("newScan.titleExample")}
        maxLength={120}
        value={choices.title}
        onChange={(event) => change({ title: event.target.value })}
      />
      <SelectField
        label={t("newScan.type")}
        value={choices.session_type}
        onChange={(event) => change({ session_type: event.target.value as FilmType })}
        options={TYPES.map((value) => ({ value, label: t(`sessionType.${value}`) }))}
      />
      <SelectField
        label={t("newScan.player")}
        hint={t("newScan.playerHint")}
        value={choices.player_id}
        onChange={(event) => change({ player_id: event.target.value })}
        options={[
          { value: "", label: t("newScan.wholeTeam") },
          ...(players.data?.items ?? []).map(({ id, display_name }) => ({ value: id, label: display_name })),
        ]}
      />
    </div>
  );
}

/** The connection gave up, as opposed to the server refusing the film: sending it again goes on where it stopped. */
function isBroken(error: unknown): boolean {
  return error instanceof ApiError && (error.unreachable || error.status >= 500);
}

function ScanForm() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const upload = useUpload();
  const [file, setFile] = useState<File | null>(null);
  const [choices, setChoices] = useState(START);
  const { state, facts } = useVideoFacts(file);
  const presets = usePresets(facts ?? {}, true);
  const problem = file ? checkFile(file) : null;
  const submit = () => {
    if (!file || problem) return;
    const { title, player_id, session_type, preset } = choices;
    void startUpload(file, {
      session_type,
      preset,
      ...(title.trim() && { title: title.trim() }),
      ...(player_id && { player_id }),
    });
  };
  return (
    <div className="grid max-w-4xl gap-8">
      {upload.phase === "failed" && (
        <Banner tone="bad" title={t("upload.failed", { name: upload.fileName })}>
          {errorText(upload.error)} {isBroken(upload.error) && t("upload.again")}
        </Banner>
      )}
      <DropZone
        file={file}
        facts={facts}
        problem={problem && t(`newScan.problem.${problem}`)}
        onFile={(chosen) => {
          clearUpload();
          setFile(chosen);
        }}
      />
      {state === "unreadable" && !problem && <Banner tone="info">{t("newScan.unreadable")}</Banner>}
      <Details choices={choices} change={(next) => setChoices((now) => ({ ...now, ...next }))} />
      <div>
        <h2 className="mb-3 text-lg font-semibold">{t("newScan.preset")}</h2>
        {presets.isPending && <Skeleton className="h-32" />}
        {presets.isError && <ErrorState error={presets.error} retry={() => void presets.refetch()} />}
        {presets.data && (
          <PresetChoice presets={presets.data} known={facts !== null} value={choices.preset} onChange={(preset) => setChoices((now) => ({ ...now, preset }))} />
        )}
      </div>
      <div className="flex flex-wrap items-center gap-4">
        <Button look="primary" className="px-6" disabled={!file || problem !== null} onClick={submit}>
          {t("newScan.start")}
        </Button>
        <p className="text-sm text-muted">{t(file ? "newScan.resume" : "newScan.first")}</p>
      </div>
    </div>
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
  useTitle(t("newScan.heading"));
  useGoToSession();
  if (!canEdit) return <ErrorState error={new ApiError(403, "PERMISSION_DENIED", "")} />;
  return (
    <>
      <PageHeader title={t("newScan.heading")} lead={t("newScan.lead")} />
      {isBusy(upload) || upload.phase === "done" ? <UploadProgress /> : <ScanForm />}
    </>
  );
}
