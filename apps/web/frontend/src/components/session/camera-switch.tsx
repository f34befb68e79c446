import clsx from "clsx";
import { Video } from "lucide-react";
import { RadioGroup } from "radix-ui";
import { useTranslation } from "react-i18next";
import type { CameraFilm } from "@/api/types";

/** Which of several cameras to look through; the moment stays the same. */
export function CameraSwitch({ films, shown, onShow }: { films: readonly CameraFilm[]; shown: string; onShow: (id: string) => void }) {
  const { t } = useTranslation();
  const film = films.find(({ id }) => id === shown);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-3 py-2">
      <RadioGroup.Root value={shown} onValueChange={onShow} aria-label={t("cameras.label")} className="flex flex-wrap gap-1">
        {films.map(({ id, camera }) => (
          <RadioGroup.Item
            key={id}
            value={id}
            className={clsx(
              "inline-flex min-h-9 items-center gap-1.5 rounded-field px-3 text-sm font-semibold text-muted hover:bg-sunken hover:text-ink",
              "data-[state=checked]:bg-accent-soft data-[state=checked]:text-accent-ink",
            )}
          >
            <Video className="size-4" aria-hidden="true" />
            {camera}
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
      {film?.offset_s === null && (
        <p role="status" className="text-xs text-muted">
          {t("cameras.noTime", { first: films[0]!.camera })}
        </p>
      )}
    </div>
  );
}
