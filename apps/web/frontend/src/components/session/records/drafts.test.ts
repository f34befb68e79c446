import { describe, expect, it } from "vitest";
import type { SessionLoad } from "@/api/types";
import { changeOf, draftOf, isWrong, secondsFrom } from "./drafts";

const load = { rpe: 5, minutes: 60, match_minutes: null } as SessionLoad;

describe("effort as typed", () => {
  it("sends only what changed", () => {
    expect(changeOf("p", draftOf(load), load)).toBeNull();
    expect(changeOf("p", { ...draftOf(load), rpe: "6,5" }, load)).toEqual({ player_id: "p", rpe: 6.5 });
    expect(changeOf("p", { rpe: "0", minutes: "", match_minutes: "" }, undefined)).toEqual({ player_id: "p", rpe: 0 });
  });

  it("takes back what is emptied, instead of making it zero", () => {
    expect(changeOf("p", { ...draftOf(load), minutes: " " }, load)).toEqual({ player_id: "p", minutes: null });
  });

  it("knows what cannot be", () => {
    expect(isWrong("rpe", "11")).toBe(true);
    expect(isWrong("rpe", "hard")).toBe(true);
    expect(isWrong("rpe", "")).toBe(false);
    expect(isWrong("minutes", "90")).toBe(false);
  });
});

it("moments of a film are read as people write them", () => {
  expect(secondsFrom("1:05")).toBe(65);
  expect(secondsFrom("1:02:07,5")).toBe(3727.5);
  expect(secondsFrom("12")).toBe(12);
  expect(secondsFrom(" ")).toBeNull();
  expect(secondsFrom("soon")).toBeNaN();
  expect(secondsFrom("1:-5")).toBeNaN();
});
