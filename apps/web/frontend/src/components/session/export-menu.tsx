import clsx from "clsx";
import { Download } from "lucide-react";
import { Popover as Radix } from "radix-ui";
import { useTranslation } from "react-i18next";
import type { ExportKind } from "@/api/scans";
import { Button } from "@/components/button";
import { Popover } from "@/components/popover";
import { useExport } from "@/hooks/use-export";

const OF_FIGURES = ["pdf", "csv", "json"] as const satisfies readonly ExportKind[];
const OF_FILM = ["vtt", "epts", "mot", "coco"] as const satisfies readonly ExportKind[];
/** A page for each player: not a format of its own. */
const PLAYERS = "players";
type Choice = (typeof OF_FIGURES)[number] | (typeof OF_FILM)[number] | typeof PLAYERS;

/** A session on paper, and its files for other programs; `coach`: also everybody's reports. */
export function ExportMenu({ sessionId, hasFilm, coach }: { sessionId: string; hasFilm: boolean; coach: boolean }) {
  const { t } = useTranslation();
  const fetched = useExport(sessionId);
  const [report, ...figures] = OF_FIGURES;
  const choices: Choice[] = [report, ...(coach ? [PLAYERS] as const : []), ...figures, ...(hasFilm ? OF_FILM : [])];
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
        {choices.map((kind) => (
          <li key={kind}>
            <Radix.Close asChild>
              <button
                type="button"
                onClick={() => fetched.mutate(kind === PLAYERS ? { kind: "pdf", player: "all" } : { kind })}
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
