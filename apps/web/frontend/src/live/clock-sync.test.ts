import { describe, expect, it } from "vitest";
import { clockOffset, measureClock, offsetOf, roundTripOf, type Exchange } from "./clock-sync";

const AHEAD_US = 300_000_000;

/** An exchange with a server `AHEAD_US` ahead: so long there, so long at work, so long back. */
function exchange(there: number, back: number, work = 350, t0 = 1_777_739_400_000_000): Exchange {
  const t1 = t0 + there + AHEAD_US;
  return { t0, t1, t2: t1 + work, t3: t0 + there + work + back };
}

describe("one exchange", () => {
  it("finds the offset exactly when both ways take as long", () => {
    expect(offsetOf(exchange(20_000, 20_000))).toBe(AHEAD_US);
    expect(roundTripOf(exchange(20_000, 20_000))).toBe(40_000);
  });

  it("errs by half the difference of the two ways, never more than half the round trip", () => {
    const lopsided = exchange(90_000, 10_000);
    expect(offsetOf(lopsided) - AHEAD_US).toBe(40_000);
    expect(Math.abs(offsetOf(lopsided) - AHEAD_US)).toBeLessThanOrEqual(roundTripOf(lopsided) / 2);
  });
});

describe("several", () => {
  it("is not moved by slow, lopsided ones", () => {
    const good = [exchange(9000, 9000), exchange(8000, 8000), exchange(11_000, 11_000)];
    const bad = [exchange(900_000, 9000), exchange(400_000, 4000)];
    expect(clockOffset([...bad, ...good])).toEqual({ offsetUs: AHEAD_US, roundTripUs: 16_000, exchanges: 5 });
  });

  it("knows nothing without any", () => {
    expect(clockOffset([])).toBeNull();
  });
});

describe("asking", () => {
  it("leaves failed questions out and measures the rest", async () => {
    let now = 1000;
    let asked = 0;
    const ask = (t0: number) => {
      asked += 1;
      if (asked === 2) return Promise.reject(new Error("lost"));
      now += 30;
      return Promise.resolve({ t1: t0 + 15 + 500, t2: t0 + 15 + 500 });
    };
    expect(await measureClock(ask, 3, () => now)).toEqual({ offsetUs: 500, roundTripUs: 30, exchanges: 2 });
  });

  it("fails when all failed", async () => {
    await expect(measureClock(() => Promise.reject(new Error("away")), 2)).rejects.toThrow("away");
  });
});
