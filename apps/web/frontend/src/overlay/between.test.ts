import { expect, it } from "vitest";
import { between, momentAt } from "./between";
import { buildWindow, type TimeWindow } from "./windows";

function windowOf(times: number[], x: (t: number) => number): TimeWindow {
  return buildWindow({
    tracks: {
      frame: times.map((t) => Math.round(t * 25)),
      t: times,
      track_id: times.map(() => 1),
      xyxy: times.map((t) => [x(t), 0, x(t) + 10, 20]),
      score: times.map(() => 0.9),
      interpolated: times.map(() => false),
    },
    world: { frame: times.map((t) => Math.round(t * 25)), t: times, track_id: times.map(() => 1), xy: times.map((t) => [x(t), 1]), sigma: times.map(() => 0.1) },
  });
}

const sparse = windowOf([0, 0.08, 0.16, 1], (t) => 100 * t);

it("shows a looked-at frame as it is", () => {
  expect(momentAt([sparse], 0.0805, 0.02)!.boxes[0]!.box).toEqual([8, 0, 18, 20]);
});

it("shows players of a skipped frame in between", () => {
  const moment = momentAt([sparse], 0.12, 0.02)!;
  expect(moment.boxes[0]!.box[0]).toBeCloseTo(12, 9);
  expect(moment.world[0]!.xy[0]).toBeCloseTo(12, 9);
});

it("bridges the border of two windows", () => {
  const moment = momentAt([windowOf([0.96], () => 0), windowOf([1.04], () => 8)], 1.0, 0.02)!;
  expect(moment.boxes[0]!.box[0]).toBeCloseTo(4, 9);
});

it("shows nobody in a gap in which nobody was seen", () => {
  expect(momentAt([sparse], 0.5, 0.02)).toBeNull();
  expect(momentAt([sparse], 2, 0.02)).toBeNull();
});

it("leaves out who is only on one side", () => {
  const base = { boxes: [], poses: new Map(), ball: null, world: [], frame: 0 };
  const box = { trackId: 1, box: [0, 0, 1, 1] as const, score: 1, interpolated: false };
  expect(between({ ...base, t: 0, boxes: [box] }, { ...base, t: 1 }, 0.5).boxes).toEqual([]);
});

it("fills in poses, which are looked at less often than boxes", () => {
  const window = buildWindow({
    tracks: {
      frame: [0, 2, 4],
      t: [0, 0.08, 0.16],
      track_id: [1, 1, 1],
      xyxy: [0, 0, 0].map(() => [0, 0, 10, 20]),
      score: [1, 1, 1],
      interpolated: [false, false, false],
    },
    poses: {
      frame: [0, 4],
      t: [0, 0.16],
      track_id: [1, 1],
      keypoints: [[[0, 0, 0.9], [5, 5, 0.9]], [[2, 2, 0.5], [null, null, 0]]],
    },
  });
  const pose = momentAt([window], 0.08, 0.02)!.poses.get(1)!;
  expect(Array.from(pose.slice(0, 3))).toEqual([1, 1, 0.5]);
  expect(pose[3]).toBeNaN();
  expect(pose[5]).toBe(0);
});
