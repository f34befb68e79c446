import { expect, it } from "vitest";
import { behind, nameAndValue, sureness } from "./claims";

const piece = (ref: string, relevance: string) => ({ kind: "kpi", ref, quote_or_value: "x", relevance });

it("finds what a sentence rests on by the words that the evidence names", () => {
  const speed = piece("kpi:1:max_speed_mps", "Ada ran 6.4 m/s at best");
  const load = piece("load:1", "The week was heavier than the one before.");
  const all = [speed, load, piece("kpi:2", "")];
  expect(behind("Ada ran 6.4 m/s at best. That is more than before.", all)).toEqual([speed]);
  expect(behind("The week was heavier than the one before", all)).toEqual([load]);
  expect(behind("Something else.", all)).toEqual([]);
});

it("finds a figure again in every sentence that says it", () => {
  const speed = { kind: "kpi", ref: "kpi:1", quote_or_value: "top speed: 7.9 m/s", relevance: "Ada ran well" };
  const before = { kind: "history", ref: "trend:1", quote_or_value: "top speed: 7.4 m/s, 9 sessions", relevance: "Other" };
  expect(behind("Faster than before: a top speed of 7.9 m/s, against 7.4 m/s on average.", [speed, before])).toEqual([speed, before]);
  expect(behind("Found the room: top speed 7.9 m/s (28.4 km/h).", [speed, before])).toEqual([speed]);
  expect(behind("A ball of 7.9 m/s.", [speed])).toEqual([]);
});

it("keeps drills for the recommendations", () => {
  expect(behind("Four turns", [piece("drill:turns", "Four turns")])).toEqual([]);
});

it("splits a value from its name only where there is one", () => {
  expect(nameAndValue("Top speed: 6.4 m/s")).toEqual({ name: "Top speed", value: "6.4 m/s" });
  expect(nameAndValue("A quote without a name")).toEqual({ name: "", value: "A quote without a name" });
});

it("says in words how far figures carry a text", () => {
  expect([0.69, 0.7, 0.39, 0.4].map(sureness)).toEqual(["medium", "high", "low", "medium"]);
});
