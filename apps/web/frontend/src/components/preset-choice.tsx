import { RadioGroup } from "radix-ui";
import { useTranslation } from "react-i18next";
import type { Preset, PresetKey } from "@/api/types";
import { usePreferences } from "@/hooks/use-preferences";
import { formatWait } from "@/units/format";

interface PresetChoiceProps {
  /** Whether the film's length is known, without which nothing can be estimated. */
  known: boolean;
  presets: readonly Preset[];
  value: PresetKey;
  onChange: (key: PresetKey) => void;
}

/** How thorough the scan is, with what it costs in time on this machine. */
export function PresetChoice({ known, presets, value, onChange }: PresetChoiceProps) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (
    <RadioGroup.Root value={value} onValueChange={(key) => onChange(key as PresetKey)} aria-label={t("newScan.preset")} className="grid gap-3 sm:grid-cols-3">
      {presets.map((preset) => (
        <RadioGroup.Item
          key={preset.key}
          value={preset.key}
          className="group flex flex-col rounded-card border-2 border-line bg-surface p-4 text-left transition-colors hover:border-line-strong data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft"
        >
          <span className="flex w-full items-center justify-between gap-2">
            <span className="font-semibold">{preset.name}</span>
            <span className="grid size-5 place-items-center rounded-full border-2 border-line-strong bg-surface group-data-[state=checked]:border-accent">
              <RadioGroup.Indicator className="size-2.5 rounded-full bg-accent" />
            </span>
          </span>
          <span className="mt-1 text-sm text-muted group-data-[state=checked]:text-ink">{preset.description}</span>
          <span className="mt-3 text-sm font-semibold">
            {preset.estimate_s === null ? t(known ? "newScan.noEstimate" : "newScan.estimateLater") : t("newScan.estimate", { time: formatWait(preset.estimate_s, language) })}
          </span>
          {known && <span className="text-xs text-muted group-data-[state=checked]:text-ink">{preset.estimate_basis}</span>}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
