/** An event as a form has it (texts, local times), and as the API takes it. */
import { z } from "zod/mini";
import type { CalendarEvent, EventInput, Intensity } from "@/api/types";
import { fromRule, NO_REPEAT, toRule } from "./repeat";
import { addDays, addMinutes, daysBetween, fromWall, isDay, toWall } from "./zones";

export const EVENT_TYPES = ["training", "match", "recovery", "assessment"] as const;
export const INTENSITIES = ["low", "moderate", "high"] as const;
/** Figures that only the rules need, by their field of the API. */
export const RULE_NUMBERS = [
  "half_minutes", "match_minutes", "headers", "wbgt_c", "breaks_per_hour", "break_minutes",
] as const;
export type RuleNumber = (typeof RULE_NUMBERS)[number];
const RULE_ANSWERS = ["head_contact", "conditioning"] as const;

export interface DrillRow {
  drill: string;
  title: string;
  minutes: string;
}

const numberText = (low: number, high: number) =>
  z.string().check(
    z.refine((text) => text.trim() === "" || (Number(commaless(text)) >= low && Number(commaless(text)) <= high), "calendar.wrong.number"),
  );

const answer = z.enum(["", "yes", "no"]);

export const eventSchema = z
  .object({
    title: z.string().check(z.trim(), z.minLength(1, "calendar.wrong.title"), z.maxLength(200, "calendar.wrong.title")),
    event_type: z.enum(EVENT_TYPES),
    status: z.enum(["planned", "completed", "cancelled"]),
    player_id: z.string(),
    all_day: z.boolean(),
    day: z.string().check(z.refine(isDay, "calendar.wrong.day")),
    last_day: z.string(),
    from: z.string().check(z.minLength(5, "calendar.wrong.time")),
    to: z.string().check(z.minLength(5, "calendar.wrong.time")),
    active_minutes: numberText(1, 1440),
    intensity: z.enum(["", ...INTENSITIES]),
    location: z.string().check(z.maxLength(200, "calendar.wrong.title")),
    description: z.string(),
    tournament: z.boolean(),
    half_minutes: numberText(1, 120),
    match_minutes: numberText(0, 1440),
    headers: numberText(0, 1000),
    wbgt_c: numberText(-50, 60),
    breaks_per_hour: numberText(0, 60),
    break_minutes: numberText(0, 60),
    head_contact: answer,
    conditioning: answer,
    excused: z.array(z.string()),
    drills: z.array(z.object({ drill: z.string(), title: z.string().check(z.minLength(1, "calendar.wrong.title")), minutes: numberText(1, 1440) })),
    repeat: z.object({
      kind: z.enum(["none", "weekly", "custom", "kept"]),
      days: z.array(z.enum(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])),
      until: z.string(),
      count: numberText(1, 366),
      rule: z.string(),
    }),
  })
  .check(
    z.refine((form) => form.all_day || form.to > form.from, { path: ["to"], message: "calendar.wrong.end" }),
    z.refine((form) => !form.all_day || (isDay(form.last_day) && form.last_day >= form.day), { path: ["last_day"], message: "calendar.wrong.lastDay" }),
    z.refine((form) => !form.all_day || form.active_minutes.trim() !== "", { path: ["active_minutes"], message: "calendar.wrong.number" }),
    z.refine(({ repeat }) => repeat.kind !== "custom" || repeat.days.length > 0, { path: ["repeat", "days"], message: "calendar.wrong.days" }),
    z.refine(({ repeat, day }) => repeat.kind === "none" || repeat.kind === "kept" || repeat.count !== "" || (isDay(repeat.until) && repeat.until >= day), {
      path: ["repeat", "until"],
      message: "calendar.wrong.until",
    }),
  );

export type EventForm = z.infer<typeof eventSchema>;

function commaless(text: string): string {
  return text.trim().replace(",", ".");
}

/** What nobody entered is unknown, not zero. */
const numberOf = (text: string) => (text.trim() === "" ? null : Number(commaless(text)));
const answerOf = (text: "" | "yes" | "no") => (text === "" ? null : text === "yes");
const textOf = (value: number | null | undefined) => (value == null ? "" : String(value));
const answerText = (value: boolean | null | undefined) => (value == null ? "" : value ? "yes" : "no");

export interface Slot {
  day: string;
  from: string;
  to: string;
}

export function newForm({ day, from, to }: Slot): EventForm {
  return {
    title: "", event_type: "training", status: "planned", player_id: "", all_day: false, day, last_day: day, from, to,
    active_minutes: "", intensity: "", location: "", description: "", tournament: false, half_minutes: "",
    match_minutes: "", headers: "", wbgt_c: "", breaks_per_hour: "", break_minutes: "", head_contact: "",
    conditioning: "", excused: [], drills: [], repeat: { ...NO_REPEAT },
  };
}

/** The form of an event; of a series `event` is the date (or, for the whole, the series itself). */
export function formOf(event: CalendarEvent, zone: string): EventForm {
  const start = toWall(event.start, zone);
  const end = toWall(event.end, zone);
  const day = event.start_date ?? start.slice(0, 10);
  return {
    title: event.title,
    event_type: event.event_type,
    status: event.status,
    player_id: event.player?.id ?? "",
    all_day: event.all_day,
    day,
    last_day: event.end_date ?? day,
    from: start.slice(11),
    to: end.slice(11),
    active_minutes: textOf(event.active_minutes),
    intensity: (event.intensity as Intensity | null) ?? "",
    location: event.location,
    description: event.description,
    tournament: event.tournament,
    half_minutes: textOf(event.half_minutes),
    match_minutes: textOf(event.match_minutes),
    headers: textOf(event.headers),
    wbgt_c: textOf(event.wbgt_c),
    breaks_per_hour: textOf(event.breaks_per_hour),
    break_minutes: textOf(event.break_minutes),
    head_contact: answerText(event.head_contact),
    conditioning: answerText(event.conditioning),
    excused: event.excused.map(({ id }) => id),
    drills: event.drills.map(({ drill, title, minutes }) => ({ drill: drill ?? "", title, minutes: String(minutes) })),
    repeat: fromRule(event.rrule, day, zone),
  };
}

