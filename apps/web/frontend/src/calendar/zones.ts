/** Between moments (ISO, UTC) and the clock on the wall of a time zone ("2026-09-01T17:30"). */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    });
    formats.set(zone, format);
  }
  return format;
}

function wallOf(ms: number, zone: string): string {
  const part = Object.fromEntries(formatOf(zone).formatToParts(ms).map(({ type, value }) => [type, value]));
  return `${part.year!.padStart(4, "0")}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
}

/** What the clock in `zone` shows at a moment. */
export function toWall(iso: string, zone: string): string {
  return wallOf(Date.parse(iso), zone);
}

const asUtc = (wall: string) => Date.parse(`${wall.slice(0, 16)}Z`);

/** The moment at which the clock in `zone` shows `wall`; in an hour that is skipped, as much later as the clocks jump. */
export function fromWall(wall: string, zone: string): string {
  const wanted = asUtc(wall);
  const offset = (at: number) => asUtc(wallOf(at, zone)) - Math.floor(at / 60_000) * 60_000;
  const before = offset(wanted - 86_400_000);
  const after = offset(wanted + 86_400_000);
  // RFC 5545: of an hour that comes twice the first, and a skipped one by the offset before the jump.
  const shown = [wanted - Math.max(before, after), wanted - Math.min(before, after)];
  const exact = shown.find((at) => asUtc(wallOf(at, zone)) === wanted);
  return new Date(exact ?? wanted - before).toISOString().replace(".000Z", "Z");
}

/** Whether a text is a day that one can plan: while a year is typed, a field tells of the years 2, 20 and 202 as well. */
export function isDay(text: string): boolean {
  return /^2\d{3}-\d\d-\d\d$/.test(text);
}

/** A day that many days later. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Whole days from one day to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** A wall time that many minutes later, as if clocks never changed: for what a form shows. */
export function addMinutes(wall: string, minutes: number): string {
  return new Date(asUtc(wall) + minutes * 60_000).toISOString().slice(0, 16);
}

/** Today in a time zone. */
export function today(zone: string, now: number = Date.now()): string {
  return wallOf(now, zone).slice(0, 10);
}

/** Whole hours of the day that a grid must show so that no event is hidden: the usual ones, and more where needed. */
export function hoursShown(spans: readonly (readonly [start: string, end: string])[], usual: readonly [number, number]): [number, number] {
  let [first, last] = usual;
  for (const [start, end] of spans) {
    const overnight = end.slice(0, 10) > start.slice(0, 10);
    first = overnight ? 0 : Math.min(first, Number(start.slice(11, 13)));
    last = overnight ? 24 : Math.max(last, Number(end.slice(11, 13)) + (end.slice(14, 16) === "00" ? 0 : 1));
  }
  return [first, last];
}

/** The zone that all of some events have: of whoever is in no team, such as a guardian, the team's clock. */
export function sharedZone(events: readonly { time_zone: string }[] | undefined): string | null {
  const zones = new Set(events?.map(({ time_zone }) => time_zone));
  return zones.size === 1 ? [...zones][0]! : null;
}
