/** Speed and time left of an upload, over the last few seconds, so that a stall shows at once. */
const SPAN_MS = 8000;

export interface RateSample {
  at: number;
  bytes: number;
}

export function addSample(samples: readonly RateSample[], sample: RateSample): RateSample[] {
  return [...samples.filter(({ at }) => sample.at - at <= SPAN_MS), sample];
}

/** Bytes per second over the samples; null until there are two moments to compare. */
export function bytesPerSecond(samples: readonly RateSample[]): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || last.at <= first.at) return null;
  return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
}

export function secondsLeft(samples: readonly RateSample[], totalBytes: number): number | null {
  const speed = bytesPerSecond(samples);
  const sent = samples.at(-1)?.bytes ?? 0;
  return speed && speed > 0 ? (totalBytes - sent) / speed : null;
}
