import { describe, expect, it } from "vitest";
import type { ScanArrays } from "@/api/types";
import { frameTolerance, steppedTime } from "./stepping";
import { buildWindow, frameAt, windowBounds, windowIndex, windowsAround } from "./windows";

describe("windows", () => {
  it("a time on the border belongs to the later window", () => {
    expect(windowIndex(9.999, 10)).toBe(0);
    expect(windowIndex(10, 10)).toBe(1);
    expect(windowBounds(1, 10)).toEqual([10, 20]);
  });

  it("holds the current window first, then the next, then the one before", () => {
    expect(windowsAround(25, 10, 60)).toEqual([2, 3, 1]);
  });

  it("asks for nothing beyond either end", () => {
    expect(windowsAround(0, 10, 60)).toEqual([0, 1]);
    expect(windowsAround(59.9, 10, 60)).toEqual([5, 4]);
    expect(windowsAround(3, 10, 7)).toEqual([0]);
  });
});

const arrays: ScanArrays = {
  tracks: {
    frame: [2, 0, 0],
    t: [0.08, 0, 0],
    track_id: [7, 7, 9],
    xyxy: [
      [4, 0, 8, 10],
      [0, 0, 4, 10],
      [50, 50, 60, 70],
    ],
    score: [0.9, 0.8, 0.7],
    interpolated: [true, false, false],
  },
  poses: { frame: [0], t: [0], track_id: [7], keypoints: [[[1, 2, 0.5], [null, null, 0]]] },
  ball: { frame: [0, 2], t: [0, 0.08], xy: [[null, null], [5, 6]], score: [0, 0.4], interpolated: [false, false] },
};

describe("buildWindow", () => {
  const window = buildWindow(arrays);

  it("groups the columns by frame in time order", () => {
    expect(window.frames.map(({ frame }) => frame)).toEqual([0, 2]);
    expect(window.frames[0]!.boxes.map(({ trackId }) => trackId)).toEqual([7, 9]);
    expect(window.frames[1]!.boxes[0]!.interpolated).toBe(true);
  });

  it("keeps a missing keypoint missing and an unseen ball away", () => {
    expect(Array.from(window.frames[0]!.poses.get(7)!.slice(0, 2))).toEqual([1, 2]);
    expect(window.frames[0]!.poses.get(7)![3]).toBeNaN();
    expect(window.frames[0]!.ball).toBeNull();
    expect(window.frames[1]!.ball!.xy).toEqual([5, 6]);
  });

  it("lays trails along the feet", () => {
    expect(window.trails.get(7)).toEqual([
      { t: 0, xy: [2, 10] },
      { t: 0.08, xy: [6, 10] },
    ]);
  });
});

describe("frameAt", () => {
  const window = buildWindow(arrays);

  it("finds the frame shown, with the browser's rounding", () => {
    expect(frameAt(window, 0.0801, frameTolerance(25))!.frame).toBe(2);
    expect(frameAt(window, 0.0799, frameTolerance(25))!.frame).toBe(2);
  });

  it("shows no boxes of a neighbour on a frame where nobody was seen", () => {
    expect(frameAt(window, 0.04, frameTolerance(25))).toBeNull();
  });
});

describe("steppedTime", () => {
  it("lands in the middle of the wanted frame", () => {
    expect(steppedTime(0.4, 1, 25, 10)).toBeCloseTo(0.46, 9);
    expect(steppedTime(0.4, -1, 25, 10)).toBeCloseTo(0.38, 9);
  });

  it("stays inside the video", () => {
    expect(steppedTime(0, -1, 25, 10)).toBeCloseTo(0.02, 9);
    expect(steppedTime(9.96, 1, 25, 10)).toBeCloseTo(9.99, 9);
  });
});
