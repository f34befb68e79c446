/**
 * How far this device's clock is from the server's, by four times: t0 the question leaves here, t1 it arrives there,
 * t2 the answer leaves there, t3 it arrives here (µs; t0 and t3 by this clock, t1 and t2 by the server's).
 */
export interface Exchange {
  t0: number;
  t1: number;
  t2: number;
  t3: number;
}

export interface ClockOffset {
  /** Server clock minus this clock [µs]. */
  offsetUs: number;
  /** Time on the way, there and back, of the quickest exchange [µs]; half of it bounds the error. */
  roundTripUs: number;
  exchanges: number;
}

export function offsetOf({ t0, t1, t2, t3 }: Exchange): number {
  return (t1 - t0 + (t2 - t3)) / 2;
}

export function roundTripOf({ t0, t1, t2, t3 }: Exchange): number {
  return t3 - t0 - (t2 - t1);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A quick exchange had no time to be lopsided: the median of the quicker half counts. Null without any. */
export function clockOffset(exchanges: readonly Exchange[]): ClockOffset | null {
  const quickest = [...exchanges].sort((a, b) => roundTripOf(a) - roundTripOf(b));
  const counted = quickest.slice(0, Math.ceil(quickest.length / 2));
  if (counted.length === 0) return null;
  return {
    offsetUs: Math.round(median(counted.map(offsetOf))),
    roundTripUs: Math.round(roundTripOf(counted[0]!)),
    exchanges: exchanges.length,
  };
}

const US_PER_MS = 1000;

/** This device's clock [µs since 1970]; it does not jump while the page is open. */
export function localUs(): number {
  return Math.round((performance.timeOrigin + performance.now()) * US_PER_MS);
}

/** Ask `times` times, one after the other; questions that fail are left out. Rejects when all fail. */
export async function measureClock(
  ask: (t0: number) => Promise<{ t1: number; t2: number }>,
  times: number,
  now: () => number = localUs,
): Promise<ClockOffset> {
  const exchanges: Exchange[] = [];
  let failure: unknown;
  for (let i = 0; i < times; i++) {
    const t0 = now();
    try {
      const { t1, t2 } = await ask(t0);
      exchanges.push({ t0, t1, t2, t3: now() });
    } catch (error) {
      failure = error;
    }
  }
  const found = clockOffset(exchanges);
  if (!found) throw failure;
  return found;
}
