/** "Tue 1 Sept 2026, 17:30 – 19:00" on the wall clock of a zone. */
export function formatSpan(start: string, end: string, language: string, zone: string): string {
  return new Intl.DateTimeFormat(language, {
    weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone,
  }).formatRange(new Date(start), new Date(end));
}
