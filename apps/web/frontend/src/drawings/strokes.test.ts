import { describe, expect, it } from "vitest";
import type { SessionNote, Stroke } from "@/api/types";
import { drawingsAt, extended, isKept, spotAt } from "./strokes";

const stroke = (tool: Stroke["tool"], points: number[][], text?: string): Stroke => ({ tool, points, colour: "#ffe14d", width: 0.005, ...(text !== undefined && { text }) });

describe("a place on the picture", () => {
  const fit = { scale: 0.5, x: 10, y: 0 };
  it("is a fraction of it, whatever its size on the page", () => {
    expect(spotAt(fit, { width: 200, height: 100 }, [60, 25])).toEqual([0.5, 0.5]);
  });
  it("never leaves the picture", () => {
    expect(spotAt(fit, { width: 200, height: 100 }, [-5, 80])).toEqual([0, 1]);
  });
});

describe("a stroke", () => {
  it("of a pen grows, but not by nothing", () => {
    const pen = stroke("pen", [[0.1, 0.1]]);
    expect(extended(pen, [0.2, 0.1]).points).toEqual([[0.1, 0.1], [0.2, 0.1]]);
    expect(extended(pen, [0.1005, 0.1])).toBe(pen);
  });
  it("of every other tool has the ends that the server wants", () => {
    for (const tool of ["line", "arrow", "rectangle", "ellipse"] as const) {
      const moved = extended(extended(stroke(tool, [[0.1, 0.1]]), [0.2, 0.2]), [0.5, 0.6]);
      expect(moved.points).toEqual([[0.1, 0.1], [0.5, 0.6]]);
    }
    expect(extended(stroke("text", [[0.1, 0.1]], "run"), [0.3, 0.3]).points).toEqual([[0.3, 0.3]]);
  });
  it("is kept when it can be seen", () => {
    expect(isKept(stroke("arrow", [[0.1, 0.1], [0.3, 0.1]]))).toBe(true);
    expect(isKept(stroke("arrow", [[0.1, 0.1], [0.101, 0.1]]))).toBe(false);
    expect(isKept(stroke("pen", [[0.1, 0.1]]))).toBe(false);
    expect(isKept(stroke("text", [[0.1, 0.1]], " "))).toBe(false);
    expect(isKept(stroke("text", [[0.1, 0.1]], "run"))).toBe(true);
  });
});

it("a drawing is shown at its moment, stays for two seconds and fades", () => {
  const strokes = [stroke("line", [[0, 0], [1, 1]])];
  const note = (kind: "text" | "drawing", t_s: number | null, data: unknown) => ({ kind, t_s, data }) as SessionNote;
  const notes = [note("drawing", 10, { strokes }), note("text", 10, null), note("drawing", null, { strokes })];
  expect([9.9, 9.97, 10, 12, 12.25, 12.6].map((t) => drawingsAt(notes, t).map(({ opacity }) => opacity))).toEqual([[], [1], [1], [1], [0.5], []]);
});
