const STEPS = [["day", 86_400], ["hour", 3600], ["minute", 60]] as const;

/** "3 minutes ago", in the reader's language; anything younger than a minute is now. */
export function formatAgo(iso: string, language: string, now: number = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, length] of STEPS) {
    if (seconds >= length) return format.format(-Math.floor(seconds / length), unit);
  }
  return format.format(0, "second");
}
