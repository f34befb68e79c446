/** The table of effort as it is being typed. Empty is not known, never zero. */
import type { SessionLoad, SessionLoadInput } from "@/api/types";
import { numberFrom } from "@/units/measures";

export const COLUMNS = ["rpe", "minutes", "match_minutes"] as const;
export type Column = (typeof COLUMNS)[number];
export type Draft = Record<Column, string>;

const LIMITS: Record<Column, number> = { rpe: 10, minutes: 600, match_minutes: 600 };

const text = (value: number | null | undefined) => (value == null ? "" : String(value));

export function draftOf(load: SessionLoad | undefined): Draft {
  return { rpe: text(load?.rpe), minutes: text(load?.minutes), match_minutes: text(load?.match_minutes) };
}

export function isWrong(column: Column, typed: string): boolean {
  const number = numberFrom(typed);
  return number !== null && !(number >= 0 && number <= LIMITS[column]);
}

/** What changed of one player's row, as the API takes it; null where nothing did. */
export function changeOf(playerId: string, draft: Draft, load: SessionLoad | undefined): SessionLoadInput | null {
  const before = draftOf(load);
  const changed = COLUMNS.filter((column) => draft[column].trim() !== before[column]);
  if (changed.length === 0) return null;
  return { player_id: playerId, ...Object.fromEntries(changed.map((column) => [column, numberFrom(draft[column])])) };
}

/** A moment of the film as people write it ("1:05", "65"); null when empty, NaN when it is none. */
export function secondsFrom(typed: string): number | null {
  if (typed.trim() === "") return null;
  const parts = typed.trim().replace(",", ".").split(":");
  if (parts.length > 3 || parts.some((part) => !/^\d+(\.\d+)?$/.test(part))) return Number.NaN;
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}
