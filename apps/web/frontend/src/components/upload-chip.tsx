import { Upload } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useUpload } from "@/hooks/use-upload";
import { isBusy } from "@/upload/manager";

/** A running upload, visible from every page. */
export function UploadChip() {
  const { t } = useTranslation();
  const upload = useUpload();
  if (!isBusy(upload)) return null;
  const percent = upload.total > 0 ? Math.floor((upload.sent / upload.total) * 100) : 0;
  return (
    <Link
      to="/scan/new"
      className="flex items-center gap-2 rounded-full bg-pond-raised px-3 py-1.5 text-sm font-semibold text-on-pond lg:rounded-field"
    >
      <Upload className="size-4 text-gill" aria-hidden="true" />
      {t(`upload.chip.${upload.phase === "waiting" ? "waiting" : "sending"}`, { percent })}
    </Link>
  );
}
