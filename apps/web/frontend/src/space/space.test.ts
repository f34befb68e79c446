import { describe, expect, it } from "vitest";
import type { Body, BodyJob } from "@/api/types";
import { bodyState, fitSpan, isKnownAt, partAt } from "./bodies";
import { middleOf, peopleAt, spaceWindow, upright } from "./skeletons";

describe("joints in space", () => {
  it("stand upright and are not mirrored", () => {
    expect([...upright([[1, 2, 3], [null, null, null]])].slice(0, 3)).toEqual([1, 3, -2]);
    expect(upright([[null, null, null]]).every(Number.isNaN)).toBe(true);
    // The axes keep their handedness: east × north = up.
    const [x, y, z] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]].map((axis) => [...upright([axis])].map((n) => n + 0)) as number[][];
    const cross = (a: number[], b: number[]) => [0, 1, 2].map((i) => a[(i + 1) % 3]! * b[(i + 2) % 3]! - a[(i + 2) % 3]! * b[(i + 1) % 3]! + 0);
    expect(cross(x!, y!)).toEqual(z);
  });

  const window = spaceWindow({
    frame: [0, 2, 0, 20],
    t: [0, 0.1, 0, 1],
    track_id: [1, 1, 2, 2],
    xyz: [[[0, 0, 0]], [[1, 0, 2]], [[5, 0, 0]], [[9, 0, 0]]],
  });

  it("lie between two near moments", () => {
    expect([...peopleAt([window], 0.05).get(1)!]).toEqual([0.5, 1, 0]);
    expect([...peopleAt([window], 0.1).get(1)!].map((n) => n + 0)).toEqual([1, 2, 0]);
  });

  it("are not made up over a gap, or long after the last moment", () => {
    expect(peopleAt([window], 0.5).size).toBe(0);
    expect([...peopleAt([window], 1).keys()]).toEqual([2]);
  });

  it("go on over the border of two windows", () => {
    const next = spaceWindow({ frame: [4], t: [0.2], track_id: [1], xyz: [[[2, 0, 2]]] });
    expect(peopleAt([window, next], 0.15).get(1)![0]).toBeCloseTo(1.5);
  });

  it("have a middle, of the known ones", () => {
    expect(middleOf(new Float32Array([0, 0, 0, NaN, NaN, NaN, 2, 4, 6]))).toEqual([1, 2, 3]);
    expect(middleOf(new Float32Array([NaN, 1, 1]))).toBeNull();
  });

  it("are none before there are any", () => {
    expect(spaceWindow(undefined).size).toBe(0);
  });
});

describe("a body", () => {
  const body = (track_id: number, status: Body["status"]) => ({ track_id, status, reason: "too small" }) as Body;
  const job = (status: BodyJob["status"]) => ({ job_id: "j", status, progress: 0, error: { code: "X", message: "no model" } }) as BodyJob;

  it("that stands is shown whatever is being done", () => {
    expect(bodyState([body(1, "ready")], job("running"), 1).kind).toBe("ready");
    expect(bodyState([body(1, "ready")], job("failed"), 2)).toEqual({ kind: "failed", reason: "no model" });
  });

  it("is being fitted before an old answer counts", () => {
    for (const status of ["refused", "outdated"] as const) {
      expect(bodyState([body(1, status)], job("queued"), 1).kind).toBe("fitting");
      expect(bodyState([body(1, status)], job("completed"), 1).kind).toBe(status);
    }
    expect(bodyState([body(1, "refused")], null, 1)).toEqual({ kind: "refused", reason: "too small" });
    expect(bodyState([], job("cancelled"), 1).kind).toBe("none");
    expect(bodyState([], null, null).kind).toBe("none");
  });

  it("is loaded whole when it is short, else by the minute", () => {
    expect(partAt({ from_s: 5, to_s: 100 }, 99)).toEqual({ from: 5, to: 100 });
    const long = { from_s: 10, to_s: 150 };
    expect(partAt(long, 0)).toEqual({ from: 10, to: 70 });
    expect(partAt(long, 70)).toEqual({ from: 70, to: 130 });
    expect(partAt(long, 149)).toEqual({ from: 130, to: 150 });
    expect(partAt(long, 500)).toEqual({ from: 130, to: 150 });
  });

  it("is fitted to the whole of a short film, and to a minute of a match", () => {
    expect(fitSpan(300, 120)).toEqual({ from: 0, to: 300 });
    expect(fitSpan(5400, 0)).toEqual({ from: 0, to: 60 });
    expect(fitSpan(5400, 600)).toEqual({ from: 570, to: 630 });
    expect(fitSpan(5400, 5399)).toEqual({ from: 5340, to: 5400 });
  });

  it("is shown where its keys are near", () => {
    const keys = [0, 0.1, 0.2, 1, 1.1];
    expect([0, 0.15, 0.25, 1.15].map((t) => isKnownAt(keys, t))).toEqual([true, true, true, true]);
    expect([-0.5, 0.6, 2].map((t) => isKnownAt(keys, t))).toEqual([false, false, false]);
    expect(isKnownAt([], 0)).toBe(false);
  });
});
