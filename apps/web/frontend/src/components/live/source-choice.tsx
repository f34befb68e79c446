import clsx from "clsx";
import { MonitorUp, Smartphone, Webcam, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";

export type Source = "browser" | "screen" | "phone";
const SOURCES = ["browser", "screen", "phone"] as const satisfies readonly Source[];
const ICONS: Record<Source, LucideIcon> = { browser: Webcam, screen: MonitorUp, phone: Smartphone };

/** Where the pictures come from. */
export function SourceChoice({ value, onChange }: { value: Source; onChange: (source: Source) => void }) {
  const { t } = useTranslation();
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-semibold">{t("live.source.label")}</legend>
      <div className="grid gap-3 sm:grid-cols-3">
        {SOURCES.map((source) => {
          const Icon = ICONS[source];
          return (
            <label
              key={source}
              className={clsx(
                "flex cursor-pointer items-start gap-3 rounded-field border p-4",
                source === value ? "border-accent bg-accent-soft" : "border-line-strong/50 hover:bg-sunken",
              )}
            >
              <input type="radio" name="live-source" className="mt-1 accent-accent" checked={source === value} onChange={() => onChange(source)} />
              <span className="min-w-0">
                <span className="flex items-center gap-2 font-semibold">
                  <Icon className="size-4.5 shrink-0" aria-hidden="true" />
                  {t(`live.source.${source}`)}
                </span>
                <span className="mt-0.5 block text-sm text-muted">{t(`live.source.${source}Text`)}</span>
              </span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}
