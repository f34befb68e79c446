import { zodResolver } from "@hookform/resolvers/zod";
import { Controller, useForm, type UseFormReturn } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { EntryInputOf, EntryKind, EntryOf } from "@/api/entries";
import { ApiError } from "@/api/errors";
import { Banner } from "@/components/banner";
import { Button } from "@/components/button";
import { SelectField, TextArea, TextField } from "@/components/field";
import { MeasureField } from "@/components/measure-field";
import { ScaleField } from "@/components/scale-field";
import { useErrorText } from "@/components/states";
import { useNotify } from "@/components/toast";
import { useSaveEntry } from "@/hooks/use-entries";
import { usePreferences } from "@/hooks/use-preferences";
import { formatMeasure, toldIn } from "@/units/measures";
import { asText, bodyOf, FIELDS, localDay, schemaOf, type EntryField, type EntryValues } from "./entry-fields";
import { useFieldName } from "./field-names";

type Form = UseFormReturn<EntryValues>;

function useMessage() {
  const { t } = useTranslation();
  const { units, language } = usePreferences();
  return (field: EntryField, form: Form) => {
    const message = form.formState.errors[field.name]?.message;
    if (!message) return undefined;
    if (message === "entry.needed") return t("entry.needed");
    const told = (value = 0) => formatMeasure(value, field.measure ?? "plain", units, language);
    return t("entry.range", { low: told(field.low), high: told(field.high) });
  };
}

function Field({ field, form }: { field: EntryField; form: Form }) {
  const { t } = useTranslation();
  const label = useFieldName()(field);
  const error = useMessage()(field, form);
  const bound = form.register(field.name);
  switch (field.type) {
    case "scale":
      return (
        <ScaleField className="sm:col-span-2" label={label} low={field.low!} high={field.high!} ends={t(`entry.ends.${field.name as "pain" | "soreness" | "sleep_quality"}`)} error={error} {...bound} />
      );
    case "choice":
      return <SelectField label={label} error={error} options={field.choices!.map((value) => ({ value, label: t(`entry.choices.${value as "mss" | "mas"}`) }))} {...bound} />;
    case "yesno":
      return (
        <SelectField
          label={label}
          options={[{ value: "", label: t("entry.noAnswer") }, { value: "no", label: t("entry.no") }, { value: "yes", label: t("entry.yes") }]}
          {...bound}
        />
      );
    case "text":
      return field.name === "notes" ? (
        <TextArea className="sm:col-span-2" label={label} maxLength={2000} {...bound} />
      ) : (
        <TextField label={label} maxLength={120} {...bound} />
      );
    case "number":
      return (
        <Controller
          control={form.control}
          name={field.name}
          render={({ field: bind }) => <MeasureField measure={field.measure ?? "plain"} label={label} error={error} {...bind} value={bind.value ?? ""} />}
        />
      );
    default:
      return <TextField label={label} type={field.type === "moment" ? "datetime-local" : "date"} error={error} {...bound} />;
  }
}

/** The server looked at the figures and wonders: it says why, and takes them when they are right. */
function isQuestion(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 409 && error.details.length > 0;
}

function valuesOf(kind: EntryKind, entry: EntryOf[EntryKind] | null, timeZone: string | undefined): EntryValues {
  const kept = entry as unknown as Record<string, unknown> | null;
  return Object.fromEntries(
    FIELDS[kind].map((field) => {
      const first = field.name === "date" ? localDay(new Date()) : (field.choices?.[0] ?? "");
      return [field.name, kept ? asText(field, kept[field.name], timeZone) : first];
    }),
  );
}

interface EntryFormProps {
  kind: EntryKind;
  playerId: string;
  entry: EntryOf[EntryKind] | null;
  onDone?: () => void;
}

/** Enter something about a player, or correct it. */
export function EntryForm({ kind, playerId, entry, onDone }: EntryFormProps) {
  const { t } = useTranslation();
  const { units, language, timeZone } = usePreferences();
  const save = useSaveEntry(kind, playerId, entry?.id ?? null);
  const notify = useNotify();
  const errorText = useErrorText();
  const form = useForm<EntryValues>({ resolver: zodResolver(schemaOf(kind)), defaultValues: valuesOf(kind, entry, timeZone) });
  const send = (confirm: boolean) =>
    form.handleSubmit((values) => {
      const body = { ...bodyOf(kind, values, timeZone), ...(confirm && { confirm }) };
      save.mutate(body as unknown as EntryInputOf[typeof kind], {
        onSuccess: () => {
          notify("good", t("entry.saved"));
          onDone?.();
        },
      });
    })();
  return (
    <form
      noValidate
      className="grid gap-4 sm:grid-cols-2"
      onSubmit={(event) => {
        event.preventDefault();
        void send(false);
      }}
    >
      {FIELDS[kind].map((field) => (
        <Field key={field.name} field={field} form={form} />
      ))}
      {save.isError && !isQuestion(save.error) && <Banner tone="bad" className="sm:col-span-2">{errorText(save.error)}</Banner>}
      {isQuestion(save.error) && (
        <Banner
          tone="warn"
          title={t("entry.question")}
          className="sm:col-span-2"
          action={<Button size="sm" onClick={() => void send(true)}>{t("entry.confirm")}</Button>}
        >
          {toldIn(save.error.details.join(" "), units, language)}
        </Banner>
      )}
      <div className="sm:col-span-2">
        <Button type="submit" look="primary" busy={save.isPending}>
          {t("action.save")}
        </Button>
      </div>
    </form>
  );
}
