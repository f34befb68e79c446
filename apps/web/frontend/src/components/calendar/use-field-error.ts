import { get, useFormState } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { EventForm } from "@/calendar/event-form";

type WrongKey = "title" | "day" | "time" | "end" | "lastDay" | "number" | "days" | "until";

/** What is wrong with a field of the event, as a sentence. */
export function useFieldError(name: string): string | undefined {
  const { t } = useTranslation();
  const { errors } = useFormState<EventForm>();
  const found = get(errors, name) as { message?: string; root?: { message?: string } } | undefined;
  const key = found?.message ?? found?.root?.message;
  return key?.startsWith("calendar.wrong.") ? t(`calendar.wrong.${key.slice("calendar.wrong.".length) as WrongKey}`) : undefined;
}
