import { describe, expect, it } from "vitest";
import { addDays, addMinutes, daysBetween, fromWall, hoursShown, sharedZone, today, toWall } from "./zones";

describe("wall clocks", () => {
  it("knows early years, too", () => {
    expect(toWall(fromWall("0202-10-14T17:30", "UTC"), "UTC")).toBe("0202-10-14T17:30");
  });

  it("reads a moment in a zone, in winter and in summer", () => {
    expect(toWall("2026-01-15T17:30:00Z", "Europe/Madrid")).toBe("2026-01-15T18:30");
    expect(toWall("2026-07-15T17:30:00Z", "Europe/Madrid")).toBe("2026-07-15T19:30");
    expect(toWall("2026-01-01T00:00:00Z", "America/New_York")).toBe("2025-12-31T19:00");
    expect(toWall("2026-01-01T00:00:00Z", "UTC")).toBe("2026-01-01T00:00");
  });

  it("goes there and back on every hour of a year in zones with odd offsets", () => {
    for (const zone of ["Europe/Madrid", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe"]) {
      for (let hour = 0; hour < 366 * 24; hour += 7) {
        const wall = new Date(Date.UTC(2026, 0, 1, hour)).toISOString().slice(0, 16);
        const back = toWall(fromWall(wall, zone), zone);
        // Only an hour that the clocks skip does not exist; it is as much later.
        if (back !== wall) expect(back > wall && back.slice(0, 10) === wall.slice(0, 10), `${zone} ${wall}`).toBe(true);
      }
    }
  });

  it("takes a skipped hour by the offset before it, and of an hour that comes twice the first", () => {
    expect(fromWall("2026-03-29T02:30", "Europe/Madrid")).toBe("2026-03-29T01:30:00Z");
    expect(fromWall("2026-10-25T02:30", "Europe/Madrid")).toBe("2026-10-25T00:30:00Z");
  });

  it("counts days and minutes over the ends of months and changes of clocks", () => {
    expect(addDays("2026-02-27", 2)).toBe("2026-03-01");
    expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
    expect(daysBetween("2026-03-28", "2026-03-30")).toBe(2);
    expect(addMinutes("2026-12-31T23:30", 45)).toBe("2027-01-01T00:15");
  });

  it("knows that it is already tomorrow elsewhere", () => {
    const now = Date.parse("2026-05-07T22:30:00Z");
    expect(today("Europe/Madrid", now)).toBe("2026-05-08");
    expect(today("America/New_York", now)).toBe("2026-05-07");
  });

  it("shows as many hours as no event is hidden", () => {
    expect(hoursShown([], [6, 23])).toEqual([6, 23]);
    expect(hoursShown([["2026-05-07T05:45", "2026-05-07T06:30"]], [6, 22])).toEqual([5, 22]);
    expect(hoursShown([["2026-05-07T20:00", "2026-05-07T22:15"]], [6, 22])).toEqual([6, 23]);
    expect(hoursShown([["2026-05-07T23:00", "2026-05-08T01:00"]], [6, 22])).toEqual([0, 24]);
  });
});

it("is the team's clock for whoever is in no team, where all they see is of one zone", () => {
  const of = (...zones: string[]) => sharedZone(zones.map((time_zone) => ({ time_zone })));
  expect(of("Europe/Madrid", "Europe/Madrid")).toBe("Europe/Madrid");
  expect(of("Europe/Madrid", "UTC")).toBeNull();
  expect([of(), sharedZone(undefined)]).toEqual([null, null]);
});
