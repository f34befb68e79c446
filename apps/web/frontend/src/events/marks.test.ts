import { describe, expect, it } from "vitest";
import { figureOf, nextAfter, opacityOf, seekTime, span, type SessionEvent } from "./marks";
import { unitsOf } from "@/units/units";

function event(kind: SessionEvent["kind"], t0: number, t1 = t0, figures: SessionEvent["figures"] = {}): SessionEvent {
  return { id: t0, kind, t0_s: t0, t1_s: t1, track_id: 1, player: null, confidence: 0.5, figures, evidence: null };
}

const METRIC = unitsOf("metric", null);

describe("marks of events", () => {
  const touches = [event("touch", 0.4), event("touch", 5), event("touch", 9)];

  it("seeks a second before, never before the film", () => {
    expect(touches.map(seekTime)).toEqual([0, 4, 8]);
  });

  it("goes on to the next and round to the first", () => {
    expect(nextAfter(touches, 0)?.t0_s).toBe(5);
    expect(nextAfter(touches, 4)?.t0_s).toBe(9);
    expect(nextAfter(touches, 8)?.t0_s).toBe(0.4);
    expect(nextAfter([], 0)).toBeUndefined();
  });

  it("tells the one figure that matters, in the reader's units", () => {
    expect(figureOf(event("pass", 1, 2, { length_m: 13.14 }), METRIC, "en")).toBe("13.1 m");
    expect(figureOf(event("shot", 1, 2, { ball_speed_mps: 20 }), METRIC, "en")).toBe("72.0 km/h");
    expect(figureOf(event("dribble", 1, 2, { distance_m: null }), METRIC, "en")).toBe("");
    expect(figureOf(event("jump", 1, 2, { height_m: 0.254 }), unitsOf("imperial", null), "en")).toBe("10.0 in");
    expect(figureOf(event("touch", 1), METRIC, "en")).toBe("");
  });

  it("lies where it happened", () => {
    expect(span(event("pass", 5, 7.5), 50)).toEqual({ left: "10.00%", width: "5.00%" });
    expect(span(event("pass", 60, 61), 50).left).toBe("100.00%");
  });

  it("is paler where it is doubtful", () => {
    expect(opacityOf(event("pass", 1))).toBeCloseTo(0.675);
    expect(opacityOf({ ...event("pass", 1), confidence: null })).toBe(1);
  });
});
