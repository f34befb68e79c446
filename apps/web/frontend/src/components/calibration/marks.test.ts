import { describe, expect, it } from "vitest";
import type { PitchMark } from "@/api/types";
import { commonMoment, marksReducer, nextMark, type Marks } from "./marks";

const pitch: PitchMark[] = [
  { key: "corner", name: "Corner", x: 0, y: 0 },
  { key: "box", name: "Box", x: 0, y: 14 },
  { key: "spot", name: "Spot", x: 11, y: 34 },
];

describe("nextMark", () => {
  const placed: Marks = new Map([["corner", [1, 2]]]);

  it("asks for the open mark nearest to the last one", () => {
    expect(nextMark(pitch, placed, "corner")).toBe("box");
  });

  it("leaves the first choice to the coach, and has none after the last", () => {
    expect(nextMark(pitch, new Map(), null)).toBeNull();
    expect(nextMark([pitch[0]!], placed, "corner")).toBeNull();
  });
});

it("marks are put, moved, removed and cleared without changing what was there", () => {
  const first: Marks = new Map();
  const put = marksReducer(first, { kind: "put", key: "a", point: [1, 1] });
  const moved = marksReducer(put, { kind: "put", key: "a", point: [2, 2] });
  expect([first.size, put.get("a"), moved.get("a")]).toEqual([0, [1, 1], [2, 2]]);
  expect(marksReducer(moved, { kind: "remove", key: "a" }).size).toBe(0);
  expect(marksReducer(moved, { kind: "clear" }).size).toBe(0);
});

describe("commonMoment", () => {
  const placed: Marks = new Map([["corner", [1, 2]], ["box", [3, 4]]]);

  it("is the picture in which all marks lie", () => {
    expect(commonMoment(placed, new Map([["corner", 2.5], ["box", 2.5], ["removed", 9]]))).toBe(2.5);
  });

  it("is none where they lie in several, or there are none", () => {
    expect(commonMoment(placed, new Map([["corner", 2.5], ["box", 3]]))).toBeNull();
    expect(commonMoment(new Map(), new Map())).toBeNull();
  });
});
