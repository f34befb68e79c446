import { useTranslation } from "react-i18next";
import type { Me, SpeedUnit, UnitSystem } from "@/api/types";
import { Card } from "@/components/card";
import { SelectField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useChangeMe } from "@/hooks/use-account";
import { chosenLanguage, THEMES, type Theme } from "@/hooks/looks";
import { usePreferences } from "@/hooks/use-preferences";
import { detectLanguage, LANGUAGES } from "@/i18n";
import { SPEEDS, SYSTEMS, unitsOf } from "@/units/units";

/** Units, language and theme: kept in the account, so that reports, mails and other devices follow. */
export function LooksCard({ me }: { me: Me }) {
  const { t } = useTranslation();
  const { theme, system, speed } = usePreferences();
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
        value={chosenLanguage(me) ?? ""}
        onChange={({ target }) => keep({ language: target.value || null })}
        options={[
          { value: "", label: t("settings.deviceLanguage", { language: LANGUAGES[detectLanguage()] }) },
          ...Object.entries(LANGUAGES).map(([value, label]) => ({ value, label })),
        ]}
      />
      <SelectField
        label={t("settings.theme")}
        value={theme}
        onChange={({ target }) => keep({ theme: target.value as Theme })}
        options={THEMES.map((value) => ({ value, label: t(`settings.themes.${value}`) }))}
      />
    </Card>
  );
}
