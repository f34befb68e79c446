import { expect, it } from "vitest";
import type { Track } from "@/api/types";
import { readable, stylesFor, trackColor } from "./track-style";

const track = (fields: Partial<Track>): Track => ({
  track_id: 3,
  player: null,
  team: "unknown",
  color: null,
  start_s: 0,
  end_s: 1,
  frames: 25,
  coverage: 1,
  corrected: false,
  name_withheld: null,
  ...fields,
});

it("keeps a light shirt's colour and lightens a dark one's", () => {
  expect(readable("#ffd166")).toBe("#ffd166");
  expect(readable("#000000")).toBe("#999999");
  expect(readable("#000080")).toMatch(/^#(..)\1(..)$/);
});

it("gives tracks without a shirt colour one by number, the same each time", () => {
  expect(trackColor(track({}))).toBe(trackColor(track({})));
  expect(trackColor(track({}))).not.toBe(trackColor(track({ track_id: 4 })));
});

it("names a track by its player, else by its number, also when it is newer than the results", () => {
  const styleOf = stylesFor([track({}), track({ track_id: 4, player: { id: "p", display_name: "Mia" } })]);
  expect([3, 4, 9].map((id) => styleOf(id).name)).toEqual(["3", "Mia", "9"]);
});
