import { describe, expect, it } from "vitest";
import { createPacer, FIRST_FLOW, nextFlow, QUALITIES, sentSize, type Flow } from "./quality";

const FULL = 500_000;

function run(flow: Flow, waiting: readonly number[], everyMs = 100): { flow: Flow; sent: number } {
  let sent = 0;
  waiting.forEach((bytes, i) => {
    const step = nextFlow(flow, bytes, i * everyMs);
    flow = step.flow;
    if (step.send) sent += 1;
  });
  return { flow, sent };
}

describe("adapting to the line", () => {
  it("sends nothing into a full socket, and gets coarser at the second time", () => {
    expect(run(FIRST_FLOW, [FULL])).toEqual({ flow: { ...FIRST_FLOW, full: 1 }, sent: 0 });
    expect(run(FIRST_FLOW, [FULL, FULL]).flow.level).toBe(FIRST_FLOW.level + 1);
  });

  it("forgives a single full moment", () => {
    expect(run(FIRST_FLOW, [FULL, 0, FULL, 0, FULL, 0])).toMatchObject({ flow: { level: FIRST_FLOW.level }, sent: 3 });
  });

  it("stops at the coarsest", () => {
    expect(run(FIRST_FLOW, Array<number>(100).fill(FULL)).flow.level).toBe(QUALITIES.length - 1);
  });

  it("gets finer one step at a time after eight easy seconds", () => {
    expect(run(FIRST_FLOW, Array<number>(80).fill(0)).flow.level).toBe(FIRST_FLOW.level);
    expect(run(FIRST_FLOW, Array<number>(81).fill(0)).flow.level).toBe(FIRST_FLOW.level - 1);
    expect(run(FIRST_FLOW, Array<number>(1000).fill(0)).flow.level).toBe(0);
  });

  it("waits anew after bytes were left in the socket", () => {
    const waiting = Array<number>(140).fill(0);
    waiting[70] = 1000;
    expect(run(FIRST_FLOW, waiting).flow.level).toBe(FIRST_FLOW.level);
  });

  it("is never finer than asked", () => {
    let flow = FIRST_FLOW;
    for (let i = 0; i < 1000; i++) flow = nextFlow(flow, 0, i * 100, 2).flow;
    expect(flow.level).toBe(2);
  });
});

describe("size", () => {
  it("shrinks to the width with even sides, and never enlarges", () => {
    expect(sentSize({ width: 1920, height: 1080 }, { width: 960, jpeg: 1 })).toEqual({ width: 960, height: 540 });
    expect(sentSize({ width: 884, height: 497 }, { width: 640, jpeg: 1 })).toEqual({ width: 640, height: 360 });
    expect(sentSize({ width: 320, height: 240 }, { width: 960, jpeg: 1 })).toEqual({ width: 320, height: 240 });
  });
});

describe("pace", () => {
  it("takes on average exactly as many of a camera's pictures as asked", () => {
    const due = createPacer(12);
    let taken = 0;
    for (let i = 0; i < 300; i++) if (due((i * 1000) / 30)) taken += 1;
    expect(taken).toBe(120);
  });

  it("does not catch up after a gap", () => {
    const due = createPacer(10);
    expect([0, 50, 100, 5000, 5010, 5050, 5101].map(due)).toEqual([true, false, true, true, false, false, true]);
  });
});
