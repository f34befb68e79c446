/** What people enter, in their units: forms keep what the API takes, fields show and read the reader's own. */
import type { Units } from "@/api/types";
import { formatNumber } from "./format";
import { scaleOf, toKept, toShown, type Scale } from "./units";

/** Quantity and unit in which it is kept; `plain` is the same everywhere. */
export type Measure = "height_cm" | "gap_cm" | "mass_kg" | "temperature_c" | "side_m" | "speed_mps" | "plain";

const KEPT: Record<Measure, string> = { height_cm: "cm", gap_cm: "cm", mass_kg: "kg", temperature_c: "°C", side_m: "m", speed_mps: "m/s", plain: "" };
const INCHES_PER_FOOT = 12;
const FEET_AND_INCHES = "ft in";

function scaleFor(measure: Measure, units: Units): Scale {
  return scaleOf(measure, KEPT[measure], units);
}

/** A height is told in feet and inches, not in 66.9 inches. */
function inFeet(measure: Measure, units: Units): boolean {
  return measure === "height_cm" && units.system === "imperial";
}

/** What stands in brackets behind a field's name; empty where there is no unit. */
export function unitFor(measure: Measure, units: Units): string {
  return inFeet(measure, units) ? FEET_AND_INCHES : scaleFor(measure, units).unit;
}

function feetAndInches(inches: number, number: (value: number) => string): string {
  // Rounded first: 5 ft 11.96 in are 6 ft, never 5 ft 12 in.
  const whole = Math.round(inches * 10) / 10;
  const feet = Math.floor(whole / INCHES_PER_FOOT);
  return `${feet} ft ${number(whole - feet * INCHES_PER_FOOT)} in`;
}

const DECIMALS = 2;

/** What is kept (as a text of the API's unit) as a field shows it; what is no number stays as it was typed. */
export function shownText(kept: string, measure: Measure, units: Units): string {
  const value = numberFrom(kept);
  if (value === null || !Number.isFinite(value)) return kept;
  const shown = toShown(value, scaleFor(measure, units));
  if (inFeet(measure, units)) return feetAndInches(shown, (inches) => String(Number(inches.toFixed(1))));
  return String(Number(shown.toFixed(DECIMALS)));
}

/** What was typed, as a text of the API's unit; what is no number stays as it was typed, for the form to refuse. */
export function keptText(typed: string, measure: Measure, units: Units): string {
  const shown = inFeet(measure, units) ? inchesFrom(typed) : numberFrom(typed);
  if (shown === null || !Number.isFinite(shown)) return typed;
  const scale = scaleFor(measure, units);
  if (scale.factor === 1 && !scale.offset) return typed;
  return String(Number(toKept(shown, scale).toPrecision(12)));
}

/** A value for people where its unit stands beside it already, as above a column. */
export function amountOf(value: number, measure: Measure, units: Units, language: string): string {
  const number = (shown: number) => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(shown);
  const shown = toShown(value, scaleFor(measure, units));
  return inFeet(measure, units) ? feetAndInches(shown, number) : number(shown);
}

/** A value and its unit, for people. */
export function formatMeasure(value: number, measure: Measure, units: Units, language: string): string {
  const amount = amountOf(value, measure, units, language);
  return inFeet(measure, units) ? amount : `${amount} ${unitFor(measure, units)}`.trim();
}

/** A typed number, with a decimal comma or point; null for an empty field, NaN for what is no number. */
export function numberFrom(text: string): number | null {
  return text.trim() === "" ? null : Number(text.trim().replace(",", "."));
}

/** 5 ft 7 in, 5'7", 5 7, 5 ft; a single number is inches. */
const FEET = /^(\d+)\s*(?:ft|feet|pies|'|’|′|\s)\s*(?:(\d+(?:[.,]\d+)?)\s*(?:in|inches|pulgadas|"|”|″|'')?)?$/i;
const INCHES = /^(\d+(?:[.,]\d+)?)\s*(?:in|inches|pulgadas|"|”|″)?$/i;

function inchesFrom(typed: string): number | null {
  const text = typed.trim();
  if (text === "") return null;
  const feet = FEET.exec(text);
  if (feet) {
    const inches = numberFrom(feet[2] ?? "0")!;
    return inches < INCHES_PER_FOOT ? Number(feet[1]) * INCHES_PER_FOOT + inches : Number.NaN;
  }
  const inches = INCHES.exec(text);
  return inches ? numberFrom(inches[1]!) : Number.NaN;
}

const NUMBER = "\\d+(?:[.,]\\d+)?";
/** "31 °C", "1 to 2 m/s²", "3 or more m/s²", in English and Spanish. */
const AMOUNT = `(${NUMBER})( to | a | or more| o más)?((?<= to | a )${NUMBER})?\\s?(m/s²|m/s|m²|m|km/h|km|cm|kg|°C)`;
/** Of "105 × 68 m", "12, 15 and 20 m" and "± 2 °C" half would be told in another unit, or wrongly: they stay. */
const QUANTITY = new RegExp(`(?<![\\d.,±]|± |\\d(?: ?[×x/–-] ?|, | and | or | y | o | to | a ))${AMOUNT}(?![\\p{L}\\d/²])`, "gu");
const KMH_PER_MPS = 3.6;

/** A sentence of the server's with its quantities in the reader's units. */
export function toldIn(sentence: string, units: Units, language: string): string {
  return sentence.replace(QUANTITY, (whole, first: string, between = "", second = "", unit: string) => {
    const kept = [first, second].filter(Boolean).map((text) => numberFrom(text)! / (unit === "km/h" ? KMH_PER_MPS : 1));
    const scale = scaleInText(unit, Math.max(...kept), units);
    if (scale.unit === unit) return whole;
    const told = kept.map((value) => toShown(value, scale)).map((shown) => formatNumber(shown, language, Math.abs(shown) >= 20 && scale.unit !== "°F" ? 0 : 1));
    return `${told[0]}${between}${told[1] ?? ""} ${scale.unit}`;
  });
}

/** Metres below so many are told in feet. */
const SHORT_M = 5;

function scaleInText(unit: string, longest: number, units: Units): Scale {
  if (unit === "km/h" || unit === "m/s") return scaleOf("any_mps", "m/s", units);
  return scaleOf(unit === "m" && longest < SHORT_M ? "stride_length_m" : "", unit, units);
}
