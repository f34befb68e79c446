/** The marks placed so far, and which one to ask for next. */
import type { PitchMark, Point } from "@/api/types";

export type Marks = ReadonlyMap<string, Point>;

export type MarksAction =
  | { kind: "put"; key: string; point: Point }
  | { kind: "remove"; key: string }
  | { kind: "clear" };

export function marksReducer(marks: Marks, action: MarksAction): Marks {
  const next = new Map(marks);
  if (action.kind === "put") next.set(action.key, action.point);
  else if (action.kind === "remove") next.delete(action.key);
  else next.clear();
  return next;
}

/**
 * The open mark nearest to the last placed one: what is next to it on the pitch is likely in the picture too. Before
 * the first mark there is nothing to go by, so the coach chooses.
 */
export function nextMark(all: readonly PitchMark[], placed: Marks, last: string | null): string | null {
  const from = all.find(({ key }) => key === last);
  if (!from) return null;
  const open = all.filter(({ key }) => !placed.has(key));
  const distance = ({ x, y }: PitchMark) => Math.hypot(x - from.x, y - from.y);
  return open.sort((a, b) => distance(a) - distance(b))[0]?.key ?? null;
}

/** The one moment [s] at which all marks were placed, or null: a camera that moves is followed from one picture. */
export function commonMoment(placed: Marks, moments: ReadonlyMap<string, number>): number | null {
  const found = new Set([...placed.keys()].map((key) => moments.get(key)));
  const [moment] = found;
  return found.size === 1 && moment !== undefined ? moment : null;
}
