import { describe, expect, it } from "vitest";
import type { CalendarEvent } from "@/api/types";
import { changesOf, endAfter, eventSchema, formOf, inputOf, newForm, seriesChanges, withAlternative, withSeriesAlternative } from "./event-form";

const MADRID = "Europe/Madrid";
const FORM = { ...newForm({ day: "2026-09-01", from: "17:30", to: "19:00" }), title: "Training" };

const EVENT = {
  id: "e", key: "e", occurrence: null, is_series: false, changed: false, team_id: "t", player: null,
  start: "2026-09-01T15:30:00Z", end: "2026-09-01T17:00:00Z", start_date: null, end_date: null, rrule: null, exdates: [],
  title: "Training", description: "", location: "", all_day: false, active_minutes: null, time_zone: MADRID,
  event_type: "training", status: "planned", intensity: null, sport: "football", tournament: false, match_minutes: null,
  half_minutes: null, headers: 0, head_contact: false, conditioning: null, wbgt_c: null, breaks_per_hour: null,
  break_minutes: null, drills: [{ drill: "rondo", title: "Rondo", minutes: 12 }], target_kpis: [],
  excused: [{ id: "p", display_name: "Ada" }], ai_generated: false, completed_session_id: null, override_reason: null,
  policy: null, version: 3, changed_by: null, created_at: "", updated_at: "",
} as unknown as CalendarEvent;

const problems = (form: typeof FORM) => (eventSchema.safeParse(form).error?.issues ?? []).map(({ message }) => message);

describe("the form of an event", () => {
  it("sends local times as moments, and nothing entered as unknown", () => {
    expect(inputOf(FORM, MADRID)).toMatchObject({
      title: "Training", start: "2026-09-01T15:30:00Z", end: "2026-09-01T17:00:00Z", time_zone: MADRID,
      headers: null, head_contact: null, intensity: null, player_id: null, rrule: null,
    });
    expect(inputOf({ ...FORM, headers: "0", wbgt_c: "28,5", head_contact: "no" }, MADRID)).toMatchObject({
      headers: 0, wbgt_c: 28.5, head_contact: false,
    });
  });

  it("shows an event as it is, and sends nothing back when nothing was changed", () => {
    const form = formOf(EVENT, MADRID);
    expect(form).toMatchObject({ day: "2026-09-01", from: "17:30", to: "19:00", headers: "0", head_contact: "no", conditioning: "" });
    expect(changesOf(form, form, MADRID)).toEqual({});
    expect(changesOf(form, { ...form, title: "Rondos" }, MADRID)).toEqual({ title: "Rondos" });
    expect(changesOf(form, { ...form, from: "17:00" }, MADRID)).toEqual({
      all_day: false, start: "2026-09-01T15:00:00Z", end: "2026-09-01T17:00:00Z", time_zone: MADRID,
    });
  });

  it("asks for an end after the start, and for the end of a series", () => {
    expect(problems(FORM)).toEqual([]);
    expect(problems({ ...FORM, to: "17:30" })).toEqual(["calendar.wrong.end"]);
    expect(problems({ ...FORM, repeat: { ...FORM.repeat, kind: "weekly" } })).toEqual(["calendar.wrong.until"]);
    expect(problems({ ...FORM, repeat: { ...FORM.repeat, kind: "custom", until: "2026-10-01" } })).toEqual(["calendar.wrong.days"]);
    expect(problems({ ...FORM, headers: "many" })).toEqual(["calendar.wrong.number"]);
    expect(problems({ ...FORM, all_day: true })).toEqual(["calendar.wrong.number"]);
  });

  it("waits for a year that is still being typed", () => {
    for (const day of ["", "0002-10-14", "0202-10-14", "020271-10-14"]) {
      expect(problems({ ...FORM, day }), day).toEqual(["calendar.wrong.day"]);
      expect(problems({ ...FORM, all_day: true, active_minutes: "60", last_day: day }), day).toEqual(["calendar.wrong.lastDay"]);
      expect(problems({ ...FORM, repeat: { ...FORM.repeat, kind: "weekly", until: day } }), day).toEqual(["calendar.wrong.until"]);
    }
  });

  it("takes the safe alternative as the server offers it", () => {
    const shorter = withAlternative(FORM, { end: "2026-09-01T16:30:00Z", intensity: "low", headers: 4 }, MADRID);
    expect(shorter).toMatchObject({ from: "17:30", to: "18:30", intensity: "low", headers: "4" });
    const later = withAlternative(FORM, { start: "2026-09-02T15:30:00Z", excused_player_ids: ["p"] }, MADRID);
    expect(later).toMatchObject({ day: "2026-09-02", from: "17:30", to: "19:00", excused: ["p"] });
  });

  it("moves a whole series by as much as one of its dates, and leaves its rule to the server", () => {
    const weekly = { kind: "weekly", days: ["TU" as const], until: "", count: "5", rule: "FREQ=WEEKLY;COUNT=5" } as const;
    const series = { ...FORM, repeat: { ...weekly, days: [...weekly.days] } };
    const date = { ...series, day: "2026-09-15", last_day: "2026-09-15" };
    const moved = { ...date, day: "2026-09-16", last_day: "2026-09-16", from: "18:00", to: "19:30" };
    expect(seriesChanges(series, date, moved, MADRID)).toEqual({
      all_day: false, start: "2026-09-02T16:00:00Z", end: "2026-09-02T17:30:00Z", time_zone: MADRID,
    });
    expect(seriesChanges(series, date, { ...date, title: "Rondos" }, MADRID)).toEqual({ title: "Rondos" });
    const longer = { ...date, repeat: { ...date.repeat, count: "8" } };
    expect(seriesChanges(series, date, longer, MADRID)).toEqual({ rrule: "FREQ=WEEKLY;BYDAY=TU;COUNT=8" });
  });

  it("moves the date that is shown as the alternative moves the first one", () => {
    const date = { ...FORM, day: "2026-09-15", last_day: "2026-09-15" };
    const asked = { ...date, from: "21:00", to: "22:00" };
    const changes = { start: "2026-09-02T16:00:00Z", end: "2026-09-02T17:00:00Z" };
    expect(withSeriesAlternative(FORM, date, asked, changes, MADRID)).toMatchObject({
      day: "2026-09-16", last_day: "2026-09-16", from: "18:00", to: "19:00",
    });
  });

  it("keeps the length, within the day", () => {
    expect(endAfter("18:15", 90)).toBe("19:45");
    expect(endAfter("23:00", 90)).toBe("23:59");
  });
});
