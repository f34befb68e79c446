import { describe, expect, it } from "vitest";
import type { LiveState } from "./messages";
import { Playout, SentFrames, seenBy, type Seen } from "./playout";

const T0 = 1_795_379_400_000_000;
const WIDTH = 960;

function state(version: number, takenUs: number, x: number, camera = "laptop", width = WIDTH): LiveState {
  return {
    version,
    timestamp: "",
    metrics: {
      players: [
        { track_id: 7, player_id: null, camera, bbox: [x, 100, x + 40, 200], speed_mps: 1, distance_m: 2, zone: 1, load: 3 },
        { track_id: 8, player_id: null, camera: "other", bbox: [0, 0, 1, 1], speed_mps: null, distance_m: null, zone: null, load: null },
      ],
      frame: { [camera]: { t_us: takenUs, seq: version, width, height: (width * 9) / 16 } },
      fps: 10,
      latency_ms: 90,
      dropped: {},
      scale: "none",
    },
  };
}

const seen = (version: number, takenUs: number, x: number, width = WIDTH): Seen => seenBy(state(version, takenUs, x, "laptop", width), "laptop")!;
const boxes = (moment: { frame: { boxes: { trackId: number; box: readonly number[] }[] } } | null) => moment?.frame.boxes.map(({ trackId, box }) => [trackId, Math.round(box[0]! * 100) / 100]);

describe("what a state says about a camera", () => {
  it("holds that camera's players only, at the time of its picture", () => {
    const found = seen(1, T0, 300);
    expect(found).toMatchObject({ takenUs: T0, width: 960, height: 540 });
    expect(boxes(found)).toEqual([[7, 300]]);
  });

  it("knows nothing of a camera that is not in it", () => {
    expect(seenBy(state(1, T0, 300), "phone")).toBeNull();
  });

  it("marks a predicted box", () => {
    const predicted = state(1, T0, 300);
    predicted.metrics.players[0]!.seen = false;
    expect(seenBy(predicted, "laptop")!.frame.boxes[0]!.interpolated).toBe(true);
  });
});

describe("pictures that were sent", () => {
  it("are found by their exact time only", () => {
    const sent = new SentFrames<string>();
    sent.push(T0, "a");
    sent.push(T0 + 100_000, "b");
    expect([sent.at(T0), sent.at(T0 + 1), sent.at(T0 + 100_000)]).toEqual(["a", null, "b"]);
    expect(sent.times(T0, T0 + 100_000)).toEqual([T0 + 100_000]);
  });

  it("are forgotten by age and by number", () => {
    const byAge = new SentFrames<number>(1_000_000);
    const byNumber = new SentFrames<number>(60_000_000, 3);
    for (let i = 0; i < 20; i++) {
      byAge.push(T0 + i * 100_000, i);
      byNumber.push(T0 + i * 100_000, i);
    }
    expect([byAge.at(T0 + 800_000), byAge.at(T0 + 900_000)]).toEqual([null, 9]);
    expect(byNumber.times(0, T0 * 2)).toHaveLength(3);
  });
});

describe("playing out", () => {
  const every = (stepUs: number) => (from: number, to: number) => {
    const times = [];
    for (let t = T0; t <= to; t += stepUs) if (t > from) times.push(t);
    return times;
  };

  it("shows the first looked-at picture with its own boxes and waits for the next", () => {
    const play = new Playout();
    expect(play.next(0, every(50_000))).toBeNull();
    play.add(seen(1, T0, 300));
    expect(boxes(play.next(0, every(50_000)))).toEqual([[7, 300]]);
    expect(play.next(5000, every(50_000))!.takenUs).toBe(T0);
  });

  it("moves the boxes with the pictures between two near states, and never past the newest", () => {
    const play = new Playout();
    play.add(seen(1, T0, 300));
    play.next(1000, every(50_000));
    play.add(seen(2, T0 + 200_000, 380));
    const half = play.next(1100, every(50_000))!;
    expect([half.takenUs, boxes(half)]).toEqual([T0 + 100_000, [[7, 340]]]);
    const end = play.next(9000, every(50_000))!;
    expect([end.takenUs, boxes(end)]).toEqual([T0 + 200_000, [[7, 380]]]);
  });

  it("goes straight to the newest over a long gap: nobody knows what is between", () => {
    const play = new Playout();
    play.add(seen(1, T0, 300));
    play.next(1000, every(50_000));
    play.add(seen(2, T0 + 500_000, 380));
    const moment = play.next(1001, every(50_000))!;
    expect([moment.takenUs, boxes(moment)]).toEqual([T0 + 500_000, [[7, 380]]]);
  });

  it("moves the joints along, if both pictures show them", () => {
    const joints = (x: number) => ({ ...state(1, T0, 0).metrics.players[0]!, keypoints: [[x, 50, 0.9]] as [number, number, number][] });
    const [first, second] = [state(1, T0, 300), state(2, T0 + 200_000, 380)];
    first.metrics.players = [joints(310)];
    second.metrics.players = [joints(390)];
    const play = new Playout();
    play.add(seenBy(first, "laptop")!);
    play.next(0, every(50_000));
    play.add(seenBy(second, "laptop")!);
    const pose = play.next(100, every(50_000))!.frame.poses.get(7)!;
    expect([...pose].map((value) => Math.round(value * 10) / 10)).toEqual([350, 50, 0.9]);
  });

  it("does not fall behind by more than two states", () => {
    const play = new Playout();
    play.next(0, every(50_000));
    for (let i = 0; i < 10; i++) play.add(seen(i, T0 + i * 200_000, 300 + i));
    expect(play.next(0, every(50_000))!.takenUs).toBe(T0 + 7 * 200_000);
  });

  it("ignores what it was told before", () => {
    const play = new Playout();
    play.add(seen(2, T0 + 200_000, 380));
    play.add(seen(1, T0, 300));
    expect(boxes(play.next(0, every(50_000)))).toEqual([[7, 380]]);
    expect(play.newest!.takenUs).toBe(T0 + 200_000);
  });

  it("keeps the boxes on the players when the pictures become smaller", () => {
    const play = new Playout();
    play.add(seen(1, T0, 300));
    play.next(0, every(50_000));
    play.add(seen(2, T0 + 200_000, 190, 480));
    const half = play.next(100, every(50_000))!;
    expect([half.width, boxes(half)]).toEqual([480, [[7, 170]]]);
  });
});