function timesOf(form: EventForm, zone: string): Partial<EventInput> {
  if (form.all_day) {
    const days = { all_day: true, start_date: form.day, end_date: form.last_day };
    return { ...days, active_minutes: numberOf(form.active_minutes) };
  }
  const times = { all_day: false, start: fromWall(`${form.day}T${form.from}`, zone), end: fromWall(`${form.day}T${form.to}`, zone) };
  return { ...times, time_zone: zone };
}

/** Everything the form says, as the API takes it. */
export function inputOf(form: EventForm, zone: string): EventInput {
  const numbers = Object.fromEntries(RULE_NUMBERS.map((name) => [name, numberOf(form[name])]));
  const answers = Object.fromEntries(RULE_ANSWERS.map((name) => [name, answerOf(form[name])]));
  return {
    ...timesOf(form, zone),
    ...numbers,
    ...answers,
    title: form.title.trim(),
    event_type: form.event_type,
    status: form.status,
    player_id: form.player_id || null,
    intensity: form.intensity || null,
    location: form.location.trim(),
    description: form.description.trim(),
    tournament: form.tournament,
    excused_player_ids: form.excused,
    drills: form.drills.map(({ drill, title, minutes }) => ({ drill: drill || null, title, minutes: numberOf(minutes) ?? 10 })),
    rrule: toRule(form.repeat, form.day, form.all_day ? null : zone),
  };
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Only what differs; times go together, so that a moved start never meets the end of before. */
export function changesOf(before: EventForm, after: EventForm, zone: string): Partial<EventInput> {
  const was = inputOf(before, zone);
  const is = inputOf(after, zone);
  const names = (Object.keys(is) as (keyof EventInput)[]).filter((name) => !same(was[name], is[name]));
  const changed = Object.fromEntries(names.map((name) => [name, is[name]])) as Partial<EventInput>;
  if (names.some((name) => ["start", "end", "start_date", "end_date", "all_day"].includes(name))) {
    Object.assign(changed, timesOf(after, zone));
  }
  // A rule that was not touched keeps its own words; the server moves its weekday along with the day.
  if (same(before.repeat, after.repeat)) delete changed.rrule;
  return changed;
}

/** What a change of one of its dates means for the whole series: moved by as many days, to the same hours. */
export function seriesChanges(series: EventForm, before: EventForm, after: EventForm, zone: string): Partial<EventInput> {
  const moved = {
    ...after,
    day: addDays(series.day, daysBetween(before.day, after.day)),
    last_day: addDays(series.last_day, daysBetween(before.last_day, after.last_day)),
  };
  const changed = changesOf(before, after, zone);
  if ("all_day" in changed) Object.assign(changed, timesOf(moved, zone));
  if ("rrule" in changed) changed.rrule = toRule(moved.repeat, moved.day, moved.all_day ? null : zone);
  return changed;
}

/** `changes` were made for the first date of a series; the form shows another one, which moves by as much. */
export function withSeriesAlternative(series: EventForm, before: EventForm, form: EventForm, changes: Record<string, unknown>, zone: string): EventForm {
  const first = addDays(series.day, daysBetween(before.day, form.day));
  const next = withAlternative({ ...form, day: first, last_day: addDays(first, daysBetween(form.day, form.last_day)) }, changes, zone);
  const shift = daysBetween(first, form.day);
  return { ...next, day: addDays(next.day, shift), last_day: addDays(next.last_day, shift) };
}

const HOURS: readonly string[] = ["start", "end"];

/** The form with what the rules would allow. */
export function withAlternative(form: EventForm, changes: Record<string, unknown>, zone: string): EventForm {
  const next: EventForm = { ...form };
  if (typeof changes.start === "string") {
    const start = toWall(changes.start, zone);
    const length = Date.parse(`2000-01-01T${form.to}Z`) - Date.parse(`2000-01-01T${form.from}Z`);
    next.day = start.slice(0, 10);
    next.last_day = next.day > form.last_day ? next.day : form.last_day;
    next.from = start.slice(11);
    next.to = addMinutes(start, length / 60_000).slice(11);
  }
  if (typeof changes.end === "string") next.to = toWall(changes.end, zone).slice(11);
  if (Array.isArray(changes.excused_player_ids)) next.excused = changes.excused_player_ids.map(String);
  if (changes.intensity !== undefined) next.intensity = (changes.intensity as Intensity | null) ?? "";
  for (const name of [...RULE_NUMBERS, "active_minutes"] as const) {
    if (name in changes) next[name] = textOf(changes[name] as number | null);
  }
  for (const name of RULE_ANSWERS) {
    if (name in changes) next[name] = answerText(changes[name] as boolean | null);
  }
  if (!HOURS.some((name) => name in changes) && typeof changes.start_date === "string") next.day = changes.start_date;
  return next;
}

/** The end that keeps an event's length when its start is moved. */
export function endAfter(from: string, minutes: number): string {
  const end = addMinutes(`2000-01-01T${from}`, minutes);
  return end.startsWith("2000-01-01") ? end.slice(11) : "23:59";
}
