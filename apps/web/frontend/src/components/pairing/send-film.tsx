import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { KnownDevice } from "@/api/device-key";
import type { QuickScanInput } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { DropZone } from "@/components/drop-zone";
import { SelectField, TextField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { UploadProgress } from "@/components/upload-progress";
import { useFileProblem, useUpload } from "@/hooks/use-upload";
import { useVideoFacts } from "@/hooks/use-video-facts";
import { checkFile } from "@/upload/checks";
import { clearUpload, isBusy, startUpload } from "@/upload/manager";

type FilmType = NonNullable<QuickScanInput["session_type"]>;
const TYPES: readonly FilmType[] = ["training", "match", "analysis"];

/** Send a film of this phone to be analysed; it resumes where a lost network cut it off. */
export function SendFilm({ device }: { device: KnownDevice }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const problemText = useFileProblem();
  const upload = useUpload();
  const [file, setFile] = useState<File | null>(null);
  const [title, setTitle] = useState("");
  const [type, setType] = useState<FilmType>("training");
  const { facts } = useVideoFacts(file);
  const problem = file ? checkFile(file) : null;
  if (isBusy(upload)) return <UploadProgress />;
  if (upload.phase === "done") {
    return (
      <Banner
        tone="good"
        title={t("pair.sent")}
        action={
          <Button
            size="sm"
            onClick={() => {
              clearUpload();
              setFile(null);
            }}
          >
            {t("pair.sendAnother")}
          </Button>
        }
      >
        {t("pair.sentText")}
      </Banner>
    );
  }
  const send = () => {
    if (!file || problem) return;
    const whose = device.playerId ? { player_id: device.playerId } : { team_id: device.teamId };
    void startUpload(file, { ...whose, session_type: type, ...(title.trim() && { title: title.trim() }) });
  };
  return (
    <div className="space-y-5">
      {upload.phase === "failed" && <Banner tone="bad" title={t("upload.failed", { name: upload.fileName })}>{errorText(upload.error)}</Banner>}
      <DropZone
        file={file}
        facts={facts}
        problem={problem && problemText(problem)}
        onFile={(chosen) => {
          clearUpload();
          setFile(chosen);
        }}
      />
      {file && !problem && (
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField label={t("newScan.title")} maxLength={120} value={title} onChange={({ target }) => setTitle(target.value)} />
          <SelectField
            label={t("newScan.type")}
            value={type}
            onChange={({ target }) => setType(target.value as FilmType)}
            options={TYPES.map((value) => ({ value, label: t(`sessionType.${value}`) }))}
          />
          <Button look="primary" className="sm:col-span-2" onClick={send}>
            {t("pair.send")}
          </Button>
        </div>
      )}
    </div>
  );
}
