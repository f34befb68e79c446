import { describe, expect, it } from "vitest";
import { placed } from "./interval-strip";

describe("intervals on one scale", () => {
  it("keep their order, and stay inside", () => {
    const [first, none, last] = placed([{ value: 7, low: 6.5, high: 7.5 }, null, { value: 8, low: null, high: null }]);
    expect(none).toBeNull();
    expect(first!.from).toBeGreaterThan(0);
    expect(first!.at).toBeLessThan(last!.at);
    expect(last!.to).toBeLessThan(1);
    expect(last!.from).toBe(last!.to);
  });

  it("put a single value in the middle", () => {
    expect(placed([{ value: 5, low: null, high: null }])[0]!.at).toBeCloseTo(0.5);
  });
});
