/** What a form for entries asks: one description for the field, its check, and its place in the history. */
import { z } from "zod/mini";
import type { EntryKind } from "@/api/entries";
import type { Units } from "@/api/types";
import { speedFrom } from "@/units/format";

export type FieldType = "date" | "moment" | "number" | "scale" | "choice" | "yesno" | "text";

export interface EntryField {
  name: string;
  type: FieldType;
  low?: number;
  high?: number;
  unit?: string;
  /** Kept in m/s, asked in the reader's unit of speed. */
  speed?: boolean;
  required?: boolean;
  choices?: readonly string[];
}

export const FIELDS: Record<EntryKind, readonly EntryField[]> = {
  measurements: [
    { name: "date", type: "date", required: true },
    { name: "height_cm", type: "number", low: 60, high: 250, unit: "cm" },
    { name: "sitting_height_cm", type: "number", low: 30, high: 150, unit: "cm" },
    { name: "weight_kg", type: "number", low: 10, high: 200, unit: "kg" },
  ],
  "fitness-tests": [
    { name: "date", type: "date", required: true },
    { name: "kind", type: "choice", required: true, choices: ["mss", "mas"] },
    { name: "value_mps", type: "number", low: 1, high: 12.5, speed: true, required: true },
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

/** Where the reader types another unit than the one kept. */
export function factorOf(field: EntryField, units: Units): number {
  return field.speed ? speedFrom(1, units) : 1;
}

const DECIMALS = 2;

const pad = (number: number) => String(number).padStart(2, "0");

/** A day of the reader's calendar, as date fields want it. */
export function localDay(date: Date): string {
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

function localMoment(date: Date): string {
  return `${localDay(date)}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** As the form shows what is kept; what nobody said is an empty field. */
export function asText(field: EntryField, value: unknown, units: Units): string {
  if (value === null || value === undefined) return "";
  if (field.type === "moment") return localMoment(new Date(String(value)));
  if (field.type === "yesno") return value ? "yes" : "no";
  if (typeof value === "number") return String(Number((value * factorOf(field, units)).toFixed(DECIMALS)));
  return String(value);
}

/** A typed number, with a decimal comma or point; null for an empty field, NaN for what is no number. */
export function numberFrom(text: string): number | null {
  return text.trim() === "" ? null : Number(text.trim().replace(",", "."));
}

function fieldValue(field: EntryField, text: string, units: Units): string | number | boolean | null {
  switch (field.type) {
    case "number":
    case "scale": {
      const number = numberFrom(text);
      return number === null ? null : number / factorOf(field, units);
    }
    case "yesno":
      return text === "" ? null : text === "yes";
    case "moment":
      return new Date(text).toISOString();
    case "date":
      return text || null;
    default:
      return text.trim();
  }
}

/** As the API takes it. An empty field is not known, never zero. */
export function bodyOf(kind: EntryKind, values: EntryValues, units: Units): EntryBody {
  return Object.fromEntries(FIELDS[kind].map((field) => [field.name, fieldValue(field, values[field.name] ?? "", units)]));
}

function checkOf(field: EntryField, units: Units) {
  const factor = factorOf(field, units);
  return z.string().check(
    z.refine((text) => !field.required || text.trim() !== "", "entry.needed"),
    z.refine((text) => {
      const number = field.type === "number" || field.type === "scale" ? numberFrom(text) : null;
      return number === null || (number >= field.low! * factor - 1e-9 && number <= field.high! * factor + 1e-9);
    }, "entry.range"),
  );
}

export function schemaOf(kind: EntryKind, units: Units) {
  return z.object(Object.fromEntries(FIELDS[kind].map((field) => [field.name, checkOf(field, units)])));
}
