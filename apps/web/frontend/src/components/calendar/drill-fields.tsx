import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useFieldArray, useFormContext, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { Drill } from "@/api/types";
import type { EventForm } from "@/calendar/event-form";
import { Button } from "@/components/button";
import { SelectField, TextField } from "@/components/field";
import { useDrills } from "@/hooks/use-calendar";
import { useFieldError } from "./use-field-error";

function DrillRow({ index, remove }: { index: number; remove: () => void }) {
  const { t } = useTranslation();
  const { register } = useFormContext<EventForm>();
  const title = useWatch<EventForm, `drills.${number}.title`>({ name: `drills.${index}.title` });
  return (
    <li className="grid grid-cols-[1fr_6rem_auto] items-end gap-2">
      <TextField label={t("calendar.form.part")} error={useFieldError(`drills.${index}.title`)} {...register(`drills.${index}.title`)} />
      <TextField label={t("calendar.form.minutes")} inputMode="numeric" error={useFieldError(`drills.${index}.minutes`)} {...register(`drills.${index}.minutes`)} />
      <Button look="quiet" size="icon" className="mb-0.5" aria-label={t("calendar.form.removePart", { name: title })} onClick={remove}>
        <Trash2 className="size-4.5" aria-hidden="true" />
      </Button>
    </li>
  );
}

/** The parts of a session: of the library, or in the coach's own words. */
export function DrillFields({ ageGroup }: { ageGroup?: string }) {
  const { t } = useTranslation();
  const { fields, append, remove } = useFieldArray<EventForm, "drills">({ name: "drills" });
  const drills = useDrills(ageGroup);
  const [chosen, setChosen] = useState("");
  const byKey = new Map<string, Drill>((drills.data ?? []).map((drill) => [drill.key, drill]));
  const add = () => {
    const drill = byKey.get(chosen);
    append({ drill: drill?.key ?? "", title: drill?.title ?? "", minutes: String(drill?.minutes ?? 10) });
    setChosen("");
  };
  return (
    <div className="space-y-3">
      {fields.length > 0 && (
        <ol className="space-y-3">
          {fields.map(({ id }, index) => (
            <DrillRow key={id} index={index} remove={() => remove(index)} />
          ))}
        </ol>
      )}
      <div className="flex flex-wrap items-end gap-2">
        <SelectField
          className="min-w-0 flex-1 basis-48"
          label={t("calendar.form.library")}
          value={chosen}
          onChange={(event) => setChosen(event.target.value)}
          options={[
            { value: "", label: t("calendar.form.ownPart") },
            ...[...byKey.values()].map(({ key, title, minutes }) => ({ value: key, label: `${title} · ${minutes} min` })),
          ]}
        />
        <Button onClick={add}>
          <Plus className="size-4" aria-hidden="true" />
          {t("calendar.form.addPart")}
        </Button>
      </div>
      {drills.isError && <p className="text-sm text-muted">{t("calendar.form.libraryFailed")}</p>}
      {byKey.get(chosen) && <p className="text-sm text-muted">{byKey.get(chosen)!.aim}</p>}
    </div>
  );
}
