/** How an event repeats, as the form has it, and as an RRULE (RFC 5545) of the API. */
import { fromWall, toWall } from "./zones";

export const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;
export type Weekday = (typeof WEEKDAYS)[number];
/** `kept`: a rule that another program made and the form cannot show; it stays as it is. */
export type RepeatKind = "none" | "weekly" | "custom" | "kept";

export interface Repeat {
  kind: RepeatKind;
  days: Weekday[];
  /** Last day, or "" for a rule that ends after `count` dates. */
  until: string;
  count: string;
  rule: string;
}

export const NO_REPEAT: Repeat = { kind: "none", days: [], until: "", count: "", rule: "" };

export function weekdayOf(day: string): Weekday {
  return WEEKDAYS[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7]!;
}

function endOf(repeat: Repeat, zone: string | null): string {
  if (!repeat.until) return `COUNT=${repeat.count}`;
  const day = repeat.until.replaceAll("-", "");
  if (zone === null) return `UNTIL=${day}`;
  const last = fromWall(`${repeat.until}T23:59`, zone).replace(/[-:]/g, "").slice(0, 15);
  return `UNTIL=${last}Z`;
}

/** The RRULE, or null for an event that does not repeat. `zone` null: of an all-day event. */
export function toRule(repeat: Repeat, firstDay: string, zone: string | null): string | null {
  if (repeat.kind === "none") return null;
  if (repeat.kind === "kept") return repeat.rule;
  const days = repeat.kind === "weekly" ? [weekdayOf(firstDay)] : WEEKDAYS.filter((day) => repeat.days.includes(day));
  return `FREQ=WEEKLY;BYDAY=${days.join(",")};${endOf(repeat, zone)}`;
}

function untilDay(text: string, zone: string): string {
  const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\dZ)?$/.exec(text) ?? [];
  const date = `${year}-${month}-${day}`;
  return hour ? toWall(`${date}T${hour}:${minute}:00Z`, zone).slice(0, 10) : date;
}

/** What the form shows of a rule. */
export function fromRule(rule: string | null, firstDay: string, zone: string): Repeat {
  if (!rule) return NO_REPEAT;
  const parts = new Map(rule.split(";").map((part) => part.split("=") as [string, string]));
  const names = [...parts.keys()].filter((name) => !["FREQ", "BYDAY", "UNTIL", "COUNT", "WKST"].includes(name));
  const days = (parts.get("BYDAY") ?? weekdayOf(firstDay)).split(",");
  const plain = days.every((day) => (WEEKDAYS as readonly string[]).includes(day));
  if (parts.get("FREQ") !== "WEEKLY" || !plain || names.some((name) => !(name === "INTERVAL" && parts.get(name) === "1"))) {
    return { ...NO_REPEAT, kind: "kept", rule };
  }
  const until = parts.get("UNTIL");
  const weekly = days.length === 1 && days[0] === weekdayOf(firstDay);
  return {
    kind: weekly ? "weekly" : "custom",
    days: days as Weekday[],
    until: until ? untilDay(until, zone) : "",
    count: parts.get("COUNT") ?? "",
    rule,
  };
}
