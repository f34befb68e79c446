import { useMutation } from "@tanstack/react-query";
import clsx from "clsx";
import { Download } from "lucide-react";
import { Popover as Radix } from "radix-ui";
import { useTranslation } from "react-i18next";
import { exportScan, type ExportKind } from "@/api/scans";
import { Button } from "@/components/button";
import { Popover } from "@/components/popover";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";

const OF_FIGURES = ["csv", "json"] as const satisfies readonly ExportKind[];
const OF_FILM = ["mot", "coco"] as const satisfies readonly ExportKind[];

function save({ blob, name }: { blob: Blob; name: string }) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Browsers begin to read the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Files of a session for other programs. */
export function ExportMenu({ sessionId, hasFilm }: { sessionId: string; hasFilm: boolean }) {
  const { t } = useTranslation();
  const notify = useNotify();
  const errorText = useErrorText();
  const fetched = useMutation({
    mutationFn: (kind: ExportKind) => exportScan(sessionId, kind),
    onSuccess: save,
    onError: (error) => notify("bad", errorText(error)),
  });
  return (
    <Popover
      label={t("export.title")}
      trigger={
        // Not disabled while it works: the focus comes back to it when the menu closes.
        <Button look="quiet" size="icon" aria-label={t("export.title")} aria-busy={fetched.isPending}>
          <Download className={clsx("size-4.5", fetched.isPending && "animate-pulse")} aria-hidden="true" />
        </Button>
      }
    >
      <ul className="-m-2">
        {[...OF_FIGURES, ...(hasFilm ? OF_FILM : [])].map((kind) => (
          <li key={kind}>
            <Radix.Close asChild>
              <button
                type="button"
                onClick={() => fetched.mutate(kind)}
                className="w-full rounded-field px-3 py-2 text-left hover:bg-sunken"
              >
                <span className="block font-semibold">{t(`export.${kind}.name`)}</span>
                <span className="block text-muted">{t(`export.${kind}.text`)}</span>
              </button>
            </Radix.Close>
          </li>
        ))}
      </ul>
    </Popover>
  );
}
