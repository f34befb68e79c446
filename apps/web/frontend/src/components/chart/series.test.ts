import { describe, expect, it } from "vitest";
import { align, dayStart, extent, xRange, yRange, DAY_S, type Series } from "./series";

const series = (change: Partial<Series>): Series => ({
  key: "k", label: "K", kind: "line", color: "--c-accent", values: [], ...change,
});

describe("ranges", () => {
  it("hold intervals, and skip what is missing", () => {
    expect(extent([series({ values: [7, null], low: [6.5, null], high: [7.8, null] })])).toEqual([6.5, 7.8]);
    expect(extent([series({ values: [null] })])).toBeNull();
  });

  it("put bars on zero and do not blow small differences up to nothing below them", () => {
    expect(yRange([series({ kind: "bars", values: [90, 100] })])[0]).toBe(0);
    const [low, high] = yRange([series({ values: [7, 7.5] })]);
    expect(low).toBeGreaterThan(6.5);
    expect(high).toBeGreaterThan(7.5);
  });

  it("never have no width: one point, or several of one value", () => {
    const [low, high] = yRange([series({ values: [5, 5] })]);
    expect(high).toBeGreaterThan(low);
    const [first, last] = xRange([dayStart("2026-05-07")]);
    expect(last - first).toBe(DAY_S);
  });
});

it("sources with different moments come onto one axis without made-up values", () => {
  const { x, values } = align([
    { x: [1, 3], values: [10, 30] },
    { x: [2, 3], values: [20, null] },
  ]);
  expect(x).toEqual([1, 2, 3]);
  expect(values).toEqual([[10, null, 30], [null, 20, null]]);
});
