import { LogOut } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Units } from "@/api/types";
import { Button } from "@/components/button";
import { Card, PageHeader } from "@/components/card";
import { SelectField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useMe, useSignOut } from "@/hooks/use-account";
import { usePreferences, type Theme } from "@/hooks/use-preferences";
import { useTitle } from "@/hooks/use-title";
import { LANGUAGES, type Language } from "@/i18n";
import { UNITS } from "@/units/format";

const THEMES: readonly Theme[] = ["system", "light", "dark"];

export default function SettingsPage() {
  const { t } = useTranslation();
  const { data: me } = useMe();
  const { theme, units, language, set } = usePreferences();
  const signOut = useSignOut();
  const notify = useNotify();
  const errorText = useErrorText();
  useTitle(t("settings.title"));
  return (
    <>
      <PageHeader title={t("settings.title")} lead={t("settings.lead")} />
      <div className="grid max-w-3xl gap-6">
        <Card className="grid gap-5 p-6 sm:grid-cols-2">
          <SelectField
            label={t("settings.units")}
            value={units}
            onChange={(event) => set({ units: event.target.value as Units })}
            options={UNITS.map((value) => ({ value, label: value }))}
          />
          <SelectField
            label={t("settings.language")}
            value={language}
            onChange={(event) => set({ language: event.target.value as Language })}
            options={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
          />
          <SelectField
            label={t("settings.theme")}
            value={theme}
            onChange={(event) => set({ theme: event.target.value as Theme })}
            options={THEMES.map((value) => ({ value, label: t(`settings.themes.${value}`) }))}
          />
        </Card>
        <Card className="flex flex-wrap items-center justify-between gap-4 p-6">
          <div className="min-w-0">
            <p className="truncate font-semibold">{me?.name || me?.email}</p>
            <p className="truncate text-muted">{me?.email}</p>
            <ul className="mt-2 text-sm text-muted">
              {me?.memberships.map(({ team, role }) => (
                <li key={team.id}>
                  {team.name} · {t(`role.${role}`)}
                </li>
              ))}
            </ul>
          </div>
          <Button
            busy={signOut.isPending}
            onClick={() => signOut.mutate(undefined, { onError: (error) => notify("bad", errorText(error)) })}
          >
            <LogOut className="size-4" aria-hidden="true" />
            {t("settings.signOut")}
          </Button>
        </Card>
      </div>
    </>
  );
}
