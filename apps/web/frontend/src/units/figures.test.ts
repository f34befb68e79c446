import { describe, expect, it } from "vitest";
import { formatChange, formatDifference, formatRange, formatSlope, formatShown, withUnit } from "./figures";
import { scaleOf, unitsOf } from "./units";

const METRIC = unitsOf("metric", null);
const IMPERIAL = unitsOf("imperial", "km/h");

describe("scaleOf", () => {
  it("changes speeds to the reader's unit, and nothing else in m/s", () => {
    expect(scaleOf("max_speed_mps", "m/s", METRIC)).toEqual({ factor: 3.6, unit: "km/h" });
    expect(scaleOf("impulse_load", "m/s", METRIC)).toEqual({ factor: 1, unit: "m/s" });
  });

  it("keeps the unit of speed that was chosen beside imperial lengths", () => {
    expect(scaleOf("max_speed_mps", "m/s", IMPERIAL)).toEqual({ factor: 3.6, unit: "km/h" });
    expect(scaleOf("total_distance_m", "m", IMPERIAL).unit).toBe("yd");
    expect(scaleOf("movement_load", "m/s", IMPERIAL)).toEqual({ factor: 1, unit: "m/s" });
  });

  it("tells shares in percent and counts without a unit", () => {
    expect(scaleOf("change", "share", METRIC)).toEqual({ factor: 100, unit: "%" });
    expect(scaleOf("", "players", METRIC).unit).toBe("");
    expect(scaleOf("knee", "deg", METRIC).unit).toBe("°");
  });
});

describe("numbers in words", () => {
  it("show no decimals that were not measured", () => {
    expect(withUnit(7.5, scaleOf("max_speed_mps", "m/s", METRIC), "en")).toBe("27.0 km/h");
    expect(withUnit(1260.4, scaleOf("srpe_load_au", "AU", METRIC), "en")).toBe("1,260 AU");
    expect(formatShown(3, "", "en")).toBe("3");
    expect(formatShown(0.914, "", "en")).toBe("0.91");
  });

  it("give both ends of an interval as many decimals as the coarser one", () => {
    expect(formatRange(-48.7, 406, "m", "en")).toEqual(["-49", "406"]);
    expect(formatRange(6.92, 13.1, "", "es")).toEqual(["6,9", "13,1"]);
    expect(formatRange(0, 4, "", "en")).toEqual(["0", "4"]);
  });

  it("say the direction of a change, and none of no change", () => {
    expect(formatChange(0.105, "en")).toBe("+11%");
    expect(formatChange(-0.04, "en")).toBe("-4%");
    expect(formatChange(0.001, "en")).toBe("0%");
  });

  it("show which way a difference goes", () => {
    expect(formatDifference(0.5, { factor: 3.6, unit: "km/h" }, "en")).toBe("+1.8 km/h");
    expect(formatDifference(-1200, { factor: 1, unit: "m" }, "en")).toBe("−1,200 m");
  });

  it("change slopes with their unit", () => {
    expect(formatSlope(0.1, { factor: 3.6, unit: "km/h" }, "en")).toBe("+0.36");
  });
});
