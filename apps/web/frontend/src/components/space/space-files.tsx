import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/button";
import { useExport } from "@/hooks/use-export";

interface SpaceFilesProps {
  scanId: string;
  /** Whose body is shown; null where there is none. */
  trackId: number | null;
  /** There are joints of several cameras. */
  several: boolean;
}

/** What is seen in space, for other programs: everybody's joints, and the shown body. */
export function SpaceFiles({ scanId, trackId, several }: SpaceFilesProps) {
  const { t } = useTranslation();
  const fetched = useExport(scanId);
  const of = trackId === null ? null : { track_id: String(trackId) };
  const files = [...(several ? (["trc", "c3d"] as const).map((kind) => ({ kind })) : []), ...(of ? (["glb", "angles"] as const).map((kind) => ({ kind, ...of })) : [])];
  if (files.length === 0) return null;
  return (
    <section aria-label={t("space.files.title")} className="border-t border-line pt-4">
      <h3 className="mb-2 text-sm font-semibold">{t("space.files.title")}</h3>
      <div className="flex flex-wrap gap-2">
        {files.map((file) => (
          <Button key={file.kind} size="sm" busy={fetched.isPending && fetched.variables.kind === file.kind} onClick={() => fetched.mutate(file)}>
            <Download className="size-4" aria-hidden="true" />
            {t(`space.files.${file.kind}`)}
          </Button>
        ))}
      </div>
    </section>
  );
}
