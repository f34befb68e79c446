import { describe, expect, it } from "vitest";
import type { LiveMetrics, LivePlayer } from "./messages";
import { Roster, rowsOf } from "./roster";

function player(track_id: number, more: Partial<LivePlayer> = {}): LivePlayer {
  return { track_id, player_id: null, camera: "main", bbox: [0, 0, 1, 1], speed_mps: 2, distance_m: 10, zone: 1, load: 5, ...more };
}

function metrics(...players: LivePlayer[]): LiveMetrics {
  return { players, frame: {}, fps: 10, latency_ms: 50, dropped: {}, scale: "calibrated" };
}

describe("rows", () => {
  it("come named first, then by number, however the state has them", () => {
    const rows = rowsOf(metrics(player(9), player(4, { player_id: "b", name: "Bo" }), player(2), player(7, { player_id: "a", name: "Ada" })));
    expect(rows.map(({ name, trackId }) => name ?? trackId)).toEqual(["Ada", "Bo", 2, 9]);
  });

  it("are one for a player whom two cameras see", () => {
    const rows = rowsOf(metrics(player(1, { player_id: "a", speed_mps: null }), player(5, { player_id: "a", camera: "phone", speed_mps: 4 })));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ speedMps: 4, cameras: ["main", "phone"] });
  });

  it("tell no figure that no human can reach", () => {
    expect(rowsOf(metrics(player(1, { speed_mps: 30, implausible: true })))[0]).toMatchObject({ implausible: true, speedMps: null, distanceM: null, load: null });
  });

  it("keep nought apart from not known", () => {
    expect(rowsOf(metrics(player(1, { speed_mps: 0, distance_m: null })))[0]).toMatchObject({ speedMps: 0, distanceM: null });
  });
});

describe("players who left the picture", () => {
  const ada = player(1, { player_id: "a", name: "Ada" });

  it("stay with what they have done, and without a speed", () => {
    const roster = new Roster();
    roster.update(metrics(ada), 0);
    const rows = roster.update(metrics(player(3)), 60_000);
    expect(rows.map(({ key }) => key)).toEqual(["track-3", "a"]);
    expect(rows[1]).toMatchObject({ seen: false, speedMps: null, zone: null, distanceM: 10 });
  });

  it("go after a moment when nobody said who they are", () => {
    const roster = new Roster();
    roster.update(metrics(player(2)), 0);
    expect(roster.update(metrics(), 4000).map(({ key }) => key)).toEqual(["track-2"]);
    expect(roster.update(metrics(), 4001)).toEqual([]);
  });

  it("are not there twice once they were named", () => {
    const roster = new Roster();
    roster.update(metrics(player(1)), 0);
    expect(roster.update(metrics(ada), 250).map(({ key }) => key)).toEqual(["a"]);
  });
});
