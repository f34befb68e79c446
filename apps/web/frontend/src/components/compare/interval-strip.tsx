/** Places of several intervals on one scale, 0 to 1; a little room at both ends. */
export interface Span {
  value: number;
  low: number | null;
  high: number | null;
}

export interface PlacedSpan {
  at: number;
  from: number;
  to: number;
}

export function placed(spans: readonly (Span | null)[]): (PlacedSpan | null)[] {
  const ends = spans.flatMap((span) => (span ? [span.low ?? span.value, span.value, span.high ?? span.value] : []));
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const room = (most - least || Math.abs(most) || 1) * 0.08;
  const place = (value: number) => (value - least + room) / (most - least + 2 * room);
  return spans.map((span) => span && { at: place(span.value), from: place(span.low ?? span.value), to: place(span.high ?? span.value) });
}

const percent = (share: number) => `${(share * 100).toFixed(2)}%`;

/** A value as a dot with its interval as a line; the numbers stand beside it in words. */
export function IntervalStrip({ span }: { span: PlacedSpan }) {
  return (
    <span className="relative block h-4 w-full rounded-full bg-sunken" aria-hidden="true">
      <span className="absolute top-1/2 h-1 -translate-y-1/2 rounded-full bg-teal/60" style={{ left: percent(span.from), width: percent(span.to - span.from) }} />
      <span className="absolute top-1/2 size-3 -translate-1/2 rounded-full bg-accent" style={{ left: percent(span.at) }} />
    </span>
  );
}
