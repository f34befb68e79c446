/** What a form for entries asks: one description for the field, its check, and its place in the history. */
import { z } from "zod/mini";
import type { EntryKind } from "@/api/entries";
import { fromWall, toWall } from "@/calendar/zones";
import { numberFrom, type Measure } from "@/units/measures";

export type FieldType = "date" | "moment" | "number" | "scale" | "choice" | "yesno" | "text";

export interface EntryField {
  name: string;
  type: FieldType;
  low?: number;
  high?: number;
  /** The same for every reader. */
  unit?: string;
  /** Asked and told in the reader's units. */
  measure?: Measure;
  required?: boolean;
  choices?: readonly string[];
}

export const FIELDS: Record<EntryKind, readonly EntryField[]> = {
  measurements: [
    { name: "date", type: "date", required: true },
    { name: "height_cm", type: "number", low: 60, high: 250, measure: "height_cm" },
    { name: "sitting_height_cm", type: "number", low: 30, high: 150, measure: "height_cm" },
    { name: "weight_kg", type: "number", low: 10, high: 200, measure: "mass_kg" },
  ],
  "fitness-tests": [
    { name: "date", type: "date", required: true },
    { name: "kind", type: "choice", required: true, choices: ["mss", "mas"] },
    { name: "value_mps", type: "number", low: 1, high: 12.5, measure: "speed_mps", required: true },
    { name: "method", type: "text" },
  ],
  wellness: [
    { name: "date", type: "date", required: true },
    { name: "pain", type: "scale", low: 0, high: 10 },
    { name: "soreness", type: "scale", low: 0, high: 10 },
    { name: "sleep_h", type: "number", low: 0, high: 24, unit: "h" },
    { name: "sleep_quality", type: "scale", low: 1, high: 5 },
    { name: "fever", type: "yesno" },
    { name: "notes", type: "text" },
  ],
  concussions: [
    { name: "injured_at", type: "moment", required: true },
    { name: "symptom_free_since", type: "date" },
  ],
};

export type EntryValues = Record<string, string>;
export type EntryBody = Record<string, string | number | boolean | null>;

const pad = (number: number) => String(number).padStart(2, "0");

/** A day of the reader's calendar, as date fields want it. */
export function localDay(date: Date): string {
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** The reader's clock where they chose none: this device's. */
const deviceZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** As the form has what is kept, numbers in the API's units; what nobody said is an empty field. */
export function asText(field: EntryField, value: unknown, timeZone = deviceZone()): string {
  if (value === null || value === undefined) return "";
  if (field.type === "moment") return toWall(String(value), timeZone);
  if (field.type === "yesno") return value ? "yes" : "no";
  return String(value);
}

function fieldValue(field: EntryField, text: string, timeZone: string): string | number | boolean | null {
  switch (field.type) {
    case "number":
    case "scale":
      return numberFrom(text);
    case "yesno":
      return text === "" ? null : text === "yes";
    case "moment":
      return fromWall(text, timeZone);
    case "date":
      return text || null;
    default:
      return text.trim();
  }
}

/** As the API takes it. An empty field is not known, never zero. */
export function bodyOf(kind: EntryKind, values: EntryValues, timeZone = deviceZone()): EntryBody {
  return Object.fromEntries(FIELDS[kind].map((field) => [field.name, fieldValue(field, values[field.name] ?? "", timeZone)]));
}

function checkOf(field: EntryField) {
  return z.string().check(
    z.refine((text) => !field.required || text.trim() !== "", "entry.needed"),
    z.refine((text) => {
      const number = field.type === "number" || field.type === "scale" ? numberFrom(text) : null;
      return number === null || (number >= field.low! - 1e-9 && number <= field.high! + 1e-9);
    }, "entry.range"),
  );
}

export function schemaOf(kind: EntryKind) {
  return z.object(Object.fromEntries(FIELDS[kind].map((field) => [field.name, checkOf(field)])));
}
