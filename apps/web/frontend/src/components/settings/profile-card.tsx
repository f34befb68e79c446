import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "@/api/types";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { SelectField, TextField } from "@/components/field";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useChangeMe } from "@/hooks/use-account";
import { timeZones } from "@/units/zones";

/** One's name and the time zone in which the pages tell times. */
export function ProfileCard({ me }: { me: Me }) {
  const { t } = useTranslation();
  const change = useChangeMe();
  const notify = useNotify();
  const errorText = useErrorText();
  const [name, setName] = useState(me.name);
  const [zone, setZone] = useState(me.time_zone ?? "");
  const same = name.trim() === me.name && zone === (me.time_zone ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ name: name.trim(), time_zone: zone || null }, { onSuccess: () => notify("good", t("profile.saved")) });
  };
  return (
    <Card className="p-6">
      <h2 className="mb-4 text-xl font-semibold">{t("profile.title")}</h2>
      <form noValidate onSubmit={submit} className="grid gap-5 sm:grid-cols-2">
        <TextField label={t("door.name")} autoComplete="name" maxLength={150} value={name} onChange={({ target }) => setName(target.value)} />
        <SelectField
          label={t("profile.zone")}
          hint={t("profile.zoneHint")}
          value={zone}
          onChange={({ target }) => setZone(target.value)}
          options={[{ value: "", label: t("profile.teamZone") }, ...timeZones(me.time_zone).map((value) => ({ value, label: value.replaceAll("_", " ") }))]}
        />
        {change.isError && <Banner tone="bad" className="sm:col-span-2">{errorText(change.error)}</Banner>}
        <div>
          <Button type="submit" busy={change.isPending} disabled={same}>
            {t("action.save")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
