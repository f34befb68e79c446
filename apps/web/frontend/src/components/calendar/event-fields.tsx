import type { ReactNode } from "react";
import { Controller, useFormContext, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { Player, Team } from "@/api/types";
import { endAfter, EVENT_TYPES, INTENSITIES, RULE_NUMBERS, type EventForm } from "@/calendar/event-form";
import { CheckField, SelectField, TextArea, TextField } from "@/components/field";
import { MeasureField } from "@/components/measure-field";
import { DrillFields } from "./drill-fields";
import { RepeatFields } from "./repeat-fields";
import { useFieldError } from "./use-field-error";

function More({ title, open = false, children }: { title: string; open?: boolean; children: ReactNode }) {
  return (
    <details open={open} className="group rounded-field border border-line">
      <summary className="cursor-pointer rounded-field px-4 py-3 font-semibold hover:bg-sunken">{title}</summary>
      <div className="px-4 pt-1 pb-4">{children}</div>
    </details>
  );
}

function When({ zone, allDayFixed }: { zone: string; allDayFixed: boolean }) {
  const { t } = useTranslation();
  const { register, getValues, setValue } = useFormContext<EventForm>();
  const allDay = useWatch<EventForm, "all_day">({ name: "all_day" });
  const dayError = useFieldError("day");
  const lastDayError = useFieldError("last_day");
  const fromError = useFieldError("from");
  const toError = useFieldError("to");
  const activeError = useFieldError("active_minutes");
  const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
  const startChanged = (next: string) => {
    const { from, to } = getValues();
    const length = minutes(to) - minutes(from);
    if (next.length === 5 && length > 0) setValue("to", endAfter(next, length));
    setValue("from", next);
  };
  const dayChanged = (next: string) => {
    setValue("day", next);
    if (!allDay || getValues("last_day") < next) setValue("last_day", next);
  };
  return (
    <div className="grid grid-cols-2 gap-4 sm:grid-cols-[1fr_9.5rem_9.5rem]">
      <TextField
        className="col-span-2 sm:col-span-1"
        label={t(allDay ? "calendar.form.firstDay" : "calendar.form.day")}
        type="date"
        error={dayError}
        {...register("day", { onChange: (event: { target: { value: string } }) => dayChanged(event.target.value) })}
      />
      {allDay ? (
        <>
          <TextField className="col-span-2" label={t("calendar.form.lastDay")} type="date" error={lastDayError} {...register("last_day")} />
          <TextField className="col-span-2 sm:col-span-1" label={t("calendar.form.activeMinutes")} inputMode="numeric" error={activeError} {...register("active_minutes")} />
        </>
      ) : (
        <>
          <TextField
            label={t("calendar.form.from")}
            type="time"
            error={fromError}
            {...register("from")}
            onChange={(event) => startChanged(event.target.value)}
          />
          <TextField label={t("calendar.form.to")} type="time" error={toError} {...register("to")} />
        </>
      )}
      <p className="col-span-full text-sm text-muted">{t("calendar.zone", { zone })}</p>
      {!allDayFixed && <CheckField className="col-span-full -my-2" label={t("calendar.allDay")} {...register("all_day")} />}
    </div>
  );
}

function RuleFields() {
  const { t } = useTranslation();
  const { control, formState, register } = useFormContext<EventForm>();
  const answers = (["", "yes", "no"] as const).map((value) => ({ value, label: t(`calendar.answer.${value || "unknown"}`) }));
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <p className="text-sm text-muted sm:col-span-2">{t("calendar.form.rulesHint")}</p>
      {RULE_NUMBERS.map((name) => (
        <Controller
          key={name}
          control={control}
          name={name}
          render={({ field }) => (
            <MeasureField
              measure={name === "wbgt_c" ? "temperature_c" : "plain"}
              label={t(`calendar.rule.${name}`)}
              error={formState.errors[name] && t("calendar.wrong.number")}
              {...field}
            />
          )}
        />
      ))}
      <SelectField label={t("calendar.rule.head_contact")} options={answers} {...register("head_contact")} />
      <SelectField label={t("calendar.rule.conditioning")} options={answers} {...register("conditioning")} />
      <CheckField className="sm:col-span-2" label={t("calendar.rule.tournament")} {...register("tournament")} />
    </div>
  );
}

function Excused({ players }: { players: readonly Player[] }) {
  const { register } = useFormContext<EventForm>();
  return (
    <div className="grid sm:grid-cols-2">
      {players.map(({ id, display_name }) => (
        <CheckField key={id} label={display_name} value={id} {...register("excused")} />
      ))}
    </div>
  );
}

interface FieldsProps {
  team: Team | null;
  players: readonly Player[];
  zone: string;
  /** Repeating belongs to the series, not to one of its dates. */
  showRepeat: boolean;
  isNew: boolean;
}

/** Everything a coach enters of an event. */
export function EventFields({ team, players, zone, showRepeat, isNew }: FieldsProps) {
  const { t } = useTranslation();
  const { register, getValues } = useFormContext<EventForm>();
  const titleError = useFieldError("title");
  return (
    <div className="space-y-5">
      <TextField label={t("calendar.form.title")} autoComplete="off" error={titleError} {...register("title")} />
      <div className="grid gap-4 sm:grid-cols-3">
        <SelectField
          label={t("calendar.form.kind")}
          options={EVENT_TYPES.map((value) => ({ value, label: t(`calendar.kind.${value}`) }))}
          {...register("event_type")}
        />
        <SelectField
          label={t("calendar.form.intensity")}
          options={[
            { value: "", label: t("calendar.answer.unknown") },
            ...INTENSITIES.map((value) => ({ value, label: t(`calendar.intensity.${value}`) })),
          ]}
          {...register("intensity")}
        />
        <SelectField
          label={t("calendar.form.who")}
          options={[
            { value: "", label: t("calendar.wholeTeam") },
            ...players.map(({ id, display_name }) => ({ value: id, label: display_name })),
          ]}
          {...register("player_id")}
        />
      </div>
      <When zone={zone} allDayFixed={!isNew} />
      {showRepeat && <RepeatFields />}
      <TextField label={t("calendar.form.location")} autoComplete="off" {...register("location")} />
      {!isNew && (
        <SelectField
          label={t("calendar.form.status")}
          options={(["planned", "completed", "cancelled"] as const).map((value) => ({ value, label: t(`calendar.status.${value}`) }))}
          {...register("status")}
        />
      )}
      <More title={t("calendar.form.parts")} open={getValues("drills").length > 0}>
        <DrillFields ageGroup={team?.age_group} />
      </More>
      <More title={t("calendar.form.rules")}>
        <RuleFields />
      </More>
      {players.length > 0 && (
        <More title={t("calendar.form.excused")} open={getValues("excused").length > 0}>
          <Excused players={players} />
        </More>
      )}
      <TextArea label={t("calendar.form.description")} {...register("description")} />
    </div>
  );
}
