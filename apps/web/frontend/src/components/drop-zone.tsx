import clsx from "clsx";
import { FileVideo2, RefreshCw, UploadCloud } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { usePreferences } from "@/hooks/use-preferences";
import type { VideoFileFacts } from "@/hooks/use-video-facts";
import { formatBytes, formatClock } from "@/units/format";
import { ALLOWED_EXTENSIONS, FILM_ACCEPT, MAX_UPLOAD_BYTES } from "@/upload/checks";
import { Button } from "./button";
import { DropFrame } from "./drop-frame";

interface DropZoneProps {
  file: File | null;
  facts: VideoFileFacts | null;
  problem: string | null;
  onFile: (file: File) => void;
}

function Chosen({ file, facts, onChange }: { file: File; facts: VideoFileFacts | null; onChange: () => void }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const details = [
    formatBytes(file.size, language),
    ...(facts ? [formatClock(facts.duration_s), `${facts.width} × ${facts.height}`] : []),
  ];
  return (
    <div className="flex flex-wrap items-center gap-4">
      <span className="grid size-12 shrink-0 place-items-center rounded-field bg-teal-soft text-teal">
        <FileVideo2 className="size-6" aria-hidden="true" />
      </span>
      <div className="min-w-0 flex-1 basis-40">
        <p className="truncate font-semibold">{file.name}</p>
        <p className="text-sm text-muted">{details.join(" · ")}</p>
      </div>
      <Button size="sm" onClick={onChange}>
        <RefreshCw className="size-4" aria-hidden="true" />
        {t("newScan.otherFile")}
      </Button>
    </div>
  );
}

/** Take a film by drop, by click or by keyboard. */
export function DropZone({ file, facts, problem, onFile }: DropZoneProps) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const input = useRef<HTMLInputElement>(null);
  const choose = () => input.current?.click();
  return (
    <DropFrame onFiles={([dropped]) => dropped && onFile(dropped)} className={clsx("p-6", problem && "border-bad")}>
      <input
        ref={input}
        type="file"
        accept={FILM_ACCEPT}
        className="sr-only"
        tabIndex={-1}
        aria-label={t("newScan.choose")}
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          if (chosen) onFile(chosen);
          event.target.value = "";
        }}
      />
      {file ? (
        <Chosen file={file} facts={facts} onChange={choose} />
      ) : (
        <div className="flex flex-col items-center py-8 text-center">
          <UploadCloud className="mb-3 size-11 text-accent" strokeWidth={1.5} aria-hidden="true" />
          <p className="text-lg font-semibold">{t("newScan.drop")}</p>
          <p className="mt-1 mb-5 text-sm text-muted">
            {t("newScan.limits", { formats: ALLOWED_EXTENSIONS.join(", ").toUpperCase(), size: formatBytes(MAX_UPLOAD_BYTES, language) })}
          </p>
          <Button look="primary" onClick={choose}>
            {t("newScan.choose")}
          </Button>
        </div>
      )}
      {problem && (
        <p role="alert" className="mt-4 text-sm font-medium text-bad">
          {problem}
        </p>
      )}
    </DropFrame>
  );
}
