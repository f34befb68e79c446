import { useTranslation } from "react-i18next";
import type { SpeedUnit, UnitSystem } from "@/api/types";
import { Card } from "@/components/card";
import { SelectField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useChangeMe } from "@/hooks/use-invitations";
import { usePreferences, type Theme } from "@/hooks/use-preferences";
import { LANGUAGES, type Language } from "@/i18n";
import { SPEEDS, SYSTEMS, unitsOf } from "@/units/units";

const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** Units, language and theme: kept in the account, so that reports, mails and other devices follow. */
export function LooksCard() {
  const { t } = useTranslation();
  const { theme, system, speed, language, set } = usePreferences();
  const change = useChangeMe();
  const notify = useNotify();
  const errorText = useErrorText();
  const keep = (chosen: Parameters<typeof change.mutate>[0]) =>
    change.mutate(chosen, { onError: (error) => notify("bad", errorText(error)) });
  return (
    <Card className="grid gap-5 p-6 sm:grid-cols-2">
      <SelectField
        label={t("settings.units")}
        hint={t("settings.unitsHint")}
        value={system}
        onChange={({ target }) => keep({ units: target.value as UnitSystem })}
        options={SYSTEMS.map((value) => ({ value, label: t(`settings.systems.${value}`) }))}
      />
      <SelectField
        label={t("settings.speed")}
        value={speed ?? ""}
        onChange={({ target }) => keep({ speed_unit: (target.value || null) as SpeedUnit | null })}
        options={[
          { value: "", label: t("settings.usualSpeed", { unit: unitsOf(system, null).speed }) },
          ...SPEEDS.map((value) => ({ value, label: value })),
        ]}
      />
      <SelectField
        label={t("settings.language")}
        value={language}
        onChange={({ target }) => {
          set({ language: target.value as Language });
          keep({ language: target.value });
        }}
        options={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
      />
      <SelectField
        label={t("settings.theme")}
        value={theme}
        onChange={({ target }) => {
          set({ theme: target.value as Theme });
          keep({ theme: target.value as Theme });
        }}
        options={THEMES.map((value) => ({ value, label: t(`settings.themes.${value}`) }))}
      />
    </Card>
  );
}
