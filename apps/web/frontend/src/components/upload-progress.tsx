import { useTranslation } from "react-i18next";
import { usePreferences } from "@/hooks/use-preferences";
import { useUpload } from "@/hooks/use-upload";
import { formatBytes, formatWait } from "@/units/format";
import { cancelUpload, type UploadState } from "@/upload/manager";
import { Banner } from "./banner";
import { Button } from "./button";
import { Card } from "./card";
import { ProgressBar } from "./progress";

function Rate({ upload }: { upload: UploadState }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { sent, total, bytesPerSecond, secondsLeft } = upload;
  const parts = [t("upload.sent", { sent: formatBytes(sent, language), total: formatBytes(total, language) })];
  if (bytesPerSecond) parts.push(`${formatBytes(bytesPerSecond, language)}/s`);
  if (secondsLeft !== null) parts.push(t("scan.timeLeft", { time: formatWait(secondsLeft, language) }));
  return <p className="text-sm text-muted">{parts.join(" · ")}</p>;
}

/** How far each camera's film is. */
function Cameras({ upload }: { upload: UploadState }) {
  const { language } = usePreferences();
  return (
    <ul className="space-y-2.5">
      {upload.parts.map(({ camera, sent, total }) => (
        <li key={camera} className="grid grid-cols-[minmax(5rem,10rem)_minmax(0,1fr)_auto] items-center gap-3 text-sm">
          <span className="truncate font-medium">{camera}</span>
          <ProgressBar value={total > 0 ? (sent / total) * 100 : 0} label={camera} className="h-1.5" />
          <span className="figure text-muted">{formatBytes(total, language)}</span>
        </li>
      ))}
    </ul>
  );
}

/** The running upload in full. */
export function UploadProgress() {
  const { t } = useTranslation();
  const upload = useUpload();
  const percent = upload.total > 0 ? (upload.sent / upload.total) * 100 : 0;
  return (
    <Card className="mx-auto max-w-2xl space-y-5 p-6 sm:p-8">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="text-xl font-semibold">{t(upload.phase === "starting" ? (upload.parts.length > 0 ? "upload.startingAll" : "upload.starting") : "upload.sending")}</h2>
          <p className="truncate text-muted">{upload.fileName}</p>
        </div>
        {upload.phase !== "starting" && (
          <Button size="sm" look="danger" onClick={() => void cancelUpload()}>
            {t("upload.cancel")}
          </Button>
        )}
      </div>
      <div className="flex items-center gap-4">
        <ProgressBar value={percent} label={t("upload.sending")} className="h-2.5 flex-1" />
        <span className="figure w-14 text-right text-xl font-semibold">{Math.floor(percent)}%</span>
      </div>
      {upload.parts.length > 0 && <Cameras upload={upload} />}
      <Rate upload={upload} />
      {upload.phase === "waiting" && <Banner tone="warn">{t("upload.waiting")}</Banner>}
      <p className="text-sm text-muted">{t("upload.leave")}</p>
    </Card>
  );
}
