import clsx from "clsx";
import { useFormContext, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { EventForm } from "@/calendar/event-form";
import { WEEKDAYS, weekdayOf, type RepeatKind, type Weekday } from "@/calendar/repeat";
import { SelectField, TextField } from "@/components/field";
import { usePreferences } from "@/hooks/use-preferences";
import { useFieldError } from "./use-field-error";

/** 1 January 2024 was a Monday. */
const nameOf = (day: Weekday, language: string, style: "long" | "short") =>
  new Intl.DateTimeFormat(language, { weekday: style, timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + WEEKDAYS.indexOf(day)));

function DayChoice() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { setValue } = useFormContext<EventForm>();
  const days = useWatch<EventForm, "repeat.days">({ name: "repeat.days" });
  const error = useFieldError("repeat.days");
  const toggle = (day: Weekday) =>
    setValue("repeat.days", days.includes(day) ? days.filter((other) => other !== day) : [...days, day], { shouldDirty: true });
  return (
    <fieldset className="col-span-full">
      <legend className="mb-1.5 text-sm font-semibold">{t("calendar.form.days")}</legend>
      <div className="flex flex-wrap gap-2">
        {WEEKDAYS.map((day) => (
          <button
            key={day}
            type="button"
            aria-pressed={days.includes(day)}
            aria-label={nameOf(day, language, "long")}
            onClick={() => toggle(day)}
            className={clsx(
              "grid min-h-11 min-w-11 place-items-center rounded-full border px-2 text-sm font-semibold",
              days.includes(day) ? "border-accent bg-accent text-on-accent" : "border-line-strong/60 hover:bg-sunken",
            )}
          >
            {nameOf(day, language, "short")}
          </button>
        ))}
      </div>
      {error && <p className="mt-1.5 text-sm font-medium text-bad">{error}</p>}
    </fieldset>
  );
}

/** Not at all, weekly, or on chosen days; until a day or for so many dates. */
export function RepeatFields() {
  const { t } = useTranslation();
  const { register, setValue, getValues } = useFormContext<EventForm>();
  const kind = useWatch<EventForm, "repeat.kind">({ name: "repeat.kind" });
  const count = useWatch<EventForm, "repeat.count">({ name: "repeat.count" });
  const untilError = useFieldError("repeat.until");
  const countError = useFieldError("repeat.count");
  const kinds: RepeatKind[] = ["none", "weekly", "custom", ...(kind === "kept" ? (["kept"] as const) : [])];
  const choose = (next: RepeatKind) => {
    setValue("repeat.kind", next);
    if (next === "custom" && getValues("repeat.days").length === 0) setValue("repeat.days", [weekdayOf(getValues("day"))]);
  };
  const repeats = kind === "weekly" || kind === "custom";
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <SelectField
        label={t("calendar.form.repeat")}
        value={kind}
        onChange={(event) => choose(event.target.value as RepeatKind)}
        options={kinds.map((value) => ({ value, label: t(`calendar.repeat.${value}`) }))}
      />
      {repeats && (count ? (
        <TextField label={t("calendar.form.count")} inputMode="numeric" error={countError} {...register("repeat.count")} />
      ) : (
        <TextField label={t("calendar.form.until")} type="date" error={untilError} {...register("repeat.until")} />
      ))}
      {kind === "custom" && <DayChoice />}
    </div>
  );
}
