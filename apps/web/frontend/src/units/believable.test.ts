import { expect, test } from "vitest";
import type { KpiPresent } from "@/api/types";
import { believable } from "./believable";

const walk: KpiPresent = { value: 1.3, unit: "m/s", low: 1.1, high: 1.5, n: 90, coverage: 0.9 };

test("a figure no human can reach becomes a reason, the others stay", () => {
  const groups = {
    speed: { max_speed_mps: { ...walk, value: 25.3, implausible: true }, mean_speed_mps: walk },
    distance: { total_distance_m: { absent: "no scale" } },
  };
  expect(believable(groups, "mixed up")).toEqual({
    speed: { max_speed_mps: { absent: "mixed up" }, mean_speed_mps: walk },
    distance: { total_distance_m: { absent: "no scale" } },
  });
});
