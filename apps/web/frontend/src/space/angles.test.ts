import { describe, expect, it } from "vitest";
import { anglesOf, angleSeries, valuesAt } from "./angles";

const NAMES = ["left_hip_flexion", "left_knee_flexion", "right_knee_flexion", "trunk_bend"];
const BODY = {
  t: [0, 0, 0.1, 0.2, 1],
  track_id: [1, 2, 1, 1, 1],
  valid: [true, true, true, false, true],
  angles: [[10, 20, 30, 4], [0, 0, 0, 0], [11, 21, null, 5], [12, 22, 32, 6], [13, 23, 33, 7]],
};

describe("joint angles", () => {
  it("are those that the body has, the knee first", () => {
    expect(anglesOf(NAMES)).toEqual(["knee_flexion", "hip_flexion", "trunk_bend"]);
    expect(anglesOf([])).toEqual([]);
  });

  it("come by side, with gaps where nothing was seen", () => {
    const { t, lines } = angleSeries(BODY, 1, NAMES, "knee_flexion");
    expect(t).toEqual([0, 0.1, 0.2, 0.6, 1]);
    expect(lines).toEqual([
      { side: "left", values: [20, 21, null, null, 23] },
      { side: "right", values: [30, null, null, null, 33] },
    ]);
  });

  it("of the trunk have one line, and a side that is not told has none", () => {
    expect(angleSeries(BODY, 1, NAMES, "trunk_bend").lines).toEqual([{ side: "middle", values: [4, 5, null, null, 7] }]);
    expect(angleSeries(BODY, 1, NAMES, "hip_flexion").lines[1]!.values.every((value) => value === null)).toBe(true);
  });

  it("are read at the shown moment only", () => {
    const series = angleSeries(BODY, 1, NAMES, "knee_flexion");
    expect(valuesAt(series, 0.02)).toEqual([20, 30]);
    expect(valuesAt(series, 0.8)).toEqual([null, null]);
    expect(valuesAt(series, 1.05)).toEqual([23, 33]);
    expect(valuesAt(angleSeries(undefined, 1, NAMES, "knee_flexion"), 0)).toEqual([null, null]);
  });
});
